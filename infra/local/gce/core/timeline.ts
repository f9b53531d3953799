import type { Clock } from '../../../../shared/clock.ts';
import type { Due } from './due-queue.ts';
import { DueQueue } from './due-queue.ts';

/** Why a sleep ends early. Given, because an abort without a reason makes an error with a stack each time. */
const NOT_NEEDED = 'nothing is due then any more';

/**
 * What will happen, in order. An action runs with {@link Timeline.now} at exactly the instant it was due, however late
 * the machine's timers woke up, so that a scaled clock and a virtual one lead to the same history.
 */
export class Timeline {
  readonly #clock: Clock;
  readonly #queue = new DueQueue();
  #present: number;
  #settling = false;
  #stopped = false;
  #armed: { readonly at: number; readonly abort: AbortController } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#present = clock.now();
  }

  /** The present instant in simulated milliseconds; inside an action, the instant it was due. Never goes back. */
  now(): number {
    if (!this.#settling) this.#present = Math.max(this.#present, this.#clock.now());
    return this.#present;
  }

  /** Runs `action` at the given instant, after what was due before it. Returns a function that takes it back. */
  at(at: number, action: () => void): () => void {
    const due: Due = { at: Math.max(at, this.now()), action, cancelled: false };
    this.#queue.add(due);
    if (!this.#settling) this.#arm();
    return () => {
      due.cancelled = true;
    };
  }

  /** Runs everything that is due by now. Whoever reads the state calls it first. */
  settle(): void {
    if (this.#settling || this.#stopped) return;
    this.#settling = true;
    try {
      for (let head = this.#queue.first; head !== undefined; head = this.#queue.first) {
        if (head.at > this.#clock.now()) break;
        this.#queue.takeFirst();
        this.#present = Math.max(this.#present, head.at);
        if (!head.cancelled) head.action();
      }
    } finally {
      this.#settling = false;
    }
    this.#arm();
  }

  /** Resolves after `milliseconds` of simulated time; at once for zero. */
  async sleep(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await this.#clock.sleep(milliseconds);
  }

  /** Nothing that is still due will happen. */
  stop(): void {
    this.#stopped = true;
    this.#queue.clear();
    this.#armed?.abort.abort(NOT_NEEDED);
  }

  #arm(): void {
    const head = this.#queue.first;
    if (head === undefined || this.#stopped) return;
    if (this.#armed !== undefined && this.#armed.at <= head.at) return;
    this.#armed?.abort.abort(NOT_NEEDED);
    const armed = { at: head.at, abort: new AbortController() };
    this.#armed = armed;
    const wake = () => {
      if (this.#armed === armed) this.#armed = undefined;
      this.settle();
    };
    this.#clock.sleep(Math.max(0, head.at - this.#clock.now()), armed.abort.signal).then(wake, (reason) => {
      if (!armed.abort.signal.aborted) throw reason;
    });
  }
}
