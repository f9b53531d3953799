import type { Clock } from '../../../shared/clock.ts';
import type { Patience } from './patience.ts';

/**
 * The life of one function instance. When it ends, nothing of the instance goes on: what it awaits never comes, so that
 * no line of it runs any more, no catch block and no timer either, as in a process that was killed. While it stands still
 * nothing of it goes on either, but all of it does afterwards: answers and timers that came meanwhile are met at once.
 */
export class Life {
  readonly #death = Promise.withResolvers<void>();
  readonly #patience: Patience | undefined;
  #over = false;
  #standstill: Promise<void> | undefined;

  /** With a `patience` it ends as soon as one of its awaits outlasts that. */
  constructor(patience?: Patience) {
    this.#patience = patience;
  }

  /** Resolves when it has ended. */
  get ended(): Promise<void> {
    return this.#death.promise;
  }

  get isOver(): boolean {
    return this.#over;
  }

  get standsStill(): boolean {
    return this.#standstill !== undefined;
  }

  end(): void {
    this.#over = true;
    this.#patience?.end();
    this.#death.resolve();
  }

  /** Stands still, as under SIGSTOP or a long collection of garbage, until the promise resolves. */
  standStillUntil(woken: Promise<void>): void {
    const before = this.#standstill;
    const standstill = Promise.all([before, woken]).then(() => {
      if (this.#standstill === standstill) this.#standstill = undefined;
    });
    this.#standstill = standstill;
  }

  /** Does the work and hands on what comes of it, unless the life is over before or by then; the patience counts it. */
  async within<Result>(work: () => Promise<Result>): Promise<Result> {
    const patience = this.#patience;
    if (patience === undefined) return await this.survived(work);
    return await this.survived(async () => {
      const answered = patience.awaiting(() => this.end());
      try {
        return await work();
      } finally {
        answered();
      }
    });
  }

  /** As {@link within}, for what is made of awaits that count by themselves, or goes on in the background. */
  async survived<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#standstill !== undefined) await this.#awake();
    if (this.#over) await never();
    try {
      return await work();
    } finally {
      if (this.#standstill !== undefined) await this.#awake();
      if (this.#over) await never();
    }
  }

  /** The clock as the instance's ports see it. */
  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      sleep: (milliseconds, signal) => this.within(() => clock.sleep(milliseconds, signal)),
    };
  }

  /** The same for its engine, of whose sleeps most are of watches in the background. */
  backgroundClock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      sleep: (milliseconds, signal) => this.survived(() => clock.sleep(milliseconds, signal)),
    };
  }

  async #awake(): Promise<void> {
    while (this.#standstill !== undefined) await this.#standstill;
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
