import type { Clock } from '../../../shared/clock.ts';

export interface WorkQueueOptions {
  readonly clock: Clock;
  /**
   * Brings what the key names closer to what it should be, from what is true now. A number asks to be called
   * again after so many milliseconds at the latest. The signal aborts when the queue stops.
   */
  reconcile(key: string, signal: AbortSignal): Promise<number | undefined>;
  /** Keys worked on at the same time; never one key twice. */
  readonly workers: number;
  /** Pause after an error, doubled with each further one up to the longest. */
  readonly retry: { readonly firstMs: number; readonly longestMs: number };
  /** Failures in a row after which a key is dropped until it is added again; unlimited when absent. */
  readonly attempts?: number;
  readonly onError?: (key: string, error: unknown) => void;
}

/** Why a timer ends early. Made once: an abort without a reason makes an exception with a stack each time. */
const NOT_NEEDED = new Error('the key is worked on before its time');

/**
 * The work queue under every controller of Kubernetes, with its contract: a key added while it waits is
 * worked on once, a key added while it is worked on is worked on once more.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  readonly #timers = new Map<string, { readonly at: number; readonly abort: AbortController }>();
  readonly #failures = new Map<string, number>();
  readonly #stop = new AbortController();

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  add(key: string): void {
    if (this.#stop.signal.aborted) return;
    if (this.#running.has(key)) this.#again.add(key);
    else this.#waiting.add(key);
    this.#dispatch();
  }

  /** As {@link add}, later. Of several times asked for, the earliest counts. */
  addAfter(key: string, milliseconds: number): void {
    if (this.#stop.signal.aborted) return;
    const at = this.#options.clock.now() + milliseconds;
    const pending = this.#timers.get(key);
    if (pending !== undefined && pending.at <= at) return;
    pending?.abort.abort(NOT_NEEDED);
    const timer = { at, abort: new AbortController() };
    this.#timers.set(key, timer);
    this.#options.clock.sleep(Math.max(0, milliseconds), timer.abort.signal).then(
      () => {
        if (this.#timers.get(key) === timer) this.#timers.delete(key);
        this.add(key);
      },
      (error: unknown) => {
        if (!timer.abort.signal.aborted) throw error;
      },
    );
  }

  /** Resolves when nothing is being worked on any more; nothing new begins. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#waiting.clear();
    for (const timer of this.#timers.values()) timer.abort.abort(NOT_NEEDED);
    this.#timers.clear();
    await Promise.all(this.#running.values());
  }

  #dispatch(): void {
    for (const key of this.#waiting) {
      if (this.#running.size >= this.#options.workers) return;
      this.#waiting.delete(key);
      this.#running.set(key, this.#work(key));
    }
  }

  async #work(key: string): Promise<void> {
    // Lets what happens in the same turn be seen by one call instead of one call each.
    await Promise.resolve();
    this.#timers.get(key)?.abort.abort(NOT_NEEDED);
    this.#timers.delete(key);
    try {
      const pause = await this.#options.reconcile(key, this.#stop.signal);
      this.#failures.delete(key);
      if (pause !== undefined) this.addAfter(key, pause);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#failed(key, error);
    }
    this.#running.delete(key);
    if (this.#stop.signal.aborted) return;
    if (this.#again.delete(key)) this.#waiting.add(key);
    this.#dispatch();
  }

  #failed(key: string, error: unknown): void {
    const { retry, attempts = Number.POSITIVE_INFINITY, onError } = this.#options;
    onError?.(key, error);
    const failures = (this.#failures.get(key) ?? 0) + 1;
    if (failures >= attempts) {
      this.#failures.delete(key);
      return;
    }
    this.#failures.set(key, failures);
    this.addAfter(key, Math.min(retry.firstMs * 2 ** (failures - 1), retry.longestMs));
  }
}
