interface Waiter {
  readonly condition: () => boolean;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Those who wait for something to come true, asked again whenever something has changed. */
export class Waiters {
  readonly #waiting = new Set<Waiter>();

  /** Resolves when the condition holds; rejects with the signal's reason when it aborts first. */
  async until(condition: () => boolean, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (condition()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { condition, resolve, reject };
    this.#waiting.add(waiter);
    const abort = () => reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await promise;
    } finally {
      this.#waiting.delete(waiter);
      signal?.removeEventListener('abort', abort);
    }
  }

  check(): void {
    for (const waiter of this.#waiting) {
      if (waiter.condition()) waiter.resolve();
    }
  }

  rejectAll(reason: unknown): void {
    for (const waiter of this.#waiting) waiter.reject(reason);
  }
}
