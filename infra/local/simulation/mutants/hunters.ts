import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { systemClock } from '../../../../shared/clock.ts';
import type { Verdict } from '../verdict.ts';
import type { Catch } from './hunt.ts';

/** What a thread is told: which defect to look for, and how the product behaves without. */
export interface Quarry {
  readonly name: string;
  /** The verdicts of clean runs. */
  readonly references: readonly Verdict[];
  readonly seed: number;
  readonly runsPerCampaign: number;
}

export type Hunted =
  | ({ readonly kind: 'caught' } & Catch)
  | { readonly kind: 'lives'; readonly runs: number }
  /** It hangs its thread, or ends it; no law has spoken, so that it is not caught. */
  | { readonly kind: 'breaks down'; readonly why: string };

/** Looks for one mutant in a thread of its own, on the wall for at most so long. Never rejects. */
export async function hunted(quarry: Quarry, patienceMs: number, signal: AbortSignal): Promise<Hunted> {
  const worker = new Worker(new URL('./hunter.ts', import.meta.url), { workerData: quarry });
  const done = new AbortController();
  try {
    const answered = once(worker, 'message', { signal: done.signal }).then(([answer]) => outcomeOf(answer));
    const late = systemClock
      .sleep(patienceMs, AbortSignal.any([done.signal, signal]))
      .then((): Hunted => ({ kind: 'breaks down', why: `no answer within ${patienceMs / 1_000} s` }));
    return await Promise.race([answered, late]);
  } catch (error) {
    return { kind: 'breaks down', why: error instanceof Error ? error.message : String(error) };
  } finally {
    done.abort();
    await worker.terminate();
  }
}

function outcomeOf(answer: Catch | { readonly runs: number }): Hunted {
  return 'campaign' in answer ? { kind: 'caught', ...answer } : { kind: 'lives', runs: answer.runs };
}
