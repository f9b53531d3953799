import { timestamp } from '../../../clock.ts';
import { isRefusedByTheNetwork } from '../../../compute/errors.ts';
import type { StepRun } from '../../../engine/step.ts';
import { type PodRouteRecord, restored } from '../../../migration/pod-route.ts';
import { MARKS } from '../marks.ts';
import { clearRange } from './clear-range.ts';
import { notReached } from './look.ts';
import { sideBySide } from './pace.ts';
import { unlessGone } from './unless-gone.ts';

export const RESTORED = 'Their routes were created again.';

/** Goes on where a restore was cut off. @throws TerminalError always: the verdict that the crash kept from being written. */
export async function finishRestoring(instances: readonly string[], run: StepRun): Promise<void> {
  await restoreRoutes(instances, run);
  throw notReached(instances, RESTORED);
}

/**
 * Creates the deleted routes to these instances again. The verdict is marked first and taken back last: cut off in between,
 * the restore is finished before anything else is done. One failure does not keep the other routes from it.
 */
export async function restoreRoutes(instances: readonly string[], run: StepRun): Promise<void> {
  await run.remember(MARKS.unreachedInstances, instances.join(','));
  const wanted = new Set(instances);
  const lost = [...(await run.podRoutes()).values()].filter(
    ({ instance, orphaned }) => !orphaned && wanted.has(instance),
  );
  await run.savePodRoutes(lost.map((record) => restored(record, timestamp(run.clock))));
  try {
    await createAllAgain(lost, run);
  } catch (error) {
    if (!isRefusedByTheNetwork(error) || !(await clearRange(wanted, run))) throw error;
    await createAllAgain(lost, run);
  }
  // What was proven is proven no more: the next attempt starts with a single route again.
  const { firstRoute, firstNodeReached, uncheckedRoutes, unreachedInstances } = MARKS;
  for (const mark of [firstRoute, firstNodeReached, uncheckedRoutes, unreachedInstances]) {
    if (run.migration.marks[mark]) await run.remember(mark, '');
  }
}

async function createAllAgain(lost: readonly PodRouteRecord[], run: StepRun): Promise<void> {
  const { throwFirst } = await sideBySide(lost, (record) => createAgain(record, run));
  throwFirst();
}

/** The route exactly as it was recorded. Its instance may have gone in the meantime, and the pods with it. */
export async function createAgain(record: PodRouteRecord, run: StepRun): Promise<void> {
  const { name, network, podCidr, description, priority, instance, zone } = record;
  const nextHop = { name: instance, zone };
  const route = { name, network, destination: podCidr, description, priority, nextHop };
  await unlessGone(run.ports.compute.createRoute(route));
}
