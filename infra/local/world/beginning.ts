import { systemClock } from '../../../shared/clock.ts';
import { isOpen, type MaintenanceWindow, nextOpening } from '../../../shared/migration/maintenance-window.ts';
import type { TimeScale } from '../clock.ts';

/** The window opens this long after the world began, in seconds of the world, and not before it is all set up. */
const BEFORE_WINDOW_SECONDS = 120;
const SET_UP_WALL_SECONDS = 3;
const LONGEST_WINDOW_MS = 6 * 3_600_000;

/** A world begins now on the wall, and shortly before its shoot's next maintenance window; now when there is none. */
export function beginning(window: MaintenanceWindow | undefined, speed: number): TimeScale {
  const wallOrigin = systemClock.now();
  if (window === undefined) return { origin: wallOrigin, wallOrigin, speed };
  const lead = Math.max(BEFORE_WINDOW_SECONDS, SET_UP_WALL_SECONDS * speed);
  const afterThisWindow = isOpen(window, wallOrigin) ? wallOrigin + LONGEST_WINDOW_MS : wallOrigin;
  return { origin: nextOpening(window, afterThisWindow) - lead * 1000, wallOrigin, speed };
}
