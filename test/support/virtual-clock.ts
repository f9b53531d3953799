import type { Clock } from '../../shared/clock.ts';

export interface VirtualClock extends Clock {
  /** How long the present sleepers asked to sleep (milliseconds), in the order in which they fell asleep. */
  asleep(): readonly number[];
  /** Resolves as soon as somebody sleeps for exactly so many milliseconds; lets no time pass. */
  sleeperOf(milliseconds: number): Promise<void>;
  /** Lets so much time pass, waking each sleeper at its time, in order, and letting it go on as far as it can. */
  advance(milliseconds: number): Promise<void>;
  /**
   * Lets time pass from sleeper to sleeper until `answer` is settled; no more of it than is needed.
   *
   * @throws Error when the answer is still out and nobody is left to wake within `atMostMilliseconds`, by default an hour.
   */
  until<Answer>(answer: Promise<Answer>, atMostMilliseconds?: number): Promise<Answer>;
  /** The same until the condition holds. @throws Error naming `what` when it does not come true. */
  untilTrue(condition: () => boolean, what?: string, atMostMilliseconds?: number): Promise<void>;
}

interface Sleeper {
  readonly milliseconds: number;
  readonly wakeAt: number;
  readonly wake: () => void;
}

const HOUR = 3_600_000;

/** A clock that stands still until a test lets time pass; then it jumps, so that a day takes milliseconds. */
export function virtualClock(start = Date.parse('2026-03-01T22:30:00Z')): VirtualClock {
  let now = start;
  const sleepers = new Set<Sleeper>();
  const watchers = new Set<() => void>();

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

  async function untilTrue(condition: () => boolean, what = 'the condition', atMostMilliseconds = HOUR) {
    const latest = now + atMostMilliseconds;
    await settled();
    while (!condition()) {
      if (!wakeNext(latest)) {
        throw new Error(`${what}: not by ${new Date(now).toISOString()}, and nobody is left to wake`);
      }
      await settled();
    }
  }

  return {
    now: () => now,
    asleep: () => [...sleepers].map(({ milliseconds }) => milliseconds),
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
    async advance(milliseconds) {
      const end = now + milliseconds;
      await settled();
      while (wakeNext(end)) await settled();
      now = end;
    },
    async until(answer, atMostMilliseconds) {
      let pending = true;
      const over = () => {
        pending = false;
      };
      answer.then(over, over);
      await untilTrue(() => !pending, 'the answer', atMostMilliseconds);
      return await answer;
    },
    untilTrue,
  };
}

/** Resolves when everything that can go on without time passing has gone on. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
