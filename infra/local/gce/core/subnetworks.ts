import { z } from 'zod';
import { addressText, blockText, ipv4Block, knownBlock } from './addresses.ts';
import { parseBody, resourceName } from './body.ts';
import { invalid } from './errors.ts';
import type { ResourcePath, Scope } from './links.ts';
import { resourcePath, scopePath, selfLink } from './links.ts';
import { referencedNetwork } from './networks.ts';
import type { Project } from './project.ts';
import type { Ipv6AccessType, Network, Subnetwork } from './resources.ts';

/** An IPv4 range in canonical form, /4 to /29 as subnets allow. */
export const ipCidrRange = z.string().refine((text) => {
  const block = ipv4Block(text);
  return block !== undefined && text.includes('/') && block.prefix >= 4 && block.prefix <= 29;
}, 'Must be an IPv4 CIDR range whose host bits are zero, from /4 to /29.');

export const secondaryIpRanges = z.array(z.looseObject({ rangeName: resourceName, ipCidrRange }));
export const stackType = z.enum(['IPV4_ONLY', 'IPV4_IPV6']);
export const ipv6AccessType = z.enum(['EXTERNAL', 'INTERNAL']);

const subnetworkBody = z.looseObject({
  name: resourceName,
  network: z.string(),
  ipCidrRange,
  secondaryIpRanges: secondaryIpRanges.optional(),
  stackType: stackType.optional(),
  ipv6AccessType: ipv6AccessType.optional(),
  privateIpGoogleAccess: z.boolean().optional(),
  allowSubnetCidrRoutesOverlap: z.boolean().optional(),
  externalIpv6Prefix: z.string().optional(),
  internalIpv6Prefix: z.string().optional(),
  logConfig: z.looseObject({}).optional(),
});

/** A subnetwork as the API stores what a client sent (shape: gcp-compute-semantics.md §1.4 and the recordings). */
export function subnetworkOf(project: Project, region: Scope, body: unknown, root = 'resource'): Subnetwork {
  const given = parseBody(subnetworkBody, body, root);
  const network = referencedNetwork(project, `${root}.network`, given.network);
  if (network.IPv4Range !== undefined) {
    throw invalid(`${root}.network`, given.network, 'Simulator: a legacy network has no subnetworks.');
  }
  const path = subnetworkPath(project, region, given.name);
  const { secondaryIpRanges: secondary, ...rest } = given;
  const stored: Subnetwork = {
    logConfig: { enable: false },
    privateIpv6GoogleAccess: 'DISABLE_GOOGLE_ACCESS',
    purpose: 'PRIVATE',
    state: 'READY',
    ...rest,
    ...project.identity('compute#subnetwork', given.name, selfLink(path)),
    network: network.selfLink,
    region: selfLink(`projects/${project.id}/${scopePath(region)}`),
    gatewayAddress: addressText(knownBlock(given.ipCidrRange).start + 1),
    privateIpGoogleAccess: given.privateIpGoogleAccess ?? false,
    stackType: given.stackType ?? 'IPV4_ONLY',
    ...(secondary !== undefined && secondary.length > 0 && { secondaryIpRanges: secondary }),
    fingerprint: project.identifiers.fingerprint(),
  };
  if (stored.stackType === 'IPV4_ONLY') return stored;
  const access = dualStackAccess(network, stored.ipv6AccessType, root);
  return withIpv6Prefix(stored, ipv6Prefix(project, network, access, stored), access);
}

export function subnetworkPath(project: Project, region: Scope, name: string): ResourcePath {
  return resourcePath(project.id, region, 'subnetworks', name);
}

/** @throws ComputeError 400 naming `field` when no subnetwork has this link. */
export function referencedSubnetwork(project: Project, field: string, link: string): Subnetwork {
  const subnetwork = project.subnetworks.get(project.path(link));
  if (subnetwork === undefined) {
    throw invalid(field, link, 'The referenced subnetwork resource cannot be found.');
  }
  return subnetwork;
}

/**
 * The IPv6 access type with which a subnetwork may become dual-stack.
 * @throws ComputeError when the network or the organisation's policy does not allow it (gcp-compute-semantics.md §1.3, §8).
 */
export function dualStackAccess(
  network: Network,
  access: Ipv6AccessType | undefined,
  root = 'resource',
): Ipv6AccessType {
  if (network.autoCreateSubnetworks) {
    throw invalid(`${root}.stackType`, 'IPV4_IPV6', 'Simulator: IPv6 needs a custom subnet mode network.');
  }
  if (access === undefined) {
    throw invalid(`${root}.ipv6AccessType`, '', 'Simulator: a dual-stack subnetwork needs ipv6AccessType.');
  }
  if (access === 'INTERNAL' && network.enableUlaInternalIpv6 !== true) {
    throw invalid(
      `${root}.ipv6AccessType`,
      access,
      'Simulator: the network needs enableUlaInternalIpv6 for internal IPv6.',
    );
  }
  return access;
}

/** A /64 for the subnetwork: kept if it was given, else external from Google's range, internal from the network's /48. */
export function ipv6Prefix(
  project: Project,
  network: Network,
  access: Ipv6AccessType,
  given: Partial<Subnetwork> = {},
): string {
  const group = () => (1 + Math.floor(project.random() * 0xfffe)).toString(16);
  const used = new Set(
    project.subnetworks
      .values()
      .flatMap((subnetwork) => [subnetwork.externalIpv6Prefix, subnetwork.internalIpv6Prefix]),
  );
  const kept = access === 'EXTERNAL' ? given.externalIpv6Prefix : given.internalIpv6Prefix;
  if (kept !== undefined) return kept;
  const stem = (network.internalIpv6Range ?? 'fd20::/48').replace(/::.*$/, '');
  for (;;) {
    const prefix =
      access === 'EXTERNAL' ? `2600:1900:4${group().slice(0, 3)}:${group()}::/64` : `${stem}:${group()}::/64`;
    if (!used.has(prefix)) return prefix;
  }
}

/** `ipv6GceEndpoint` as documented for an external prefix: half for VMs, half for forwarding rules. */
export function withIpv6Prefix(subnetwork: Subnetwork, prefix: string, access: Ipv6AccessType): Subnetwork {
  const dual: Subnetwork = { ...subnetwork, stackType: 'IPV4_IPV6', ipv6AccessType: access };
  if (access === 'INTERNAL') return { ...dual, internalIpv6Prefix: prefix, ipv6CidrRange: prefix };
  return { ...dual, externalIpv6Prefix: prefix, ipv6CidrRange: prefix, ipv6GceEndpoint: 'VM_AND_FR' };
}

/** The primary and secondary ranges, with the field that holds each. */
export function rangesOf(subnetwork: Pick<Subnetwork, 'ipCidrRange' | 'secondaryIpRanges'>) {
  const primary = {
    field: 'resource.ipCidrRange',
    rangeName: undefined,
    block: knownBlock(subnetwork.ipCidrRange),
  };
  const secondary = (subnetwork.secondaryIpRanges ?? []).map((range, index) => ({
    field: `resource.secondaryIpRanges[${index}].ipCidrRange`,
    rangeName: range.rangeName,
    block: knownBlock(range.ipCidrRange),
  }));
  return [primary, ...secondary].map((range) => ({ ...range, text: blockText(range.block) }));
}
