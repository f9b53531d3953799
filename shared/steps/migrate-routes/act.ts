import pLimit from 'p-limit';
import { timestamp } from '../../clock.ts';
import { ResourceNotFound } from '../../compute/errors.ts';
import type { StepRun } from '../../engine/step.ts';
import { advance, type PodRouteRecord, type PodRouteState } from '../../migration/pod-route.ts';
import { actOnSubnets, describeSubnetAction } from '../enable-ipv6-subnets/act.ts';
import { nodesSubnetName, POD_RANGE_NAME } from '../infrastructure-names.ts';
import { listed } from '../listed.ts';
import { MARKS, type RouteAction } from './decide.ts';
import {
  checkAllNodes,
  checkDeletedRoutes,
  checkFirstNode,
  finishRestoring,
  forgetProof,
  proveReached,
} from './proof.ts';
import { type CarryingNode, isDeletable, type PodRoute } from './survey.ts';

/** Calls in flight at once; far below the project's limit on concurrent operations (500). */
const CONCURRENCY = 10;

/** Brings about one action. Every one may be repeated after a crash at any point in it. */
export async function actOnRoutes(action: RouteAction, run: StepRun): Promise<void> {
  const { compute, cluster } = run.ports;
  const subnet = nodesSubnetName(run.migration.target);
  switch (action.kind) {
    case 'restore routes':
      return await finishRestoring(action.instances, run);
    case 'record':
      return await run.savePodRoutes(action.routes.map((route) => newRecord(route, run)));
    case 'confirm deleted':
      return await moveRecords(run, action.routes, 'deleted');
    case 'allow overlap':
      await compute.setRoutesOverlap(subnet, true);
      return await run.remember(MARKS.overlapAllowedAt, timestamp(run.clock));
    case 'add pod range':
      return await compute.addSecondaryRange(subnet, {
        name: POD_RANGE_NAME,
        range: run.migration.target.pods,
      });
    case 'add aliases':
      await forgetProof(run);
      return await addAliases(action.nodes, run);
    case 'verify aliases':
      return await moveRecords(run, action.routes, 'verified');
    case 'stop route controller':
      return await cluster.cloudControllerManager.stopManagingRoutes();
    case 'delete first route':
      // A look that cannot tell good from bad would prove nothing afterwards.
      await proveReached([action.route.route.name], run);
      // Which one it is stays known, so that the check after it cannot be forgotten.
      await forgetProof(run);
      await run.remember(MARKS.firstRoute, action.route.route.name);
      return await deleteRoutes([action.route], run);
    case 'check first node':
      return await checkFirstNode(action.route, run);
    case 'delete routes': {
      const names = action.routes.map(({ route }) => route.name);
      await forgetProof(run);
      await run.remember(MARKS.uncheckedRoutes, names.join(','));
      await deleteRoutes(action.routes, run);
      return await checkDeletedRoutes(names, run);
    }
    case 'check deleted routes':
      return await checkDeletedRoutes(action.routes, run);
    case 'check all nodes':
      return await checkAllNodes(action.nodes, run);
    case 'forbid overlap':
      return await compute.setRoutesOverlap(subnet, false);
    case 'nodes subnet':
      return await actOnSubnets(action.action, run);
  }
}

export function describeRouteAction(action: RouteAction): string {
  switch (action.kind) {
    case 'restore routes':
      return `created the routes to ${action.instances.length} instances again`;
    case 'record':
      return `recorded ${action.routes.length} pod routes`;
    case 'confirm deleted':
      return `found ${action.routes.length} recorded pod routes gone: ${listed(action.routes)}`;
    case 'allow overlap':
      return 'allowed the nodes subnet to overlap routes';
    case 'add pod range':
      return `added the secondary range ${POD_RANGE_NAME}`;
    case 'add aliases':
      return `added alias IP ranges to ${action.nodes.length} of the ${action.missing} nodes that lacked one`;
    case 'verify aliases':
      return `read back the alias IP ranges of ${action.routes.length} nodes`;
    case 'stop route controller':
      return 'told the cloud-controller-manager to leave routes alone';
    case 'delete first route':
      return `deleted the first pod route, ${action.route.route.name}`;
    case 'check first node':
      return `checked that the node behind ${action.route} is still reached`;
    case 'delete routes':
      return `deleted ${action.routes.length} of the ${action.left} pod routes left`;
    case 'check deleted routes':
      return `checked the nodes of ${action.routes.length} routes whose deletion had been cut off`;
    case 'check all nodes':
      return `checked that all ${action.nodes.length} nodes are reached`;
    case 'forbid overlap':
      return 'forbade the nodes subnet to overlap routes again';
    case 'nodes subnet':
      return describeSubnetAction(action.action);
  }
}

function newRecord({ route, destination, instance }: PodRoute, run: StepRun): PodRouteRecord {
  return {
    name: route.name,
    instance: route.nextHop.name,
    zone: route.nextHop.zone,
    podCidr: destination,
    network: route.network,
    priority: route.priority,
    description: route.description,
    state: 'recorded',
    orphaned: instance === undefined,
    recordedAt: timestamp(run.clock),
  };
}

/**
 * Aliases side by side, each awaited to the end of its operation. An instance that is gone by now needs none. What
 * succeeded is recorded even when another one failed; the failure is thrown then.
 */
async function addAliases(nodes: readonly CarryingNode[], run: StepRun): Promise<void> {
  const limit = pLimit(CONCURRENCY);
  let done = 0;
  const results = await Promise.allSettled(
    nodes.map((node) =>
      limit(async () => {
        run.signal.throwIfAborted();
        const alias = { range: node.podCidr, rangeName: POD_RANGE_NAME };
        const added = await unlessGone(run.ports.compute.addAlias(node.instance, alias));
        done += 1;
        if (done % CONCURRENCY === 0) {
          await run.report({ done, total: nodes.length, unit: 'alias IP ranges' });
        }
        return added ? node.instance.name : undefined;
      }),
    ),
  );
  const aliased = new Set(results.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])));
  const records = [...(await run.podRoutes()).values()].filter(({ instance }) => aliased.has(instance));
  await moveRecords(
    run,
    records.map(({ name }) => name),
    'aliased',
  );
  throwFirst(results);
}

/** Deletes routes whose records are stored, and records that they are gone. */
async function deleteRoutes(routes: readonly PodRoute[], run: StepRun): Promise<void> {
  const records = await run.podRoutes();
  for (const podRoute of routes) {
    const { route } = podRoute;
    const record = records.get(route.name);
    if (!isDeletable(record, podRoute)) {
      throw new Error(`route ${route.name} was to be deleted in state ${record?.state ?? 'not recorded'}`);
    }
  }
  const limit = pLimit(CONCURRENCY);
  const results = await Promise.allSettled(
    routes.map(({ route }) =>
      limit(async () => {
        run.signal.throwIfAborted();
        await run.ports.compute.deleteRoute(route.name);
        return route.name;
      }),
    ),
  );
  const deleted = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  await moveRecords(run, deleted, 'deleted');
  throwFirst(results);
}

async function moveRecords(run: StepRun, names: readonly string[], state: PodRouteState): Promise<void> {
  if (names.length === 0) return;
  const records = await run.podRoutes();
  const moved = names.flatMap((name) => {
    const record = records.get(name);
    return record === undefined ? [] : [advance(record, state, timestamp(run.clock))];
  });
  await run.savePodRoutes(moved);
}

async function unlessGone(call: Promise<void>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFound) return false;
    throw error;
  }
}

function throwFirst(results: readonly PromiseSettledResult<unknown>[]): void {
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
