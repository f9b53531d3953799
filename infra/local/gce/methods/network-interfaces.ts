import { z } from 'zod';
import { aliasIpRanges, allocateAliases, checkAliases, checkOneDirection } from '../core/alias-ranges.ts';
import { parseBody } from '../core/body.ts';
import { ComputeError, invalid, notReady } from '../core/errors.ts';
import type { ResourcePath } from '../core/links.ts';
import type { Method, Place } from '../core/method.ts';
import { checkNicStackType, dualStackNic, ipv4OnlyNic } from '../core/nics.ts';
import type { Project } from '../core/project.ts';
import { nicOwner } from '../core/project.ts';
import type { Instance, NetworkInterface } from '../core/resources.ts';
import { checkFingerprint } from '../core/subnetwork-patch.ts';
import { referencedSubnetwork, stackType } from '../core/subnetworks.ts';
import { existingInstance, instanceMutation, instancePathOf } from './instances.ts';

const patchBody = z.looseObject({
  fingerprint: z.string().optional(),
  network: z.string().optional(),
  subnetwork: z.string().optional(),
  networkIP: z.string().optional(),
  aliasIpRanges: aliasIpRanges.optional(),
  stackType: stackType.optional(),
  ipv6AccessConfigs: z.array(z.looseObject({})).optional(),
});

type NicPatch = z.output<typeof patchBody>;

/** How the API names the fields of the patched NIC in its errors (gcp-compute-semantics.md §3.2). */
const FIELD = 'resource.networkInterfaces[0]';

/**
 * instances.updateNetworkInterface (gcp-compute-semantics.md §3.1): PATCH semantics, the alias list replaced as a whole
 * when the key is there; minimal bodies and bodies copied from a GET are taken alike.
 */
export function updateNetworkInterfaceMethod(path: string): Method {
  return {
    id: 'instances.updateNetworkInterface',
    verb: 'PATCH',
    path: `${path}/updateNetworkInterface`,
    quota: 'writes',
    run: (place, call) => {
      const { project } = place;
      const target = instancePathOf(project, call);
      const name = call.query.get('networkInterface') ?? '';
      const before = nicOf(existingInstance(project, target), name);
      const patch = parsedPatch(call.body);
      refuseWhileInFlight(place, target, patch);
      checkFingerprint(patch.fingerprint, before.fingerprint);
      checkPatch(project, before, patch);
      if (project.switches.noOpPatch === '304' && changesNothing(before, patch)) {
        return { unchanged: true };
      }
      const effect = () => applyPatch(project, target, name, patch);
      return { mutation: instanceMutation(project, call, 'updateNetworkInterface', effect) };
    },
  };
}

function nicOf(instance: Instance, name: string): NetworkInterface {
  const nic = instance.networkInterfaces.find((one) => one.name === name);
  if (nic === undefined) {
    throw invalid('networkInterface', name, 'Simulator: the instance has no network interface of this name.');
  }
  return nic;
}

function parsedPatch(body: unknown): NicPatch {
  if (typeof body === 'object' && body !== null && 'accessConfigs' in body) {
    throw invalid('resource.accessConfigs', '', 'Updating this field is not supported.');
  }
  return parseBody(patchBody, body);
}

/** Either answer was thought possible (gcp-compute-semantics.md §3.4); a missing fingerprint is told first. */
function refuseWhileInFlight({ project, operations }: Place, target: ResourcePath, patch: NicPatch): void {
  if (operations.inFlight(target) !== 'updateNetworkInterface' || patch.fingerprint === undefined) return;
  if (project.switches.inFlightNicUpdate === 'resourceNotReady') throw notReady(target);
  throw new ComputeError(412, 'conditionNotMet', 'Invalid fingerprint.');
}

function checkPatch(project: Project, nic: NetworkInterface, patch: NicPatch): void {
  const same = (field: 'network' | 'subnetwork') =>
    patch[field] === undefined || project.path(patch[field]) === project.path(nic[field]);
  for (const field of ['network', 'subnetwork'] as const) {
    if (same(field)) continue;
    throw invalid(
      `resource.${field}`,
      patch[field] ?? '',
      'Simulator: moving a network interface is not supported.',
    );
  }
  if (patch.networkIP !== undefined && patch.networkIP !== nic.networkIP) {
    throw invalid('resource.networkIP', patch.networkIP, 'Simulator: changing the address is not supported.');
  }
  const subnetwork = referencedSubnetwork(project, 'resource.subnetwork', nic.subnetwork);
  if (patch.aliasIpRanges !== undefined) {
    checkAliases(project, subnetwork, patch.aliasIpRanges, `${FIELD}.aliasIpRanges`);
    checkOneDirection(project, nic.aliasIpRanges ?? [], patch.aliasIpRanges, `${FIELD}.aliasIpRanges`);
  }
  checkNicStackType(patch.stackType ?? 'IPV4_ONLY', subnetwork, FIELD);
  if ((patch.ipv6AccessConfigs?.length ?? 0) > 1) {
    throw invalid(`${FIELD}.ipv6AccessConfigs`, '', 'Simulator: at most one IPv6 access config.');
  }
}

function applyPatch(project: Project, target: ResourcePath, name: string, patch: NicPatch): void {
  const instance = existingInstance(project, target);
  const before = nicOf(instance, name);
  checkPatch(project, before, patch);
  const next = patchedNic(project, target, before, patch);
  if (next === before) return;
  const nic = { ...next, fingerprint: project.identifiers.fingerprint() };
  const networkInterfaces = instance.networkInterfaces.map((one) => (one.name === name ? nic : one));
  project.putInstance({ ...instance, fingerprint: project.identifiers.fingerprint(), networkInterfaces });
}

function changesNothing(nic: NetworkInterface, patch: NicPatch): boolean {
  const aliases = patch.aliasIpRanges ?? nic.aliasIpRanges ?? [];
  const sameAliases = JSON.stringify(aliases) === JSON.stringify(nic.aliasIpRanges ?? []);
  return sameAliases && (patch.stackType ?? nic.stackType) === nic.stackType;
}

/** The NIC as the patch wants it; `before` itself when nothing changes. @throws ComputeError of the operation. */
function patchedNic(
  project: Project,
  target: ResourcePath,
  before: NetworkInterface,
  patch: NicPatch,
): NetworkInterface {
  const subnetwork = referencedSubnetwork(project, 'resource.subnetwork', before.subnetwork);
  let nic = before;
  if (patch.aliasIpRanges !== undefined) {
    const owner = nicOwner(target, before.name);
    const asked = patch.aliasIpRanges;
    const field = `${FIELD}.aliasIpRanges`;
    const aliases = allocateAliases(project, subnetwork, owner, asked, field, before.networkIP);
    const { aliasIpRanges: old, ...rest } = before;
    if (JSON.stringify(aliases) !== JSON.stringify(old ?? [])) {
      nic = aliases.length > 0 ? { ...rest, aliasIpRanges: aliases } : rest;
    }
  }
  if (patch.stackType === undefined || patch.stackType === nic.stackType) return nic;
  return patch.stackType === 'IPV4_ONLY'
    ? ipv4OnlyNic(nic)
    : dualStackNic(project, subnetwork, nic, patch.ipv6AccessConfigs);
}
