import type { Clock } from '../../shared/clock.ts';

export interface VirtualClock extends Clock {
  /** How many sleep now. */
  asleep(): number;
  /** Lets so much time pass, waking each sleeper at its time, in order, and letting it go on as far as it can. */
  advance(milliseconds: number): Promise<void>;
  /**
   * Lets time pass from sleeper to sleeper until `answer` is settled; no more of it than is needed.
   *
   * @throws Error when nobody sleeps and the answer is still out, or after `atMostMilliseconds`.
   */
  until<Answer>(answer: Promise<Answer>, atMostMilliseconds?: number): Promise<Answer>;
}

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

const DAY = 24 * 3_600_000;

/** A clock that stands still until a test lets time pass; then it jumps, so that a day takes milliseconds. */
export function virtualClock(start = Date.parse('2026-03-01T22:30:00Z')): VirtualClock {
  let now = start;
  const sleepers = new Set<Sleeper>();

  function wakeNext(noLaterThan: number): boolean {
    const next = [...sleepers].reduce<Sleeper | undefined>(
      (first, sleeper) => (first === undefined || sleeper.wakeAt < first.wakeAt ? sleeper : first),
      undefined,
    );
    if (next === undefined || next.wakeAt > noLaterThan) return false;
    sleepers.delete(next);
    now = Math.max(now, next.wakeAt);
    next.wake();
    return true;
  }

  return {
    now: () => now,
    asleep: () => sleepers.size,
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper = { wakeAt: now + milliseconds, wake: resolve };
      const interrupted = () => reject(signal?.reason);
      signal?.addEventListener('abort', interrupted, { once: true });
      sleepers.add(sleeper);
      try {
        await promise;
      } finally {
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', interrupted);
      }
    },
    async advance(milliseconds) {
      const end = now + milliseconds;
      await settled();
      while (wakeNext(end)) await settled();
      now = end;
    },
    async until(answer, atMostMilliseconds = DAY) {
      let pending = true;
      const over = () => {
        pending = false;
      };
      answer.then(over, over);
      const latest = now + atMostMilliseconds;
      await settled();
      while (pending) {
        if (!wakeNext(latest)) throw new Error(`no answer by ${new Date(now).toISOString()}, nobody to wake`);
        await settled();
      }
      return await answer;
    },
  };
}

/** Resolves when everything that can go on without time passing has gone on. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
