import { z } from 'zod';
import { parseBody } from './body.ts';
import { ComputeError, inUse, invalid, required } from './errors.ts';
import { difference } from './events.ts';
import { referencedNetwork } from './networks.ts';
import type { Project } from './project.ts';
import { checkIpv6Policy, checkRanges } from './range-rules.ts';
import type { SecondaryRange, Subnetwork } from './resources.ts';
import { routesUnder } from './routes.ts';
import { dualStackAccess, ipv6AccessType, rangesOf, secondaryIpRanges, stackType } from './subnetworks.ts';

/**
 * Fields that subnetworks.patch refuses merely for being present: fixed at creation, or changed by a method of their own
 * (gcp-compute-semantics.md §1.1).
 */
const UNPATCHABLE = ['network', 'region', 'purpose', 'ipCidrRange', 'privateIpGoogleAccess', 'description'];

/** What may change together; anything else takes a PATCH each (gcp-compute-semantics.md §1.1, Terraform's groups). */
const GROUPS: readonly (readonly string[])[] = [
  ['stackType', 'ipv6AccessType', 'privateIpv6GoogleAccess', 'ipCollection', 'allowSubnetCidrRoutesOverlap'],
  ['secondaryIpRanges'],
  ['enableFlowLogs'],
  ['logConfig'],
  ['role'],
];

const patchBody = z.looseObject({
  fingerprint: z.string().optional(),
  secondaryIpRanges: secondaryIpRanges.optional(),
  stackType: stackType.optional(),
  ipv6AccessType: ipv6AccessType.optional(),
  allowSubnetCidrRoutesOverlap: z.boolean().optional(),
  privateIpv6GoogleAccess: z.string().optional(),
  logConfig: z.looseObject({}).optional(),
  enableFlowLogs: z.boolean().optional(),
});

export type SubnetworkPatch = z.output<typeof patchBody>;

/** Reads a patch and checks what needs no more than the request: fields that may not be there, the fingerprint. */
export function subnetworkPatch(body: unknown, before: Subnetwork): SubnetworkPatch {
  const present = Object.keys(typeof body === 'object' && body !== null ? body : {});
  const refused = UNPATCHABLE.filter((field) => present.includes(field));
  if (refused.length > 0) {
    const text = `The following field(s) specified in the request cannot be modified: [${refused.join(', ')}]`;
    throw invalid('resource', JSON.stringify(body), text);
  }
  const patch = parseBody(patchBody, body);
  checkFingerprint(patch.fingerprint, before.fingerprint);
  return patch;
}

/** Missing 400, stale 412 (gcp-compute-semantics.md §1.1, §3.1). */
export function checkFingerprint(given: string | undefined, current: string): void {
  if (given === undefined || given === '') throw required('resource.fingerprint');
  if (given === current) return;
  throw new ComputeError(
    412,
    'conditionNotMet',
    'Supplied fingerprint does not match current metadata fingerprint.',
  );
}

/**
 * The subnetwork with the patch applied, still with its old fingerprint and without a new IPv6 prefix; `before` itself when
 * nothing changes. Called when the request comes and again when its operation ends.
 * @throws ComputeError for what the rules of gcp-compute-semantics.md §1 and make-before-break.md §2 forbid.
 */
export function patchedSubnetwork(project: Project, before: Subnetwork, patch: SubnetworkPatch): Subnetwork {
  const { fingerprint: _, ...fields } = patch;
  const changed = Object.keys(fields).filter(
    (field) =>
      !sameJson(comparable(field, Reflect.get(before, field)), comparable(field, Reflect.get(fields, field))),
  );
  if (changed.length === 0) return before;
  checkOneGroup(project, changed);
  const { secondaryIpRanges: secondary, ...rest } = { ...before, ...fields };
  const { fingerprint } = before;
  const next: Subnetwork = {
    ...rest,
    fingerprint,
    stackType: patch.stackType ?? before.stackType,
    ...(secondary !== undefined && secondary.length > 0 && { secondaryIpRanges: secondary }),
  };
  checkSecondaryRanges(project, before, next);
  checkOverlapFlag(project, before, next);
  checkStackType(project, before, next);
  checkRanges(project, before, next);
  return next;
}

/** Absent stands for the default that the JSON leaves out. */
function comparable(field: string, value: unknown): unknown {
  if (field === 'secondaryIpRanges') return value ?? [];
  if (field === 'allowSubnetCidrRoutesOverlap' || field === 'enableFlowLogs') return value ?? false;
  return value;
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function checkOneGroup(project: Project, changed: readonly string[]): void {
  if (project.switches.mixedSubnetPatch === 'accepted') return;
  const groups = new Set(changed.map((field) => GROUPS.findIndex((group) => group.includes(field))));
  if (groups.size < 2) return;
  throw invalid('resource', changed.join(', '), 'Simulator: these fields take a request each.');
}

function checkSecondaryRanges(project: Project, before: Subnetwork, next: Subnetwork): void {
  const old = before.secondaryIpRanges ?? [];
  const now = next.secondaryIpRanges ?? [];
  for (const range of now) {
    const same = old.find(({ rangeName }) => rangeName === range.rangeName);
    if (same !== undefined && same.ipCidrRange !== range.ipCidrRange) {
      throw invalid(
        'resource.secondaryIpRanges',
        range.rangeName,
        'Existing secondary range cannot be modified.',
      );
    }
  }
  const names = now.map(({ rangeName }) => rangeName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw invalid('resource.secondaryIpRanges', twice, 'Simulator: a range name may be used once.');
  }
  const { gone, come } = difference(old, now, ({ rangeName }) => rangeName);
  if (gone.length > 0 && come.length > 0) {
    const list = (ranges: readonly SecondaryRange[]) => ranges.map(({ rangeName }) => rangeName).join(', ');
    const text = `Cannot add and remove secondary IP ranges in the same request. Added ranges: [${list(come)}]. Removed ranges: [${list(gone)}].`;
    throw invalid('resource.secondaryIpRanges', '', text);
  }
  for (const range of gone) checkRangeUnused(project, before, range);
}

/** A secondary range goes only when no NIC uses an address of it (gcp-compute-semantics.md §1.2). */
function checkRangeUnused(project: Project, subnetwork: Subnetwork, gone: SecondaryRange): void {
  const range = rangesOf(subnetwork).find(({ rangeName }) => rangeName === gone.rangeName);
  if (range === undefined) return;
  const user = project.addresses(subnetwork.network).overlapping(range.block)[0];
  if (user === undefined) return;
  const path = `${project.pathOf(subnetwork)}/secondaryIpRanges/${gone.rangeName}`;
  throw inUse('secondary range', path, user.owner.replace(/#.*$/, ''));
}

function checkOverlapFlag(project: Project, before: Subnetwork, next: Subnetwork): void {
  const was = before.allowSubnetCidrRoutesOverlap === true;
  const is = next.allowSubnetCidrRoutesOverlap === true;
  const refuse = (text: string) => {
    throw invalid('resource.allowSubnetCidrRoutesOverlap', String(is), `Simulator: ${text}`);
  };
  if (is && !was) {
    if (project.switches.flagOn === 'refused') refuse('the flag cannot be set in this project.');
    if (before.stackType === 'IPV4_IPV6' && project.switches.flagOnDualStackSubnet === 'refused') {
      refuse('the flag cannot be set on a dual-stack subnetwork.');
    }
  }
  if (was && !is && project.switches.flagOffWhileRoutesOverlap === 'refused') {
    const route = routesUnder(project, next)[0];
    if (route !== undefined)
      refuse(`the static route '${route.name}' (${route.destRange}) still lies in its ranges.`);
  }
}

/** gcp-compute-semantics.md §1.3: the access type is set once; EXTERNAL may go back to IPV4_ONLY, INTERNAL may not. */
function checkStackType(project: Project, before: Subnetwork, next: Subnetwork): void {
  if (before.ipv6AccessType !== undefined && next.ipv6AccessType !== before.ipv6AccessType) {
    throw invalid(
      'resource.ipv6AccessType',
      next.ipv6AccessType ?? '',
      'Simulator: it cannot be changed once set.',
    );
  }
  if (before.stackType === next.stackType) return;
  if (next.stackType === 'IPV4_ONLY') {
    if (before.ipv6AccessType !== 'INTERNAL') return;
    throw invalid(
      'resource.stackType',
      next.stackType,
      'Simulator: internal IPv6 cannot be taken away again.',
    );
  }
  const network = referencedNetwork(project, 'resource.network', before.network);
  dualStackAccess(network, next.ipv6AccessType);
  checkIpv6Policy(project, next.ipv6AccessType);
  if (next.allowSubnetCidrRoutesOverlap === true && project.switches.dualStackOnHybridSubnet === 'refused') {
    throw invalid('resource.stackType', next.stackType, 'Simulator: the subnetwork allows route overlap.');
  }
}
