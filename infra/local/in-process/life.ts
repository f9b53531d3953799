import type { Clock } from '../../../shared/clock.ts';

/**
 * The life of one function instance. When it ends, nothing of the instance goes on: what it awaits never comes, so that
 * no line of it runs any more, no catch block and no timer either, as in a process that was killed.
 */
export class Life {
  readonly #death = Promise.withResolvers<void>();
  #over = false;

  /** Resolves when it has ended. */
  get ended(): Promise<void> {
    return this.#death.promise;
  }

  get isOver(): boolean {
    return this.#over;
  }

  end(): void {
    this.#over = true;
    this.#death.resolve();
  }

  /** Does the work and hands on what comes of it, unless the life is over before or by then. */
  async within<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#over) await never();
    try {
      return await work();
    } finally {
      if (this.#over) await never();
    }
  }

  /** The clock as the instance sees it. */
  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      sleep: (milliseconds, signal) => this.within(() => clock.sleep(milliseconds, signal)),
    };
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
