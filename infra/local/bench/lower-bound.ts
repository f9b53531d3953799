import { PATIENCE } from '../../../shared/steps/migrate-routes/patience.ts';
import { type Span as ClusterSpan, REALISTIC_DELAYS } from '../cluster/index.ts';
import type { LatencyProfile, Span } from '../gce/index.ts';
import { LOOK_MS } from '../in-process/index.ts';
import type { Contender } from './figures.ts';

export interface LowerBound {
  readonly seconds: number;
  /** Of these, prescribed waiting. */
  readonly soakSeconds: number;
  readonly parts: readonly Part[];
}

interface Part {
  readonly what: string;
  readonly seconds: number;
  readonly soak?: true;
}

export interface BoundConditions {
  readonly nodes: number;
  /** Routes that may be deleted between two looks (`overlap`). */
  readonly batch: number;
  readonly latency: LatencyProfile;
  readonly callsPerMinute: number;
  readonly operationsInFlight: number;
}

/**
 * The critical path of the calls that no order can avoid which keeps the strategy's rules: what must follow something
 * follows it at once, everything else runs side by side. A call takes the mean of its latency; of n side by side, the last
 * one takes the mean of the longest of n. Groups of calls take no less than the quotas let through. Waiting and watching
 * that the strategy prescribes between two calls is part of the path, and told apart.
 */
export function lowerBound(contender: Contender, conditions: BoundConditions): LowerBound {
  const parts = PATHS[contender](costs(conditions), conditions);
  const sum = (some: readonly Part[]) => some.reduce((total, { seconds }) => total + seconds, 0);
  return { seconds: sum(parts), soakSeconds: sum(parts.filter(({ soak }) => soak)), parts };
}

type Path = (cost: Costs, conditions: BoundConditions) => readonly Part[];

const PATHS: Readonly<Record<Contender, Path>> = {
  overlap: (cost, { nodes, batch }) => {
    const later = Math.ceil((nodes - 1) / batch);
    return [
      { what: 'see what there is', seconds: cost.read },
      { what: 'flag on', seconds: cost.subnetPatch },
      soak('flag settles', PATIENCE.overlapSettling),
      { what: 'range', seconds: cost.subnetPatch },
      soak('range watched', PATIENCE.rangeWatch),
      { what: 'first alias', seconds: cost.aliases(1) },
      soak('first alias watched', PATIENCE.firstAliasWatch),
      { what: 'all other aliases', seconds: cost.aliases(nodes - 1) },
      soak('aliases watched', PATIENCE.aliasesWatch),
      { what: 'read them back', seconds: cost.read },
      { what: 'cloud-controller-manager off routes', seconds: cost.rollout },
      { what: 'first deletion', seconds: cost.deletions(1) },
      soak('first deletion watched', PATIENCE.firstDeletionWatch),
      { what: 'the other deletions in batches', seconds: batches(cost, nodes - 1, batch) },
      soak('each batch watched', later * PATIENCE.batchWatch),
      soak('all nodes watched', PATIENCE.lastWatch),
      { what: 'flag off', seconds: cost.subnetPatch },
      { what: 'dual-stack', seconds: cost.subnetPatch },
      { what: 'firewall', seconds: cost.firewall },
    ];
  },
  rollover: (cost) => [
    { what: 'see what there is', seconds: cost.read },
    { what: 'cloud-controller-manager off routes', seconds: cost.rollout },
    { what: 'free range', seconds: cost.subnetPatch },
    soak('free range watched', PATIENCE.freeRangeWatch),
    { what: 'dual-stack', seconds: cost.subnetPatch },
    { what: 'firewall', seconds: cost.firewall },
  ],
  cutover: (cost, { nodes }) => [
    { what: 'see what there is', seconds: cost.read },
    { what: 'cloud-controller-manager off routes', seconds: cost.rollout },
    { what: 'dual-stack', seconds: cost.subnetPatch },
    { what: 'firewall and a look', seconds: cost.firewall + cost.look },
    { what: 'all deletions', seconds: cost.deletions(nodes) },
    { what: 'range', seconds: cost.subnetPatch },
    { what: 'all aliases and a look', seconds: cost.aliases(nodes) + cost.look },
  ],
  gardener: inGardenersOrder,
  'gardener-unlimited': inGardenersOrder,
};

function soak(what: string, seconds: number): Part {
  return { what, seconds, soak: true };
}

function inGardenersOrder(cost: Costs, { nodes }: BoundConditions): readonly Part[] {
  return [
    { what: 'list', seconds: cost.read },
    { what: 'all deletions', seconds: cost.deletions(nodes) },
    { what: 'dual-stack', seconds: cost.subnetPatch },
    { what: 'range', seconds: cost.subnetPatch },
    { what: 'aliases one by one, not awaited', seconds: nodes * (cost.read + cost.request) },
  ];
}

/** Seconds. */
interface Costs {
  readonly read: number;
  readonly request: number;
  readonly look: number;
  readonly rollout: number;
  readonly subnetPatch: number;
  readonly firewall: number;
  /** So many side by side, until the last one is done. */
  aliases(count: number): number;
  deletions(count: number): number;
  /** What the rate quota takes for so many calls, however they are grouped. */
  throughRate(count: number): number;
}

function costs({ latency, callsPerMinute, operationsInFlight }: BoundConditions): Costs {
  const span = (method: string): Span => latency[method] ?? latency.operation ?? { min: 0, max: 0 };
  const { reaction, podStart, podTermination } = REALISTIC_DELAYS;
  const read = longestOf(1, latency.read ?? { min: 0, max: 0 });
  const request = longestOf(1, latency.request ?? { min: 0, max: 0 });
  /** The best moment to begin is just before a minute ends: two minutes' calls go out at once. */
  const throughRate = (count: number) => Math.max(0, Math.ceil(count / callsPerMinute) - 2) * 60;
  const sideBySide = (method: string, count: number, inFlight: number) => {
    if (count <= 0) return 0;
    const throughQuota = Math.max(
      throughRate(count),
      count > inFlight ? (count / inFlight) * longestOf(1, span(method)) : 0,
    );
    return request + Math.max(longestOf(count, span(method)), throughQuota);
  };
  return {
    read,
    request,
    throughRate,
    look: (LOOK_MS.least + LOOK_MS.most) / 2_000,
    rollout: [reaction, podStart, podTermination].reduce((sum, each) => sum + meanOf(each), 0),
    // A patch carries the fingerprint of what was read.
    subnetPatch: read + request + longestOf(1, span('subnetworks.patch')),
    firewall: read + request + longestOf(1, span('firewalls.insert')),
    aliases: (count) => sideBySide('instances.updateNetworkInterface', count, Number.POSITIVE_INFINITY),
    deletions: (count) => sideBySide('routes.delete', count, operationsInFlight),
  };
}

function batches(cost: Costs, routes: number, batch: number): number {
  const full = Math.floor(routes / batch);
  const rest = routes % batch;
  const seconds = full * cost.deletions(batch);
  const last = rest === 0 ? 0 : cost.deletions(rest);
  return Math.max(seconds + last, cost.throughRate(routes));
}

/** The mean of the longest of n durations drawn uniformly from the span, in seconds. */
function longestOf(count: number, { min, max }: Span): number {
  return (min + ((max - min) * count) / (count + 1)) / 1_000;
}

function meanOf([least, most]: ClusterSpan): number {
  return (least + most) / 2_000;
}
