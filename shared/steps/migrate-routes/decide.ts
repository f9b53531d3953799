import type { Decision } from '../../migration/outcome.ts';
import { decideNodesSubnet, type SubnetAction } from '../enable-ipv6-subnets/decide.ts';
import { listed } from '../listed.ts';
import type { RouteFacts } from './gather.ts';
import { obstacleIn } from './obstacles.ts';
import type { Reason } from './reasons.ts';
import { type CarryingNode, isDeletable, type PodRoute, type Survey, survey } from './survey.ts';

export type RouteAction =
  | { readonly kind: 'restore routes'; readonly instances: readonly string[] }
  | { readonly kind: 'record'; readonly routes: readonly PodRoute[] }
  | { readonly kind: 'confirm deleted'; readonly routes: readonly string[] }
  | { readonly kind: 'allow overlap' }
  | { readonly kind: 'add pod range' }
  | { readonly kind: 'add aliases'; readonly nodes: readonly CarryingNode[]; readonly missing: number }
  | { readonly kind: 'verify aliases'; readonly routes: readonly string[] }
  | { readonly kind: 'stop route controller' }
  | { readonly kind: 'delete first route'; readonly route: PodRoute }
  | { readonly kind: 'check first node'; readonly route: string }
  | { readonly kind: 'delete routes'; readonly routes: readonly PodRoute[]; readonly left: number }
  | { readonly kind: 'check deleted routes'; readonly routes: readonly string[] }
  | { readonly kind: 'check all nodes'; readonly nodes: readonly CarryingNode[] }
  | { readonly kind: 'forbid overlap' }
  | { readonly kind: 'nodes subnet'; readonly action: SubnetAction };

/** Marks that this step leaves in the migration. */
export const MARKS = {
  overlapAllowedAt: 'migrate-routes/overlap-allowed-at',
  firstRoute: 'migrate-routes/first-route',
  firstNodeReached: 'migrate-routes/first-node-reached',
  /** Names of the batch whose deletion was begun and whose nodes were not looked at since. */
  uncheckedRoutes: 'migrate-routes/unchecked-routes',
  /** Instances that were found not reached and whose routes are being created again. */
  unreachedInstances: 'migrate-routes/unreached-instances',
  allNodesReached: 'migrate-routes/all-nodes-reached',
} as const;

/** A mark that was taken back is empty. */
function markOf({ marks }: RouteFacts, name: keyof typeof MARKS): string | undefined {
  return marks[MARKS[name]] || undefined;
}

/** Between the flag and the range, for the fabric to take the flag in (make-before-break.md §8, step 2). */
const SETTLING_SECONDS = 60;
/**
 * Between reading an alias back and deleting its route. What the API shows reaches the hosts later; no figure is
 * published (make-before-break.md §7), and only while both stand does it not matter.
 */
const ALIAS_SETTLING_SECONDS = 30;
/** Aliases added, and routes deleted, in one act: few enough for an act to stay well under a minute. */
const ALIAS_BATCH = 50;
const DELETE_BATCH = 25;

type Phase = (survey: Survey) => Decision<RouteAction> | undefined;

/**
 * Make before break (DESIGN, strategy overlap): each phase says what it still lacks, the first one that lacks something
 * decides. A node that joins or a route that appears in the middle is simply seen in the next round and goes through
 * the earlier phases, before anything later goes on.
 */
export function decideRoutes(facts: RouteFacts): Decision<RouteAction> {
  const seen = survey(facts);
  const obstacle = obstacleIn(seen);
  if (obstacle !== undefined) return obstacle;
  for (const phase of PHASES) {
    const decision = phase(seen);
    if (decision !== undefined) return decision;
  }
  return {
    kind: 'done',
    summary: `${seen.nodes.length} nodes are carried by alias IP ranges, no pod route is left, the nodes subnet is dual-stack`,
  };
}

const PHASES: readonly Phase[] = [
  // A node was found not reached, and a crash came before its route was back and the block was written.
  finishRestoring,
  // What will be deleted is on record first, with all that it takes to create it again.
  recordRoutes,
  // A deletion whose record was lost in a crash, or a route that went with its node.
  confirmDeleted,
  // Only a subnet that allows it takes a range over existing routes.
  allowOverlap,
  // The fabric learns of the flag before the range depends on it.
  letOverlapSettle,
  // The whole pod CIDR, while every route still stands.
  addPodRange,
  // From here on both lead to the same NIC. A node without any carrier comes first of all.
  addAliases,
  // Read back from the NIC, not believed from the operation.
  verifyAliases,
  // The route controller would create again what is deleted, so it stops first …
  stopRouteController,
  // … and its old pod, which still acts on its old arguments, is gone.
  awaitRouteController,
  // An alias may carry traffic only some time after the API shows it.
  letAliasesSettle,
  // A route whose node cannot be told, or has no pod CIDR, goes only with its instance.
  awaitUnclearRoutes,
  // The moment of truth is the first deletion: one route, then a look whether its node is still reached.
  deleteFirstRoute,
  checkFirstNode,
  // A crash came between a batch's deletion and its check: that comes before any further deletion.
  checkDeletedRoutes,
  deleteRoutes,
  // Before the flag goes, which ends the fallback to routes.
  checkAllNodes,
  forbidOverlap,
  // Hybrid routing knows no IPv6, so the stack type comes last.
  makeNodesSubnetDualStack,
];

function finishRestoring({ facts }: Survey): Decision<RouteAction> | undefined {
  return act(markOf(facts, 'unreachedInstances')?.split(',') ?? [], (instances) => ({
    kind: 'restore routes',
    instances,
  }));
}

function recordRoutes({ podRoutes }: Survey): Decision<RouteAction> | undefined {
  return act(
    podRoutes.filter(({ record }) => record === undefined),
    (routes) => ({ kind: 'record', routes }),
  );
}

function confirmDeleted({ facts, podRoutes }: Survey): Decision<RouteAction> | undefined {
  const present = new Set(podRoutes.map(({ route }) => route.name));
  const gone = [...facts.records.values()].filter(
    ({ name, state }) => state !== 'deleted' && !present.has(name),
  );
  return act(
    gone.map(({ name }) => name),
    (routes) => ({ kind: 'confirm deleted', routes }),
  );
}

function allowOverlap({ facts, podRoutes, podRange }: Survey): Decision<RouteAction> | undefined {
  if (podRange !== undefined || podRoutes.length === 0) return undefined;
  const allowed = facts.subnets.nodes?.routesOverlapAllowed === true;
  const known = markOf(facts, 'overlapAllowedAt') !== undefined;
  return allowed && known ? undefined : { kind: 'act', action: { kind: 'allow overlap' } };
}

function letOverlapSettle({ facts, podRoutes, podRange }: Survey): Decision<RouteAction> | undefined {
  const since = markOf(facts, 'overlapAllowedAt');
  if (podRange !== undefined || podRoutes.length === 0 || since === undefined) return undefined;
  const left = Math.ceil(SETTLING_SECONDS - (facts.now - Date.parse(since)) / 1000);
  if (left <= 0) return undefined;
  return wait(
    'OverlapSettling',
    `the subnet’s overlap flag is given ${left} s more to settle`,
    Math.min(left, 15),
  );
}

function addPodRange({ podRange }: Survey): Decision<RouteAction> | undefined {
  return podRange === undefined ? { kind: 'act', action: { kind: 'add pod range' } } : undefined;
}

function addAliases({ nodes, podRoutes }: Survey): Decision<RouteAction> | undefined {
  const routed = new Set(podRoutes.map(({ destination }) => destination));
  const missing = nodes
    .filter(({ aliased }) => !aliased)
    .toSorted((a, b) => Number(routed.has(a.podCidr)) - Number(routed.has(b.podCidr)));
  return act(missing, (all) => ({
    kind: 'add aliases',
    nodes: all.slice(0, ALIAS_BATCH),
    missing: all.length,
  }));
}

function verifyAliases({ podRoutes, nodes }: Survey): Decision<RouteAction> | undefined {
  const aliased = new Map(
    nodes.filter((node) => node.aliased).map(({ instance, podCidr }) => [instance.name, podCidr]),
  );
  // By the route's own next hop: another instance's alias for the same range proves nothing about this one.
  const unverified = podRoutes.filter(
    ({ record, route, destination }) =>
      (record?.state === 'recorded' || record?.state === 'aliased') &&
      aliased.get(route.nextHop.name) === destination,
  );
  return act(
    unverified.map(({ route }) => route.name),
    (routes) => ({ kind: 'verify aliases', routes }),
  );
}

function stopRouteController({ facts, joining }: Survey): Decision<RouteAction> | undefined {
  const { managesRoutes, allocatesFromAliases } = facts.cloudControllerManager;
  if (!managesRoutes && allocatesFromAliases) return undefined;
  if (joining.length > 0) {
    return wait('NodesJoining', `no pod CIDR yet: ${listed(joining.map(({ name }) => name))}`, 10);
  }
  return { kind: 'act', action: { kind: 'stop route controller' } };
}

function awaitRouteController({ facts }: Survey): Decision<RouteAction> | undefined {
  const { rollout, oldPods } = facts.cloudControllerManager;
  if (rollout.complete && oldPods === 0) return undefined;
  return wait(
    'CloudControllerManagerRollingOut',
    `${rollout.updated} of ${rollout.desired} cloud-controller-manager pods are new, ${oldPods} old ones are left`,
    5,
  );
}

function letAliasesSettle({ facts, podRoutes }: Survey): Decision<RouteAction> | undefined {
  const verified = podRoutes.flatMap(({ record }) => record?.verifiedAt ?? []);
  const newest = Math.max(0, ...verified.map((at) => Date.parse(at)));
  const left = Math.ceil(ALIAS_SETTLING_SECONDS - (facts.now - newest) / 1000);
  if (left <= 0) return undefined;
  return wait(
    'AliasesSettling',
    `the newest alias IP ranges are given ${left} s more to settle`,
    Math.min(left, 15),
  );
}

function awaitUnclearRoutes({ podRoutes }: Survey): Decision<RouteAction> | undefined {
  const unclear = podRoutes.filter((podRoute) => !isDeletable(podRoute.record, podRoute));
  if (unclear.length === 0) return undefined;
  return wait(
    'RouteWithoutNode',
    `no Node with a pod CIDR behind ${listed(unclear.map(({ route }) => `${route.name} (${route.nextHop.name})`))}`,
    15,
  );
}

function deleteFirstRoute({ facts, podRoutes }: Survey): Decision<RouteAction> | undefined {
  if (markOf(facts, 'firstNodeReached') !== undefined) return undefined;
  const chosen = markOf(facts, 'firstRoute');
  if (chosen !== undefined && facts.records.get(chosen)?.state === 'deleted') return undefined;
  const candidates = podRoutes.filter(({ record }) => record?.state === 'verified');
  const route =
    candidates.find((each) => each.route.name === chosen) ??
    // A node that was not reached before is the one to try.
    candidates.find(({ record }) => record?.restoredAt !== undefined) ??
    candidates[0];
  return route === undefined ? undefined : { kind: 'act', action: { kind: 'delete first route', route } };
}

function checkFirstNode({ facts }: Survey): Decision<RouteAction> | undefined {
  const route = markOf(facts, 'firstRoute');
  if (route === undefined || markOf(facts, 'firstNodeReached') !== undefined) return undefined;
  return { kind: 'act', action: { kind: 'check first node', route } };
}

function checkDeletedRoutes({ facts }: Survey): Decision<RouteAction> | undefined {
  return act(markOf(facts, 'uncheckedRoutes')?.split(',') ?? [], (routes) => ({
    kind: 'check deleted routes',
    routes,
  }));
}

function deleteRoutes({ podRoutes }: Survey): Decision<RouteAction> | undefined {
  return act(podRoutes, (all) => ({
    kind: 'delete routes',
    routes: all.slice(0, DELETE_BATCH),
    left: all.length,
  }));
}

function checkAllNodes({ facts, nodes }: Survey): Decision<RouteAction> | undefined {
  const overlapping = facts.subnets.nodes?.routesOverlapAllowed === true;
  if (!overlapping || markOf(facts, 'allNodesReached') !== undefined) return undefined;
  return { kind: 'act', action: { kind: 'check all nodes', nodes } };
}

function forbidOverlap({ facts }: Survey): Decision<RouteAction> | undefined {
  return facts.subnets.nodes?.routesOverlapAllowed === true
    ? { kind: 'act', action: { kind: 'forbid overlap' } }
    : undefined;
}

function makeNodesSubnetDualStack({ facts }: Survey): Decision<RouteAction> | undefined {
  const decision = decideNodesSubnet(facts.subnets);
  if (decision?.kind !== 'act') return decision;
  return { kind: 'act', action: { kind: 'nodes subnet', action: decision.action } };
}

function act<Item>(
  items: readonly Item[],
  action: (items: readonly Item[]) => RouteAction,
): Decision<RouteAction> | undefined {
  return items.length === 0 ? undefined : { kind: 'act', action: action(items) };
}

function wait(reason: Reason, message: string, lookAgainAfterSeconds: number): Decision<RouteAction> {
  return { kind: 'waiting', reason, message, lookAgainAfterSeconds };
}
