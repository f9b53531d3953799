import { timestamp } from '../../../clock.ts';
import { ComputeRefused } from '../../../compute/errors.ts';
import { describeError, TerminalError } from '../../../engine/errors.ts';
import type { StepRun } from '../../../engine/step.ts';
import { type PodRouteRecord, restored } from '../../../migration/pod-route.ts';
import { inBatches, sideBySide } from '../../migrate-routes/acts/pace.ts';
import { moveRecords } from '../../migrate-routes/acts/records.ts';
import { createAgain } from '../../migrate-routes/acts/restore.ts';
import { ABORT_MARKS } from '../marks.ts';
import type { AbortReason } from '../reasons.ts';

/** Routes per write of records and report; each batch is awaited. */
const BATCH = 300;

/**
 * Creates recorded routes again, as many as fit into an act. The records say so first: one that called an existing route
 * deleted would block the way forward.
 *
 * @throws TerminalError when Compute Engine refuses a route; the aliases carry the nodes then.
 */
export async function createRoutes(records: readonly PodRouteRecord[], run: StepRun): Promise<void> {
  await forget(ABORT_MARKS.routedSince, run);
  await inBatches(records, BATCH, run, async (batch, done) => {
    const at = timestamp(run.clock);
    await run.savePodRoutes(batch.map((record) => restored(record, at)));
    const { throwFirst } = await sideBySide(batch, (record) => createOrBlock(record, run));
    throwFirst();
    await run.report({ done, total: records.length, unit: 'pod routes created again' });
  });
}

/** Asks for each deletion again, which resolves when the first one is over too; what is gone then is recorded so. */
export async function finishDeletions(names: readonly string[], run: StepRun): Promise<void> {
  await forget(ABORT_MARKS.routedSince, run);
  const { done, throwFirst } = await sideBySide(names, (name) => run.ports.compute.deleteRoute(name));
  await moveRecords(run, done, 'deleted');
  throwFirst();
}

/** What was seen of all nodes holds no more. */
export async function noteMissingRoute(node: string, run: StepRun): Promise<void> {
  await forget(ABORT_MARKS.routedSince, run);
  await run.remember(ABORT_MARKS.awaitedRoute, `${timestamp(run.clock)} ${node}`);
}

export async function noteRoutes(run: StepRun): Promise<void> {
  await forget(ABORT_MARKS.awaitedRoute, run);
  await run.remember(ABORT_MARKS.routedSince, timestamp(run.clock));
}

async function forget(mark: string, run: StepRun): Promise<void> {
  if (run.migration.marks[mark]) await run.remember(mark, '');
}

async function createOrBlock(record: PodRouteRecord, run: StepRun): Promise<void> {
  try {
    await createAgain(record, run);
  } catch (error) {
    if (!(error instanceof ComputeRefused)) throw error;
    throw new TerminalError(
      'RouteRefused' satisfies AbortReason,
      `The route ${record.name} was not created again: ${describeError(error)}. No alias was taken off for it.`,
      'Make room in the quota of routes if that is what is short. If routes may not lie in the range (make-before-break.md §2.4), replace the nodes one by one instead. Then publish abort again.',
      { cause: error },
    );
  }
}
