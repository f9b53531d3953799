import type { Clock } from '../../shared/clock.ts';

export interface VirtualClock extends Clock {
  /**
   * Lets time pass from sleeper to sleeper until the condition holds.
   *
   * @throws Error when it does not hold within `atMost` simulated milliseconds.
   */
  until(condition: () => boolean, atMost?: number): Promise<void>;
  /** Lets so much time pass. */
  pass(milliseconds: number): Promise<void>;
}

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

const HOUR = 3_600_000;

/** Time that only passes when a test says so, and then at once. */
export function virtualClock(start = Date.parse('2026-03-01T22:00:00Z')): VirtualClock {
  let now = start;
  let order = 0;
  const sleepers = new Set<Sleeper>();

  /** Wakes the next sleeper that is due before `limit`; false when there is none. */
  async function step(limit: number): Promise<boolean> {
    let next: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (
        next === undefined ||
        sleeper.at < next.at ||
        (sleeper.at === next.at && sleeper.order < next.order)
      ) {
        next = sleeper;
      }
    }
    if (next === undefined || next.at > limit) return false;
    now = Math.max(now, next.at);
    sleepers.delete(next);
    next.wake();
    // Lets whoever woke up do what it can before the next one wakes.
    await new Promise((resolve) => setImmediate(resolve));
    return true;
  }

  return {
    now: () => now,
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper: Sleeper = { at: now + milliseconds, order: order++, wake: resolve };
      sleepers.add(sleeper);
      const interrupted = () => {
        sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', interrupted, { once: true });
      await promise;
      signal?.removeEventListener('abort', interrupted);
    },
    async until(condition, atMost = HOUR) {
      const limit = now + atMost;
      while (!condition()) {
        if (!(await step(limit))) throw new Error(`not reached within ${atMost} simulated milliseconds`);
      }
    },
    async pass(milliseconds) {
      const limit = now + milliseconds;
      while (await step(limit));
      now = limit;
    },
  };
}
