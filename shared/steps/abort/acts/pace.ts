import type { StepRun } from '../../../engine/step.ts';

/** Seconds after which an act begins nothing new, so that a run ends in time and what is done so far is recorded. */
const ACT_SECONDS = 60;

/** The items in batches, as many as an act may begin. The first one always, so that every act gets somewhere. */
export async function inBatches<Item>(
  items: readonly Item[],
  size: number,
  run: StepRun,
  work: (batch: readonly Item[], doneWithIt: number) => Promise<void>,
): Promise<void> {
  const until = run.clock.now() + ACT_SECONDS * 1000;
  for (let begin = 0; begin < items.length; begin += size) {
    if (begin > 0 && (run.clock.now() >= until || run.migration.paused || run.signal.aborted)) return;
    const batch = items.slice(begin, begin + size);
    await work(batch, begin + batch.length);
  }
}
