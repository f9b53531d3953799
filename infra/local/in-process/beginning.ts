import { nextOpening } from '../../../shared/migration/maintenance-window.ts';
import type { Shoot } from '../../../shared/migration/shoot.ts';

/** Any day; what happens on it is the same on each. */
const DAY = Date.parse('2026-03-01T12:00:00Z');
const BEFORE_WINDOW_MS = 120_000;

/** When a world of this shoot begins, in milliseconds since the epoch: two minutes before its maintenance window opens. */
export function beginningOf({ maintenanceWindow }: Pick<Shoot, 'maintenanceWindow'>): number {
  return maintenanceWindow === undefined ? DAY : nextOpening(maintenanceWindow, DAY) - BEFORE_WINDOW_MS;
}
