import type { Timestamp } from '../../shared/clock.ts';
import type { MaintenanceWindow } from '../../shared/migration/maintenance-window.ts';

/** The virtual clock starts at 22:30 UTC: half an hour before this one opens, … */
export const SHUT_WINDOW: MaintenanceWindow = { begin: 23 * 3600, end: 0 };
/** … and half an hour after this one did. */
export const OPEN_WINDOW: MaintenanceWindow = { begin: 22 * 3600, end: 0 };

export function at(milliseconds: number): Timestamp {
  return new Date(milliseconds).toISOString() as Timestamp;
}

/** The moment of `now`'s day (milliseconds) at which so many seconds of it have passed. */
export function atSecond(now: number, second: number): number {
  const day = 24 * 3_600_000;
  return Math.floor(now / day) * day + second * 1000;
}
