import type { Clock } from '../../../shared/clock.ts';

/** How an instance's clock differs from the world's. */
export interface ClockError {
  /** It is ahead by so many milliseconds; behind when negative. */
  readonly aheadMs: number;
  /** It gains so many milliseconds in each second of the world's; loses when negative. More than -1,000. */
  readonly gainsMsPerSecond: number;
}

/** The clocks of a world's function instances, by the instance's place; one that takes another's place has its clock. */
export class InstanceClocks {
  readonly #world: Clock;
  readonly #errors = new Map<number, ClockError & { readonly since: number }>();

  constructor(world: Clock) {
    this.#world = world;
  }

  /** From now on the clock of the instances at this place is wrong so; no error given sets it right. */
  set(place: number, error: ClockError | undefined): void {
    if (error === undefined) this.#errors.delete(place);
    else this.#errors.set(place, { ...error, since: this.#world.now() });
  }

  /** The clock of the instances at a place. A sleep takes as long as that clock says. */
  at(place: number): Clock {
    return {
      now: () => {
        const now = this.#world.now();
        const error = this.#errors.get(place);
        if (error === undefined) return now;
        return now + error.aheadMs + Math.round(((now - error.since) * error.gainsMsPerSecond) / 1_000);
      },
      sleep: (milliseconds, signal) => {
        const error = this.#errors.get(place);
        const rate = error === undefined ? 1 : 1 + error.gainsMsPerSecond / 1_000;
        return this.#world.sleep(milliseconds / rate, signal);
      },
    };
  }
}
