import type { Clock } from '../clock.ts';

/** What was seen, and when that was begun. */
export interface Seen<Value> {
  readonly value: Value;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What failed is tried again sooner than what was seen is looked at again. */
const FAILED_MS = 3_000;

/**
 * Looks at something for all who want to see it: whoever asks within `everyMs` of the last look gets what that saw, and who asks
 * while one is under way gets its answer too. So any number of viewers cost one look in that time, and nobody who watches costs
 * none.
 */
export class SharedLook<Value> {
  readonly #look: () => Promise<Value>;
  readonly #everyMs: number;
  readonly #clock: Pick<Clock, 'now'>;
  #last: { readonly outcome: Seen<Value> | { readonly error: unknown }; readonly at: number } | undefined;
  #underWay: Promise<Seen<Value>> | undefined;

  constructor(options: {
    readonly look: () => Promise<Value>;
    readonly everyMs: number;
    readonly clock: Pick<Clock, 'now'>;
  }) {
    this.#look = options.look;
    this.#everyMs = options.everyMs;
    this.#clock = options.clock;
  }

  /** @throws whatever the look threw: to all who ask within some seconds, since a failure costs as much as a look. */
  async see(): Promise<Seen<Value>> {
    const last = this.#last;
    if (last !== undefined) {
      const age = this.#clock.now() - last.at;
      if ('error' in last.outcome) {
        if (age < Math.min(this.#everyMs, FAILED_MS)) throw last.outcome.error;
      } else if (age < this.#everyMs) {
        return last.outcome;
      }
    }
    this.#underWay ??= this.#lookOnce();
    return await this.#underWay;
  }

  async #lookOnce(): Promise<Seen<Value>> {
    // What is seen is no older than this.
    const at = this.#clock.now();
    try {
      const seen = { value: await this.#look(), at };
      this.#last = { outcome: seen, at };
      return seen;
    } catch (error) {
      this.#last = { outcome: { error }, at };
      throw error;
    } finally {
      this.#underWay = undefined;
    }
  }
}

/** Looks by name; those that nobody has asked for are forgotten when there are too many. */
export class SharedLooks<Value> {
  readonly #most: number;
  readonly #make: (name: string) => SharedLook<Value>;
  readonly #looks = new Map<string, SharedLook<Value>>();

  constructor(most: number, make: (name: string) => SharedLook<Value>) {
    this.#most = most;
    this.#make = make;
  }

  of(name: string): SharedLook<Value> {
    const look = this.#looks.get(name) ?? this.#make(name);
    // Behind all others: what was asked for last is forgotten last.
    this.#looks.delete(name);
    this.#looks.set(name, look);
    const [oldest] = this.#looks.keys();
    if (this.#looks.size > this.#most && oldest !== undefined) this.#looks.delete(oldest);
    return look;
  }
}
