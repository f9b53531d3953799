import type { Clock } from '../../shared/clock.ts';

export interface ManualClock extends Clock {
  /** How long the present sleepers asked to sleep, in the order in which they fell asleep. */
  asleep(): readonly number[];
  /** Resolves as soon as somebody sleeps for exactly so many milliseconds. */
  sleeperOf(milliseconds: number): Promise<void>;
  /** Moves time and wakes whom it is time for. */
  advance(milliseconds: number): void;
}

interface Sleeper {
  readonly milliseconds: number;
  readonly wakeAt: number;
  wake(): void;
}

/** A clock that stands still until it is moved by hand. */
export function manualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start;
  const sleepers = new Set<Sleeper>();
  const watchers = new Set<() => void>();

  return {
    now: () => now,
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper = { milliseconds, wakeAt: now + milliseconds, wake: resolve };
      const interrupted = () => reject(signal?.reason);
      signal?.addEventListener('abort', interrupted, { once: true });
      sleepers.add(sleeper);
      for (const watch of watchers) watch();
      try {
        await promise;
      } finally {
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', interrupted);
      }
    },
    asleep: () => [...sleepers].map(({ milliseconds }) => milliseconds),
    sleeperOf(milliseconds) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const watch = () => {
        if (![...sleepers].some((sleeper) => sleeper.milliseconds === milliseconds)) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
      return promise;
    },
    advance(milliseconds) {
      now += milliseconds;
      for (const sleeper of sleepers) if (sleeper.wakeAt <= now) sleeper.wake();
    },
  };
}
