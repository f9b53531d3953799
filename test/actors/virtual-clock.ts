import type { Clock } from '../../shared/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Longest that a test lets time pass in one go before it gives up: a simulated day. */
const PATIENCE = 86_400_000;

/** A clock that stands still but for {@link VirtualClock.advance} and {@link VirtualClock.until}. */
export class VirtualClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00Z');
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted === true) {
      reject(signal.reason);
      return promise;
    }
    const interrupted = () => {
      this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
      reject(signal?.reason);
    };
    const wake = () => {
      signal?.removeEventListener('abort', interrupted);
      resolve();
    };
    const sleeper: Sleeper = { at: this.#now + milliseconds, wake };
    signal?.addEventListener('abort', interrupted, { once: true });
    this.#sleepers.push(sleeper);
    return promise;
  }

  get sleepers(): number {
    return this.#sleepers.length;
  }

  /** Lets so much time pass, waking everyone in order. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    while (await this.#step(end));
    this.#now = end;
  }

  /** Lets time pass until the condition holds. @throws Error naming `what` when it does not within a day. */
  async until(condition: () => boolean, what: string): Promise<void> {
    const end = this.#now + PATIENCE;
    await settled();
    while (!condition()) {
      if (!(await this.#step(end))) throw new Error(`${what}: does not come true`);
      await settled();
    }
  }

  /** Lets time pass until the promise is settled and hands on how it was. */
  async outcome<T>(promise: Promise<T>): Promise<T> {
    let open = true;
    const watched = promise.finally(() => {
      open = false;
    });
    watched.catch(() => undefined);
    await this.until(() => !open, 'the promise is settled');
    return watched;
  }

  /** Wakes all who sleep until the next instant at which somebody wakes; false when that is after `end`. */
  async #step(end: number): Promise<boolean> {
    await settled();
    const at = this.#sleepers.reduce(
      (least, sleeper) => Math.min(least, sleeper.at),
      Number.POSITIVE_INFINITY,
    );
    if (at > end) return false;
    this.#now = Math.max(this.#now, at);
    const due = this.#sleepers.filter((sleeper) => sleeper.at <= at);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.at > at);
    for (const sleeper of due) sleeper.wake();
    return true;
  }
}

/** Everything that can go on without time passing has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
