import type { Block } from './addresses.ts';
import { contains, ipv4Block, overlaps } from './addresses.ts';
import { ComputeError, invalid } from './errors.ts';
import { lastSegment } from './links.ts';
import type { Project } from './project.ts';
import { quotaExceeded } from './quotas.ts';
import type { Route, Subnetwork } from './resources.ts';
import { rangesOf } from './subnetworks.ts';

/** 170 secondary ranges per subnetwork, fixed (gcp-compute-semantics.md §1.2). */
const MAX_SECONDARY_RANGES = 170;

/** What the ranges of a subnetwork must keep to when `next` takes the place of `before` (undefined: is inserted). */
export function checkRanges(project: Project, before: Subnetwork | undefined, next: Subnetwork): void {
  const old = new Set(before === undefined ? [] : rangesOf(before).map(({ text }) => text));
  const ranges = rangesOf(next);
  if (ranges.length - 1 > MAX_SECONDARY_RANGES) {
    const text = `Simulator: at most ${MAX_SECONDARY_RANGES} secondary ranges.`;
    throw invalid('resource.secondaryIpRanges', String(ranges.length - 1), text);
  }
  for (const [index, range] of ranges.entries()) {
    if (old.has(range.text)) continue;
    checkOverlapWithin(ranges.slice(0, index), range);
    checkOverlapWithOthers(project, next, range);
    checkRoutesUnder(project, next, range);
  }
  checkRangeQuota(project, before, next);
}

type SubnetRange = ReturnType<typeof rangesOf>[number];

function checkOverlapWithin(earlier: readonly SubnetRange[], range: SubnetRange): void {
  const other = earlier.find(({ block }) => overlaps(block, range.block));
  if (other === undefined) return;
  throw invalid(
    range.field,
    range.text,
    `Simulator: ${range.text} conflicts with ${other.text} of this subnetwork.`,
  );
}

/** The recorded text of a conflict (gcp-compute-semantics.md §1.2). Other subnetworks of the network count, whatever their region. */
function checkOverlapWithOthers(project: Project, subnetwork: Subnetwork, range: SubnetRange): void {
  for (const other of project.subnetworksOf(subnetwork.network)) {
    if (other.selfLink === subnetwork.selfLink) continue;
    if (!rangesOf(other).some(({ block }) => overlaps(block, range.block))) continue;
    const region = lastSegment(other.region);
    throw invalid(
      range.field,
      range.text,
      `Invalid IPCidrRange: ${range.text} conflicts with existing subnetwork '${other.name}' in region '${region}'.`,
    );
  }
}

/**
 * A range that equals or contains a static route's destination is refused unless the subnetwork allows the overlap
 * (gcp-compute-semantics.md §2.2; make-before-break.md §1.4). The API's text is not known: this one is ours.
 */
function checkRoutesUnder(project: Project, subnetwork: Subnetwork, range: SubnetRange): void {
  const allowed =
    subnetwork.allowSubnetCidrRoutesOverlap === true &&
    project.switches.rangeOverRoutesUnderFlag === 'accepted';
  if (allowed) return;
  const route = routesInside(project, subnetwork.network, range.block)[0];
  if (route === undefined) return;
  throw invalid(
    range.field,
    range.text,
    `Simulator: ${range.text} equals or contains the destination ${route.destRange} of the static route '${route.name}'.`,
  );
}

/** The static routes of a network whose destination equals or lies inside the block. */
export function routesInside(project: Project, network: string, block: Block): Route[] {
  return project.routesOf(network).filter((route) => {
    const destination = ipv4Block(route.destRange);
    return destination !== undefined && contains(block, destination);
  });
}

/** The subnet range that a destination equals or lies inside, with its subnetwork (gcp-compute-semantics.md §2.1). */
export function rangeAround(
  project: Project,
  network: string,
  destination: Block,
): { readonly subnetwork: Subnetwork; readonly text: string } | undefined {
  for (const subnetwork of project.subnetworksOf(network)) {
    const range = rangesOf(subnetwork).find(({ block }) => contains(block, destination));
    if (range !== undefined) return { subnetwork, text: range.text };
  }
  return undefined;
}

/** SUBNET_RANGES_PER_NETWORK counts primary, secondary and IPv6 ranges (gcp-compute-semantics.md §1.2). */
function checkRangeQuota(project: Project, before: Subnetwork | undefined, next: Subnetwork): void {
  const limit = project.quotas.subnetRangesPerNetwork;
  if (limit === undefined) return;
  const count = (subnetwork: Subnetwork) =>
    rangesOf(subnetwork).length + (subnetwork.stackType === 'IPV4_IPV6' ? 1 : 0);
  const others = project.subnetworksOf(next.network).filter(({ selfLink }) => selfLink !== next.selfLink);
  const total = others.reduce((sum, subnetwork) => sum + count(subnetwork), count(next));
  if (total > limit && (before === undefined || count(next) > count(before))) {
    throw quotaExceeded('SUBNET_RANGES_PER_NETWORK', limit);
  }
}

/** 412 of the organisation policy; its wording is inferred (gcp-compute-semantics.md §8). */
export function checkIpv6Policy(project: Project, access: string | undefined): void {
  if (access !== 'EXTERNAL' || project.switches.externalIpv6Policy === 'allowed') return;
  throw new ComputeError(
    412,
    'conditionNotMet',
    `Constraint constraints/compute.disableVpcExternalIpv6 violated for project ${project.id}.`,
  );
}
