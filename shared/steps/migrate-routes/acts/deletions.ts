import type { StepRun } from '../../../engine/step.ts';
import { MARKS } from '../marks.ts';
import { PATIENCE } from '../patience.ts';
import { isDeletable, type PodRoute } from '../survey.ts';
import { forgetProof } from './aliases.ts';
import { type LookedAt, notReached, present, proveReached, watch } from './look.ts';
import { goesThroughGap, inBatches, sideBySide } from './pace.ts';
import { moveRecords, noteDeletions } from './records.ts';
import { RESTORED, restoreRoutes } from './restore.ts';

/** One route, alone, and the look that follows it. */
export async function deleteFirstRoute(podRoute: PodRoute, run: StepRun): Promise<void> {
  const { name } = podRoute.route;
  // A look that cannot tell good from bad would prove nothing afterwards.
  await proveReached(await nodesBehind([name], run), run, 'No route was deleted.');
  await forgetProof(run);
  // Which one it is stays known, so that the check after it cannot be forgotten.
  await run.remember(MARKS.firstRoute, name);
  await deleteRecorded([podRoute], run);
  await checkFirstNode(name, run);
}

/** After the first deletion: the node is reached, or its route comes back and the migration is blocked. */
export async function checkFirstNode(routeName: string, run: StepRun): Promise<void> {
  const nodes = await present(await nodesBehind([routeName], run), run);
  await checkAndRestore(nodes, run, PATIENCE.firstDeletionWatch);
  const [stayed] = await present(nodes, run);
  // One that left before or meanwhile was not looked at to the end and proves nothing; another one is chosen.
  if (stayed === undefined) return await run.remember(MARKS.firstRoute, '');
  await run.remember(MARKS.firstNodeReached, stayed.name);
}

/** Batch by batch, each looked at before the next begins, as many as fit into an act. */
export async function deleteRoutes(routes: readonly PodRoute[], atOnce: number, run: StepRun): Promise<void> {
  await forgetProof(run);
  await inBatches(routes, atOnce, run, async (batch, done) => {
    const names = batch.map(({ route }) => route.name);
    await run.remember(MARKS.uncheckedRoutes, names.join(','));
    await deleteRecorded(batch, run);
    await checkDeletedRoutes(names, run);
    await run.report({ done, total: routes.length, unit: 'pod routes deleted' });
  });
}

/** After a batch's deletion; again after a crash, until the batch was looked at or its routes are back. */
export async function checkDeletedRoutes(routeNames: readonly string[], run: StepRun): Promise<void> {
  await checkAndRestore(await nodesBehind(routeNames, run), run, PATIENCE.batchWatch);
  await run.remember(MARKS.uncheckedRoutes, '');
}

/**
 * Without a look afterwards.
 *
 * @throws Error when a route is not to be deleted as far as the records say: a mistake in the program.
 */
export async function deleteRecorded(routes: readonly PodRoute[], run: StepRun): Promise<void> {
  const records = await run.podRoutes();
  for (const podRoute of routes) {
    const record = records.get(podRoute.route.name);
    if (!isDeletable(record, podRoute)) {
      throw new Error(
        `route ${podRoute.route.name} was to be deleted in state ${record?.state ?? 'not recorded'}`,
      );
    }
  }
  await deleteAll(routes, run);
}

/** On record before the first of them is asked for; what succeeded is, too, when another one failed. The failure is thrown then. */
export async function deleteAll(routes: readonly PodRoute[], run: StepRun): Promise<void> {
  await noteDeletions(
    routes.map(({ route }) => route.name),
    run,
  );
  const { done, throwFirst } = await sideBySide(
    routes,
    async ({ route }) => {
      run.signal.throwIfAborted();
      await run.ports.compute.deleteRoute(route.name);
    },
    { inGap: goesThroughGap(run) },
  );
  await moveRecords(
    run,
    done.map(({ route }) => route.name),
    'deleted',
  );
  throwFirst();
}

/**
 * Those that are not reached get their routes back, while the subnet still lets routes overlap it.
 *
 * @throws TerminalError naming the nodes that were not reached.
 */
async function checkAndRestore(nodes: readonly LookedAt[], run: StepRun, seconds: number): Promise<void> {
  const unreached = await watch(nodes, run, seconds);
  if (unreached.length === 0) return;
  await restoreRoutes(unreached, run);
  throw notReached(unreached, RESTORED);
}

async function nodesBehind(routeNames: readonly string[], run: StepRun): Promise<readonly LookedAt[]> {
  const records = await run.podRoutes();
  return routeNames.flatMap((routeName) => {
    const record = records.get(routeName);
    return record === undefined ? [] : [{ name: record.instance, podCidr: record.podCidr }];
  });
}
