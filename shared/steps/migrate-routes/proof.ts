import { timestamp } from '../../clock.ts';
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

/**
 * Looks whether the nodes behind these deleted routes are reached. Those that are not get their routes back, while the
 * subnet still lets routes overlap it.
 *
 * @throws TerminalError naming the nodes that were not reached.
 */
export async function checkAndRestore(routeNames: readonly string[], run: StepRun): Promise<void> {
  const records = await run.podRoutes();
  const deleted = routeNames.flatMap((name) => records.get(name) ?? []);
  const unreached = await unreachedAmong(await presentNodes(deleted, run), run);
  if (unreached.length === 0) return;
  await restoreRoutes(deleted, unreached, run);
  throw notReached(unreached, 'Their routes were created again.');
}

/**
 * Creates the deleted routes of these nodes again. On record before: a crash in between leaves a route that is found gone,
 * and looked after once more, and never one that nobody remembers to have restored.
 */
async function restoreRoutes(
  deleted: readonly PodRouteRecord[],
  unreached: readonly string[],
  run: StepRun,
): Promise<void> {
  const lost = deleted.filter(({ instance }) => unreached.includes(instance));
  await run.savePodRoutes(lost.map((record) => restored(record, timestamp(run.clock))));
  for (const record of lost) {
    const { name, network, podCidr, description, priority, instance, zone } = record;
    await run.ports.compute.createRoute({
      name,
      network,
      destination: podCidr,
      description,
      priority,
      nextHop: { name: instance, zone },
    });
  }
  // What was proven is proven no more: the next attempt starts with a single route again.
  await run.remember(MARKS.firstRoute, '');
  await run.remember(MARKS.firstNodeReached, '');
}

/**
 * The last look while routes can still come back. A crash may have come between a batch's deletion and its check, so
 * the deleted routes of nodes that are not reached are created again here too.
 *
 * @throws TerminalError naming the nodes that were not reached.
 */
export async function checkAllNodes(nodes: readonly CarryingNode[], run: StepRun): Promise<void> {
  const unreached = await unreachedAmong(
    nodes.map(({ instance, podCidr }) => ({ name: instance.name, podCidr })),
    run,
  );
  if (unreached.length > 0) {
    const records = [...(await run.podRoutes()).values()];
    await restoreRoutes(
      records.filter(({ state }) => state === 'deleted'),
      unreached,
      run,
    );
    throw notReached(unreached, 'The overlap flag was left on, and what routes they had were created again.');
  }
  await run.remember(MARKS.allNodesReached, timestamp(run.clock));
}

async function presentNodes(
  records: readonly PodRouteRecord[],
  run: StepRun,
): Promise<{ name: string; podCidr: string }[]> {
  const ready = new Set(
    (await run.ports.cluster.nodes())
      .filter((node) => !node.leaving)
      .map(({ instance, name }) => instance?.name ?? name),
  );
  return records
    .filter(({ instance }) => ready.has(instance))
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
  const existing = new Set(instances.map(({ name }) => name));
  return suspects.flatMap(({ name }) => (existing.has(name) ? [name] : []));
}

function notReached(nodes: readonly string[], what: string): TerminalError {
  return new TerminalError(
    'NodeNotReached' satisfies Reason,
    `The pods of ${listed(nodes)} are not reached. ${what}`,
    'Compare aliases, firewall and the guest agent of these nodes with those of others, then publish the step again.',
  );
}
