import type { Strategy } from '../../migration/plan.ts';
import { NODE_REPLACEMENT_SECONDS } from '../../migration/rollout-duration.ts';
import { PATIENCE } from '../migrate-routes/patience.ts';

/**
 * How long things usually take, in seconds. No figures are published (`gcp-compute-semantics.md` §4.6,
 * `make-before-break.md` §7); these are the middle of what reports and client time-outs suggest.
 */
const SECONDS = {
  /** `routes.delete`: 4 to 5 s in reports. */
  route: 4.5,
  /** `instances.updateNetworkInterface`. */
  networkInterface: 7,
  /** `subnetworks.patch`. */
  subnetPatch: 14,
  /** The cloud-controller-manager's new pod, and the 30 s in which the old one may end. */
  controllerRollout: 40,
  /** A look at the nodes of a batch; all are reached. */
  check: 2,
  nodeReplacement: NODE_REPLACEMENT_SECONDS,
};

/** Calls of one kind under way at once. */
const SIDE_BY_SIDE = 180;

export interface Extent {
  readonly nodes: number;
  /** Nodes that lack their alias. */
  readonly toAlias: number;
  readonly podRoutes: number;
  readonly nodesAtOnce: number;
}

/** Seconds that `migrate-routes` takes when every call takes as long as it usually does. */
export function expectedSeconds(strategy: Strategy, extent: Extent): number {
  switch (strategy) {
    case 'overlap':
      return Math.round(overlapSeconds(extent));
    case 'rollover':
      return Math.round(rolloverSeconds(extent));
    case 'cutover':
      return (
        SECONDS.controllerRollout + SECONDS.subnetPatch + SECONDS.check + gapSeconds(extent) + SECONDS.check
      );
  }
}

/** Seconds in which `cutover` leaves nodes without carrier: from the first deletion to the last alias. */
export function gapSeconds({ podRoutes, toAlias }: Extent): number {
  const { route, subnetPatch, networkInterface } = SECONDS;
  return Math.round(rounds(podRoutes) * route + subnetPatch + rounds(toAlias) * networkInterface);
}

function overlapSeconds({ toAlias, podRoutes, nodesAtOnce }: Extent): number {
  const { subnetPatch, networkInterface, check, route, controllerRollout } = SECONDS;
  const range =
    podRoutes === 0
      ? subnetPatch
      : subnetPatch + PATIENCE.overlapSettling + subnetPatch + PATIENCE.rangeWatch;
  const aliases =
    toAlias === 0
      ? 0
      : networkInterface +
        PATIENCE.firstAliasWatch +
        rounds(toAlias - 1) * networkInterface +
        PATIENCE.aliasesWatch;
  return range + aliases + controllerRollout + deletionSeconds() + check + 2 * subnetPatch;

  /** Each batch is smaller than what the owner allows at once; the first deletion is alone. */
  function deletionSeconds(): number {
    if (podRoutes === 0) return 0;
    const batches = Math.ceil((podRoutes - 1) / Math.max(1, nodesAtOnce - 1));
    const { firstDeletionWatch, batchWatch, lastWatch } = PATIENCE;
    return route + firstDeletionWatch + batches * (route + batchWatch + check) + lastWatch;
  }
}

function rolloverSeconds({ nodes, nodesAtOnce, podRoutes }: Extent): number {
  const { controllerRollout, subnetPatch, nodeReplacement, route } = SECONDS;
  const rolled = Math.ceil(nodes / nodesAtOnce) * nodeReplacement;
  return (
    controllerRollout + 2 * subnetPatch + PATIENCE.freeRangeWatch + rolled + (podRoutes === 0 ? 0 : route)
  );
}

function rounds(calls: number): number {
  return Math.ceil(calls / SIDE_BY_SIDE);
}
