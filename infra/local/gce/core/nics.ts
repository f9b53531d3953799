import { z } from 'zod';
import { ipv4Block } from './addresses.ts';
import { aliasIpRanges, allocateAliases, checkAliases } from './alias-ranges.ts';
import { ComputeError, invalid } from './errors.ts';
import type { ResourcePath } from './links.ts';
import type { Project } from './project.ts';
import { nicOwner } from './project.ts';
import type { NetworkInterface, Subnetwork } from './resources.ts';
import { referencedSubnetwork, stackType } from './subnetworks.ts';

/** A NIC as instances.insert takes it. */
export const nicBody = z.looseObject({
  name: z.string().optional(),
  network: z.string().optional(),
  subnetwork: z.string().optional(),
  networkIP: z
    .string()
    .refine((text) => !text.includes('/') && ipv4Block(text) !== undefined, 'Must be an IPv4 address.')
    .optional(),
  aliasIpRanges: aliasIpRanges.optional(),
  stackType: stackType.optional(),
  accessConfigs: z.array(z.looseObject({})).optional(),
  ipv6AccessConfigs: z.array(z.looseObject({})).optional(),
});

export type NicBody = z.output<typeof nicBody>;

/** Checks what can be checked before the operation starts. `field` is e.g. `resource.networkInterfaces[0]`. */
export function checkNic(project: Project, nic: NicBody, field: string): Subnetwork {
  if (nic.subnetwork === undefined) {
    throw invalid(`${field}.subnetwork`, '', 'Simulator: a subnetwork must be specified.');
  }
  const subnetwork = referencedSubnetwork(project, `${field}.subnetwork`, nic.subnetwork);
  checkAliases(project, subnetwork, nic.aliasIpRanges ?? [], `${field}.aliasIpRanges`);
  checkNicStackType(nic.stackType ?? 'IPV4_ONLY', subnetwork, field);
  return subnetwork;
}

/** A dual-stack NIC only in a dual-stack subnetwork (gcp-compute-semantics.md §8). */
export function checkNicStackType(wanted: string, subnetwork: Subnetwork, field: string): void {
  if (wanted === 'IPV4_ONLY' || subnetwork.stackType === 'IPV4_IPV6') return;
  throw invalid(
    `${field}.stackType`,
    wanted,
    `Simulator: the subnetwork '${subnetwork.name}' is ${subnetwork.stackType}.`,
  );
}

/** The NIC that the instance gets: addresses chosen, checked against those of others. @throws ComputeError of the operation. */
export function attachedNic(
  project: Project,
  instance: ResourcePath,
  body: NicBody,
  index: number,
): NetworkInterface {
  const field = `resource.networkInterfaces[${index}]`;
  const subnetwork = checkNic(project, body, field);
  const { aliasIpRanges: asked, accessConfigs, ipv6AccessConfigs: _, ...rest } = body;
  const name = `nic${index}`;
  const owner = nicOwner(instance, name);
  const [primary] = allocateAliases(
    project,
    subnetwork,
    owner,
    [{ ipCidrRange: body.networkIP ?? '/32' }],
    `${field}.networkIP`,
  );
  const networkIP = primary?.ipCidrRange.replace(/\/32$/, '') ?? '';
  const aliases = allocateAliases(
    project,
    subnetwork,
    owner,
    asked ?? [],
    `${field}.aliasIpRanges`,
    networkIP,
  );
  const nic: NetworkInterface = {
    ...rest,
    kind: 'compute#networkInterface',
    name,
    network: subnetwork.network,
    subnetwork: subnetwork.selfLink,
    networkIP,
    stackType: 'IPV4_ONLY',
    fingerprint: project.identifiers.fingerprint(),
    ...(aliases.length > 0 && { aliasIpRanges: aliases }),
    ...(accessConfigs !== undefined && {
      accessConfigs: accessConfigs.map((config) => ({ kind: 'compute#accessConfig', ...config })),
    }),
  };
  return body.stackType === 'IPV4_IPV6'
    ? dualStackNic(project, subnetwork, nic, body.ipv6AccessConfigs)
    : nic;
}

/**
 * The NIC with a /96 out of the VMs' half of its subnetwork's /64 (gcp-compute-semantics.md §1.3, §3.5): in
 * `ipv6AccessConfigs` when the subnetwork is external, as `ipv6Address` when it is internal.
 */
export function dualStackNic(
  project: Project,
  subnetwork: Subnetwork,
  nic: NetworkInterface,
  configs: readonly object[] = [],
): NetworkInterface {
  const access = subnetwork.ipv6AccessType ?? 'EXTERNAL';
  const prefix = access === 'EXTERNAL' ? subnetwork.externalIpv6Prefix : subnetwork.internalIpv6Prefix;
  if (prefix === undefined) {
    throw new ComputeError(
      400,
      'resourceNotReady',
      `The subnetwork '${subnetwork.name}' has no IPv6 prefix yet`,
    );
  }
  const number = project.nextIpv6Range(prefix).toString(16);
  const address = `${prefix.replace(/::\/64$/, '')}:0:${number}:0:0`;
  const dual = { ...nic, stackType: 'IPV4_IPV6' as const, ipv6AccessType: access };
  if (access === 'INTERNAL') {
    return { ...dual, ipv6Address: nic.ipv6Address ?? address, internalIpv6PrefixLength: 96 };
  }
  const config = {
    kind: 'compute#accessConfig',
    name: 'external-ipv6',
    type: 'DIRECT_IPV6',
    networkTier: 'PREMIUM',
    externalIpv6: address,
    externalIpv6PrefixLength: 96,
    ...configs[0],
  };
  return { ...dual, ipv6AccessConfigs: [config] };
}

/** The NIC without its IPv6 addresses. */
export function ipv4OnlyNic(nic: NetworkInterface): NetworkInterface {
  const {
    ipv6AccessConfigs: _,
    ipv6AccessType: __,
    ipv6Address: ___,
    internalIpv6PrefixLength: ____,
    ...rest
  } = nic;
  return { ...rest, stackType: 'IPV4_ONLY' };
}
