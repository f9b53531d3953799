import pLimit from 'p-limit';
import { timestamp } from '../../clock.ts';
import { ResourceNotFound } from '../../compute/errors.ts';
import { TerminalError } from '../../engine/errors.ts';
import type { StepRun } from '../../engine/step.ts';
import { type PodRouteRecord, restored } from '../../migration/pod-route.ts';
import { nodesSubnetName } from '../infrastructure-names.ts';
import { listed } from '../listed.ts';
import { MARKS } from './decide.ts';
import type { Reason } from './reasons.ts';
import type { CarryingNode } from './survey.ts';

/** How often, and how far apart, a node is looked at before it counts as not reached: changes take time to spread. */
const LOOKS = 7;
const PAUSE_SECONDS = 5;
/** Routes created again at once. */
const CONCURRENCY = 10;

/** Before the first deletion: with route and alias in place the node is reached, and the probe can tell. */
export async function proveReached(routeNames: readonly string[], run: StepRun): Promise<void> {
  const records = await run.podRoutes();
  const nodes = await presentNodes(
    routeNames.flatMap((name) => records.get(name) ?? []),
    run,
  );
  const unreached = await unreachedAmong(nodes, run);
  if (unreached.length > 0) throw notReached(unreached, 'No route was deleted.');
}

/** After the first deletion: the node is reached, or its route comes back and the migration is blocked. */
export async function checkFirstNode(routeName: string, run: StepRun): Promise<void> {
  const record = (await run.podRoutes()).get(routeName);
  const stillThere = record !== undefined && (await presentNodes([record], run)).length > 0;
  if (!stillThere) {
    // The node left in the meantime and proves nothing; another one is chosen.
    return await run.remember(MARKS.firstRoute, '');
  }
  await checkAndRestore([routeName], run);
  await run.remember(MARKS.firstNodeReached, record.instance);
}

/** After a batch's deletion; again after a crash, until the batch was looked at or its routes are back. */
export async function checkDeletedRoutes(routeNames: readonly string[], run: StepRun): Promise<void> {
  await checkAndRestore(routeNames, run);
  await run.remember(MARKS.uncheckedRoutes, '');
}

/** What was seen of all nodes holds no more once one of them changes its carrier. */
export async function forgetProof(run: StepRun): Promise<void> {
  if (run.migration.marks[MARKS.allNodesReached]) await run.remember(MARKS.allNodesReached, '');
}

/**
 * Looks whether the nodes behind these deleted routes are reached. Those that are not get their routes back, while the
 * subnet still lets routes overlap it.
 *
 * @throws TerminalError naming the nodes that were not reached.
 */
async function checkAndRestore(routeNames: readonly string[], run: StepRun): Promise<void> {
  const records = await run.podRoutes();
  const deleted = routeNames.flatMap((name) => records.get(name) ?? []);
  const unreached = await unreachedAmong(await presentNodes(deleted, run), run);
  if (unreached.length === 0) return;
  await restoreRoutes(unreached, run);
  throw notReached(unreached, 'Their routes were created again.');
}

/** Goes on where a restore was cut off. @throws TerminalError always: the verdict that the crash kept from being written. */
export async function finishRestoring(instances: readonly string[], run: StepRun): Promise<void> {
  await restoreRoutes(instances, run);
  throw notReached(instances, 'Their routes were created again.');
}

/**
 * Creates the deleted routes to these instances again. The verdict is marked first and taken back last: cut off in between,
 * the restore is finished before anything else is done. One failure does not keep the other routes from it.
 */
async function restoreRoutes(instances: readonly string[], run: StepRun): Promise<void> {
  await run.remember(MARKS.unreachedInstances, instances.join(','));
  const records = [...(await run.podRoutes()).values()];
  const lost = records.filter(({ instance, orphaned }) => !orphaned && instances.includes(instance));
  await run.savePodRoutes(lost.map((record) => restored(record, timestamp(run.clock))));
  const limit = pLimit(CONCURRENCY);
  const results = await Promise.allSettled(lost.map((record) => limit(() => createAgain(record, run))));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  // What was proven is proven no more: the next attempt starts with a single route again.
  const { firstRoute, firstNodeReached, uncheckedRoutes, unreachedInstances } = MARKS;
  for (const mark of [firstRoute, firstNodeReached, uncheckedRoutes, unreachedInstances]) {
    await run.remember(mark, '');
  }
}

async function createAgain(record: PodRouteRecord, run: StepRun): Promise<void> {
  const { name, network, podCidr, description, priority, instance, zone } = record;
  const nextHop = { name: instance, zone };
  try {
    await run.ports.compute.createRoute({
      name,
      network,
      destination: podCidr,
      description,
      priority,
      nextHop,
    });
  } catch (error) {
    // Its instance went in the meantime, and the pods with it.
    if (!(error instanceof ResourceNotFound)) throw error;
  }
}

/**
 * The last look while routes can still come back; the deleted routes of nodes that are not reached are created again here
 * too.
 *
 * @throws TerminalError naming the nodes that were not reached.
 */
export async function checkAllNodes(nodes: readonly CarryingNode[], run: StepRun): Promise<void> {
  const carried = nodes.map(({ instance, podCidr }) => ({ instance: instance.name, podCidr }));
  const unreached = await unreachedAmong(await presentNodes(carried, run), run);
  if (unreached.length > 0) {
    await restoreRoutes(unreached, run);
    throw notReached(unreached, 'The overlap flag was left on, and what routes they had were created again.');
  }
  await run.remember(MARKS.allNodesReached, timestamp(run.clock));
}

/** Those whose Node is there and stays: nobody's traffic depends on one that is being deleted. */
async function presentNodes(
  carried: readonly { readonly instance: string; readonly podCidr: string }[],
  run: StepRun,
): Promise<{ name: string; podCidr: string }[]> {
  const staying = new Set(
    (await run.ports.cluster.nodes())
      .filter((node) => !node.leaving)
      .map(({ instance, name }) => instance?.name ?? name),
  );
  return carried
    .filter(({ instance }) => staying.has(instance))
    .map(({ instance, podCidr }) => ({ name: instance, podCidr }));
}

async function unreachedAmong(
  nodes: readonly { name: string; podCidr: string }[],
  run: StepRun,
): Promise<readonly string[]> {
  let suspects = nodes;
  for (let look = 1; suspects.length > 0; look += 1) {
    const unreached = new Set(await run.ports.reachability.unreached(suspects));
    suspects = suspects.filter(({ name }) => unreached.has(name));
    if (suspects.length === 0 || look === LOOKS) break;
    await run.clock.sleep(PAUSE_SECONDS * 1000, run.signal);
  }
  if (suspects.length === 0) return [];
  // A Node outlives its instance by a while; nobody's pods are there any more.
  const instances = await run.ports.compute.instances(nodesSubnetName(run.migration.target));
  const running = new Set(instances.flatMap((instance) => (instance.running ? [instance.name] : [])));
  return suspects.flatMap(({ name }) => (running.has(name) ? [name] : []));
}

function notReached(nodes: readonly string[], what: string): TerminalError {
  return new TerminalError(
    'NodeNotReached' satisfies Reason,
    `The pods of ${listed(nodes)} are not reached. ${what}`,
    'Compare aliases, firewall and the guest agent of these nodes with those of others, then publish the step again.',
  );
}
