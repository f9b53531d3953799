import type { Clock } from '../../shared/clock.ts';
import { systemClock } from '../../shared/clock.ts';

/**
 * What fixes a scaled clock: at the wall time `wallOrigin` it shows `origin`, and from there it runs `speed` times as
 * fast. Both instants in milliseconds since the epoch. Processes that share these three numbers share a time.
 */
export interface TimeScale {
  readonly origin: number;
  readonly wallOrigin: number;
  readonly speed: number;
}

/** A clock that runs faster than the wall: sixty simulated seconds pass in one at speed 60. */
export function scaledClock({ origin, wallOrigin, speed }: TimeScale): Clock {
  return {
    now: () => origin + (systemClock.now() - wallOrigin) * speed,
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / speed, signal),
  };
}
