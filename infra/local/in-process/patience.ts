import type { Clock } from '../../../shared/clock.ts';

/** How long a function instance may wait for anything before it is ended: every longer await ends it ("suspend everywhere"). */
export class Patience {
  readonly #clock: Clock;
  readonly #milliseconds: number;
  readonly #over = new AbortController();
  #underWay = 0;
  #idle: AbortController | undefined;

  /** `milliseconds` of simulated time, no less than 0. */
  constructor(clock: Clock, milliseconds: number) {
    this.#clock = clock;
    this.#milliseconds = milliseconds;
  }

  /** Counts an await of the instance from now on, until the returned function is called; `tooLong` when it outlasts the patience. */
  awaiting(tooLong: () => void): () => void {
    const answered = new AbortController();
    this.#alarm(answered, tooLong);
    this.#idle?.abort();
    this.#underWay += 1;
    return () => {
      answered.abort();
      this.#underWay -= 1;
      if (this.#underWay > 0 || this.#over.signal.aborted) return;
      // What now lasts too long is a wait of the engine's own.
      this.#idle = new AbortController();
      this.#alarm(this.#idle, tooLong);
    };
  }

  end(): void {
    this.#over.abort();
  }

  /** Nothing is awaited any more, for instance between two messages: what is idle then is at rest. */
  rest(): void {
    this.#idle?.abort();
  }

  #alarm(answered: AbortController, tooLong: () => void): void {
    const signal = AbortSignal.any([answered.signal, this.#over.signal]);
    // One more than the bound, so that an await of exactly that length passes whoever is woken first.
    this.#clock.sleep(this.#milliseconds + 1, signal).then(tooLong, () => undefined);
  }
}
