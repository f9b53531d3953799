import pLimit from 'p-limit';
import { conditionOf } from '../../cluster/kinds/common.ts';
import { NO_ROUTE_CREATED, ROUTE_CREATED, setNodeCondition } from '../conditions.ts';
import type { ActorContext } from '../context.ts';
import { nodesSubnetName } from '../context.ts';
import type { RoutedNode } from './pod-routes.ts';
import { planRoutes, podRouteName, ROUTE_DESCRIPTION } from './pod-routes.ts';

/** Calls that the real one has under way at the same time at most (make-before-break.md §6.2). */
const CALLS_IN_FLIGHT = 200;

export interface RouteCluster {
  readonly name: string;
  readonly cidr: string;
}

/**
 * One pass of the route controller. `acting` is asked again before each call: a process that has ended makes
 * none.
 *
 * Only IPv4: Gardener never runs it on a dual-stack cluster.
 */
export async function reconcileRoutes(
  context: ActorContext,
  cluster: RouteCluster,
  acting: () => boolean,
): Promise<void> {
  const { infrastructure } = context;
  const subnet = await infrastructure.subnet(nodesSubnetName(context.technicalId));
  if (subnet === undefined) return;
  const { network } = subnet;
  const plan = planRoutes(cluster, routedNodes(context), await infrastructure.routes(network));
  const limit = pLimit(CALLS_IN_FLIGHT);
  const call = (action: () => Promise<void>) => limit(async () => (acting() ? action() : undefined));
  await Promise.all([
    ...plan.stale.map((route) =>
      call(async () => {
        // Like the real one it only logs: the next pass tries again.
        await infrastructure
          .deleteRoute(route.name)
          .catch((error) => context.report({ actor: 'route-controller', subject: route.name, error }));
      }),
    ),
    ...plan.missing.map((node) => call(() => createRoute(context, cluster.name, network, node))),
    ...plan.routed.map((node) => call(() => setNodeCondition(context, node.name, ROUTE_CREATED))),
  ]);
}

function routedNodes(context: ActorContext): RoutedNode[] {
  return context.cluster.nodes().flatMap(({ metadata, spec }) => {
    const podCidr = spec?.podCIDRs?.find((cidr) => !cidr.includes(':'));
    return podCidr === undefined ? [] : [{ name: metadata.name, uid: metadata.uid, podCidr }];
  });
}

async function createRoute(
  context: ActorContext,
  clusterName: string,
  network: string,
  { name, uid, podCidr }: RoutedNode,
): Promise<void> {
  const vm = await context.infrastructure.vm(name);
  try {
    if (vm === undefined) throw new Error(`instance ${name} not found`);
    await context.infrastructure.createRoute({
      name: podRouteName(clusterName, uid),
      network,
      destination: podCidr,
      description: ROUTE_DESCRIPTION,
      nextHop: { name, zone: vm.zone },
    });
    await setNodeCondition(context, name, ROUTE_CREATED);
  } catch (error) {
    context.report({ actor: 'route-controller', subject: name, error });
    await routeFailed(context, name, podCidr, error);
  }
}

async function routeFailed(
  context: ActorContext,
  name: string,
  podCidr: string,
  error: unknown,
): Promise<void> {
  const node = context.cluster.node(name);
  if (node === undefined) return;
  const why = error instanceof Error ? error.message : String(error);
  await context.cluster.recordNodeEvent(node, {
    type: 'Warning',
    reason: 'FailedToCreateRoute',
    message: `Could not create route ${node.metadata.uid} ${podCidr} for node ${name}: ${why}`,
    component: 'route_controller',
  });
  if (conditionOf(node, 'NetworkUnavailable')?.status !== 'True') {
    await setNodeCondition(context, name, NO_ROUTE_CREATED);
  }
}
