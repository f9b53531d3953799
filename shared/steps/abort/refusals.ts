import { readCidr } from '../../migration/cidr.ts';
import { rolloutBegunAt } from '../check-nodes/marks.ts';
import { listed } from '../listed.ts';
import type { AbortFacts } from './gather.ts';
import type { AbortReason } from './reasons.ts';
import { carries, type Way } from './way.ts';

export interface Refusal {
  readonly reason: AbortReason;
  readonly message: string;
}

type Check = (way: Way) => Refusal | undefined;

/** Why there is no way back from here, or undefined when there is one. Pure. */
export function refusalIn(way: Way): Refusal | undefined {
  for (const check of REFUSALS) {
    const refusal = check(way);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/**
 * Whether the step that the request came from can go on from what there is now. Before the first change any can. Later
 * only `migrate-routes` finds its own way from every state of routes, aliases and range; the steps before it would have
 * to run again once their subnets are undone, which begins when the range is off.
 */
export function canGoForward({ begun, from }: AbortFacts, rangeIsThere: boolean): boolean {
  return !begun || (from === 'migrate-routes' && rangeIsThere);
}

/** The list is the documentation. */
const REFUSALS: readonly Check[] = [
  // A Node's pod CIDRs cannot be changed, and IPv6 pods would lose what they have.
  nodesAreDualStack,
  // What was asked of Gardener cannot be called off, and brings dual-stack nodes.
  rolloutHasBegun,
  // The CNI, the API server and DNS count on both families.
  laterStepsHaveBegun,
  // Cutover is for networks in which a route cannot stand beside an alias.
  cutoverHasAliases,
  // A range without the flag, as it was found, takes no node back that has its route only.
  foundRangeOverrulesRoutes,
  // The port gives back exactly one pair of arguments.
  controllerCannotBeRestored,
];

function nodesAreDualStack({ facts }: Way): Refusal | undefined {
  const dualStack = facts.nodes.filter(
    ({ leaving, podCidrs }) =>
      !leaving &&
      (['IPv4', 'IPv6'] as const).every((family) =>
        podCidrs.some((cidr) => readCidr(cidr, family) !== undefined),
      ),
  );
  if (dualStack.length === 0) return undefined;
  return {
    reason: 'DualStackNodes',
    message: `${dualStack.length} nodes are dual-stack (${listed(dualStack.map(({ name }) => name))}), and a Node keeps its pod CIDRs for life. The way is forward.`,
  };
}

function rolloutHasBegun({ facts }: Way): Refusal | undefined {
  const since = rolloutBegunAt(facts.marks);
  if (!since) return undefined;
  return {
    reason: 'RolloutBegun',
    message: `The workers are being rolled (seen ${since}), which cannot be called off and brings dual-stack nodes. The way is forward.`,
  };
}

function laterStepsHaveBegun({ facts }: Way): Refusal | undefined {
  if (facts.laterSteps.length === 0) return undefined;
  return {
    reason: 'LaterStepsBegun',
    message: `${listed(facts.laterSteps)} has begun to change the cluster for both families. The way is forward.`,
  };
}

function cutoverHasAliases({ facts, aliases, rangeIsOurs, routed }: Way): Refusal | undefined {
  if (facts.plan.strategy !== 'cutover' || !rangeIsOurs) return undefined;
  const cut = aliases.filter((alias) => carries(alias) && !routed.has(alias.instance.name));
  if (cut.length === 0) return undefined;
  return {
    reason: 'WouldNeedGap',
    message: `${cut.length} nodes are carried by their alias alone, and by the strategy cutover no route is put beside it: going back would lose traffic a second time. The way is forward.`,
  };
}

function foundRangeOverrulesRoutes({ facts, aliases }: Way): Refusal | undefined {
  const { podRange, routesOverlapAllowed } = facts.found.nodesSubnet;
  if (podRange === undefined || routesOverlapAllowed || aliases.length === 0) return undefined;
  return {
    reason: 'WouldNeedGap',
    message: `The secondary range ${podRange} had been found without the overlap flag, so it overrules the routes: without their aliases ${listed(aliases.map(({ instance }) => instance.name))} would not be reached. The way is forward.`,
  };
}

function controllerCannotBeRestored({ facts }: Way): Refusal | undefined {
  const { managedRoutes, allocatedFromAliases } = facts.found;
  const { managesRoutes, allocatesFromAliases } = facts.cloudControllerManager;
  const asFound = managesRoutes === managedRoutes && allocatesFromAliases === allocatedFromAliases;
  if (asFound || (managedRoutes && !allocatedFromAliases)) return undefined;
  return {
    reason: 'ControllerNotRestorable',
    message: `The cloud-controller-manager had been found ${managedRoutes ? 'managing' : 'not managing'} routes and ${allocatedFromAliases ? 'taking' : 'not taking'} pod CIDRs from aliases, which cannot be given back to it from here.`,
  };
}
