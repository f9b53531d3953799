/**
 * What an instance does when it is asked to stop: it takes no further message, lets what is under way come to a safe
 * point, and only then exits. Cloud Run allows ten seconds.
 */
export class Drain {
  readonly #shutdown = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #lastWords = new Set<() => Promise<void>>();

  /** Aborts when the instance is asked to stop. */
  get signal(): AbortSignal {
    return this.#shutdown.signal;
  }

  /** Runs `work` so that {@link stop} waits for it. */
  async track<Result>(work: () => Promise<Result>): Promise<Result> {
    const running = work();
    this.#underWay.add(running);
    try {
      return await running;
    } finally {
      this.#underWay.delete(running);
    }
  }

  /** Has this done when nothing else is any more, just before the end: something short that does not fail. */
  lastly(work: () => Promise<void>): void {
    this.#lastWords.add(work);
  }

  /** Resolves when nothing is under way any more. May be called again. */
  async stop(): Promise<void> {
    this.#shutdown.abort(new Error('the instance is shutting down'));
    while (this.#underWay.size > 0) await Promise.allSettled([...this.#underWay]);
    await Promise.allSettled([...this.#lastWords].map((work) => work()));
  }
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
let takenOver = false;

/**
 * Makes this process drain on SIGTERM and SIGINT. functions-framework exits at once instead, answering the newest
 * request with 500 and dropping the others; its listeners, which are there by the time of the first request, are
 * replaced.
 */
export function drainOnSignals(drain: Drain, exit: (code: number) => void = process.exit): void {
  if (takenOver) return;
  takenOver = true;
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      // The answers to what was under way are written in the same turn in which it ends; let them leave.
      void drain.stop().then(() => setImmediate(() => exit(0)));
    });
  }
}
