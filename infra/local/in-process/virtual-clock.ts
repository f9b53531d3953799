import type { Clock } from '../../../shared/clock.ts';
import { type Sleeper, Sleepers } from './sleepers.ts';

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

const HOUR = 3_600_000;

/**
 * How those who were woken go on: with turns of the event loop in between, as clients do that read bodies as streams, or in
 * promises alone. For the latter a wake-up costs a fraction, and the whole event loop gets its turn seldom.
 */
export type Pace = 'turns' | 'promises';

/**
 * A clock that stands still until it is told to let time pass; then it jumps, so that a day takes milliseconds.
 *
 * At the pace of promises somebody who needs a turn of the event loop after all would be passed over by time, sooner or later
 * by the machine's whim. That is looked for again and again: what lets time pass then throws.
 */
export function virtualClock(start = Date.parse('2026-03-01T22:30:00Z'), pace: Pace = 'turns'): VirtualClock {
  let now = start;
  let roundsSinceLook = 0;
  let naps = 0;
  const sleepers = new Sleepers();
  const watchers = new Set<(milliseconds: number) => void>();

  /** Everything that can go on without time passing has gone on once several turns in a row pass without a new sleeper. */
  async function settled(): Promise<void> {
    if (pace === 'turns') return await settledInTurns();
    await promisesKept();
    roundsSinceLook += 1;
    if (roundsSinceLook < ROUNDS_BETWEEN_LOOKS) return;
    roundsSinceLook = 0;
    const before = naps;
    await settledInTurns();
    if (naps === before) return;
    throw new Error(
      'somebody went on after a turn of the event loop, on a clock that waits for promises alone',
    );
  }

  async function settledInTurns(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; ) {
      const before = naps;
      await turn();
      quiet = naps === before ? quiet + 1 : 0;
    }
  }

  function wakeNext(noLaterThan: number): boolean {
    const next = sleepers.takeFirst(noLaterThan);
    if (next === undefined) return false;
    now = Math.max(now, next.wakeAt);
    next.wake();
    return true;
  }

  async function untilTrue(condition: () => boolean, what = 'the condition', atMostMilliseconds = HOUR) {
    const latest = now + atMostMilliseconds;
    await settledInTurns();
    while (!condition()) {
      if (!wakeNext(latest)) {
        throw new Error(`${what}: not by ${new Date(now).toISOString()}, and nobody is left to wake`);
      }
      // Most often nothing more than that is to be waited for, and not even a function's promise is needed.
      if (pace === 'promises' && roundsSinceLook < ROUNDS_BETWEEN_LOOKS - 1) {
        roundsSinceLook += 1;
        await promisesKept();
      } else await settled();
    }
  }

  return {
    now: () => now,
    asleep: () => sleepers.inOrder().map(({ milliseconds }) => milliseconds),
    // No async function: it is called more often than anything else, and would make twice as many promises.
    sleep(milliseconds, signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        naps += 1;
        const wakeAt = now + milliseconds;
        const sleeper: Sleeper = { milliseconds, wakeAt, order: naps, wake: resolve, gone: false };
        if (signal !== undefined) {
          const interrupted = () => {
            sleepers.drop(sleeper);
            reject(signal.reason);
          };
          sleeper.wake = () => {
            signal.removeEventListener('abort', interrupted);
            resolve();
          };
          signal.addEventListener('abort', interrupted, { once: true });
        }
        sleepers.add(sleeper);
        for (const watch of watchers) watch(milliseconds);
      });
    },
    sleeperOf(milliseconds) {
      if (sleepers.inOrder().some((sleeper) => sleeper.milliseconds === milliseconds)) {
        return Promise.resolve();
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      const watch = (asked: number) => {
        if (asked !== milliseconds) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      return promise;
    },
    async advance(milliseconds) {
      const end = now + milliseconds;
      await settledInTurns();
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

/**
 * Turns of the event loop that must pass without anybody falling asleep. Google's and Kubernetes' clients take a few of
 * them between an answer and whoever waits for it: they read bodies as streams and defer callbacks.
 */
const QUIET_TURNS = 3;

/** Resolves when everything that can go on without time passing has gone on, given that it takes a few turns at most. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < QUIET_TURNS; turns += 1) await turn();
}

/** Wake-ups at the pace of promises after which the event loop gets its turns. */
const ROUNDS_BETWEEN_LOOKS = 100;

/** Resolves when all that promises can bring about has come about: Node looks at this queue when no microtask is left. */
function promisesKept(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
