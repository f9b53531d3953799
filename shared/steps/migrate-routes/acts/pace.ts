import pLimit from 'p-limit';
import { isToStop } from '../../../engine/safe-point.ts';
import type { StepRun } from '../../../engine/step.ts';

/**
 * Calls in flight at once: with the seven seconds that one takes on average some 1470 a minute, below the project's rate
 * quota (1500) and far below its limit on operations in flight (500), gcp-compute-semantics.md §4.4, §4.5.
 */
const AT_ONCE = 180;
/** In a gap every node waits, so that only the limits themselves count; what meets the rate quota comes after a pause. */
const AT_ONCE_IN_GAP = 450;

/** Seconds after which an act begins nothing new, so that a run ends in time and what is done so far is recorded. */
const ACT_SECONDS = 60;

/**
 * Whether an act with more to do may begin the next part of it: within its time, and as long as nobody wants the run to
 * stop where it may stop (in the gap of a cutover it may not).
 */
export function allowance(run: StepRun): () => boolean {
  const until = run.clock.now() + ACT_SECONDS * 1000;
  return () => run.clock.now() < until && !run.signal.aborted && !isToStop(run.migration);
}

/** By this strategy traffic is lost until the last of these calls is done. */
export function goesThroughGap({ migration }: StepRun): boolean {
  return migration.plan.strategy === 'cutover';
}

/** The items in batches, as many as an act may begin. The first one always, so that every act gets somewhere. */
export async function inBatches<Item>(
  items: readonly Item[],
  size: number,
  run: StepRun,
  work: (batch: readonly Item[], doneWithIt: number) => Promise<void>,
): Promise<void> {
  const mayBegin = allowance(run);
  for (let begin = 0; begin < items.length && (begin === 0 || mayBegin()); begin += size) {
    const batch = items.slice(begin, begin + size);
    await work(batch, begin + batch.length);
  }
}

export interface SideBySide<Item> {
  /** In the order of the items; those that failed or were not begun are missing. */
  readonly done: readonly Item[];
  /** Throws the first failure, if there was one: after what succeeded was recorded. */
  readonly throwFirst: () => void;
}

/** Does the same to all items, so many at a time; one failure does not keep the others from it. */
export async function sideBySide<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
  { mayBegin = () => true, inGap = false }: { mayBegin?: () => boolean; inGap?: boolean } = {},
): Promise<SideBySide<Item>> {
  const limit = pLimit(inGap ? AT_ONCE_IN_GAP : AT_ONCE);
  const results = await Promise.allSettled(
    items.map((item) =>
      limit(async () => {
        if (!mayBegin()) return [];
        await work(item);
        return [item];
      }),
    ),
  );
  return {
    done: results.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])),
    throwFirst: () => {
      const failure = results.find((result) => result.status === 'rejected');
      if (failure !== undefined) throw failure.reason;
    },
  };
}
