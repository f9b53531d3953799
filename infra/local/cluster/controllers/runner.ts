import type { Clock } from '../../../../shared/clock.ts';
import type { Random } from '../../random.ts';
import type { Delays, Span } from '../delays.ts';
import { draw } from '../delays.ts';
import { ApiError } from '../rules/errors.ts';
import type { ObjectStore } from '../store/store.ts';
import type { Controller, Queue } from './controller.ts';

/** More rounds than any scenario needs to come to rest: beyond, two controllers are undoing each other's work. */
const MAX_SETTLING_ROUNDS = 10_000;

/**
 * Runs the controllers. Before {@link start} no time passes: {@link settle} lets everything happen at once, so that a
 * scenario begins at rest. After it, changes are collected for a reaction time and delays are waited out on the clock.
 */
export class Runner {
  readonly #clock: Clock;
  readonly #delays: Delays;
  readonly #random: Random;
  readonly #controllers: Controller[] = [];
  readonly #stopping = new AbortController();
  #due: Map<Controller, Set<string>> = new Map();
  #started = false;
  #drainPlanned = false;

  constructor(clock: Clock, delays: Delays, random: Random, store: ObjectStore) {
    this.#clock = clock;
    this.#delays = delays;
    this.#random = random;
    store.subscribe((change) => {
      for (const controller of this.#controllers) controller.observe(change);
    });
  }

  /** Adds a controller; it sees every change from now on. */
  add(create: (queue: Queue) => Controller): void {
    const queue: Queue = {
      add: (key) => this.#enqueue(controller, key),
      addAfter: (key, delay) => this.#enqueueAfter(controller, key, delay),
    };
    const controller = create(queue);
    this.#controllers.push(controller);
  }

  /** @throws Error when the controllers do not come to rest. */
  settle(): void {
    for (let round = 0; this.#due.size > 0; round += 1) {
      if (round >= MAX_SETTLING_ROUNDS) throw new Error(`controllers do not settle: ${this.#names()}`);
      this.#drain();
    }
  }

  /** False while everything happens at once. */
  get started(): boolean {
    return this.#started;
  }

  start(): void {
    this.#started = true;
    this.#planDrain();
  }

  stop(): void {
    this.#stopping.abort();
    this.#due.clear();
  }

  #enqueue(controller: Controller, key: string): void {
    const keys = this.#due.get(controller) ?? new Set<string>();
    this.#due.set(controller, keys.add(key));
    this.#planDrain();
  }

  #enqueueAfter(controller: Controller, key: string, delay: Span): void {
    if (this.#started) this.#after(draw(delay, this.#random), () => this.#enqueue(controller, key));
    else this.#enqueue(controller, key);
  }

  #planDrain(): void {
    if (!this.#started || this.#drainPlanned || this.#due.size === 0) return;
    this.#drainPlanned = true;
    this.#after(draw(this.#delays.reaction, this.#random), () => {
      this.#drainPlanned = false;
      this.#drain();
      this.#planDrain();
    });
  }

  /** What is due now; what becomes due meanwhile waits for the next round. */
  #drain(): void {
    const due = this.#due;
    this.#due = new Map();
    for (const [controller, keys] of due) {
      for (const key of keys) this.#reconcile(controller, key);
    }
  }

  #reconcile(controller: Controller, key: string): void {
    try {
      controller.reconcile(key);
    } catch (error) {
      // A refusal (a namespace going away, say) is the world's answer and tried again; anything else is our own fault.
      if (!(error instanceof ApiError)) throw error;
      if (this.#started) this.#enqueueAfter(controller, key, this.#delays.retry);
    }
  }

  #after(milliseconds: number, action: () => void): void {
    const { signal } = this.#stopping;
    this.#clock.sleep(milliseconds, signal).then(
      () => (signal.aborted ? undefined : action()),
      (reason) => {
        if (!signal.aborted) throw reason;
      },
    );
  }

  #names(): string {
    return [...this.#due].map(([controller, keys]) => `${controller.name} ${[...keys].join(' ')}`).join('; ');
  }
}
