/**
 * A shoot's maintenance window with Gardener's semantics (`pkg/apis/utils/timewindow`): two times of day with fixed
 * offsets, compared by hour, minute and second in UTC, inclusive at both ends, across midnight when the end is the
 * earlier one. There is no daylight saving.
 */
export interface MaintenanceWindow {
  /** Seconds since midnight UTC. */
  readonly begin: number;
  /** Seconds since midnight UTC, as the shoot states it; work begins at the latest {@link SAFETY_MARGIN} before. */
  readonly end: number;
}

const DAY = 86_400;
/** Gardener takes fifteen minutes off the end, so that what was begun can finish (`pkg/utils/gardener/shoot.go`). */
export const SAFETY_MARGIN = 15 * 60;
const SHORTEST = 30 * 60;
const LONGEST = 6 * 3600;
/** Characters of what was found instead of a time; more would hide what was expected. */
const MOST_QUOTED = 60;

/** A window that Gardener would not accept either. */
export class InvalidMaintenanceWindow extends Error {
  readonly field: 'begin' | 'end' | 'timeWindow';
  constructor(field: 'begin' | 'end' | 'timeWindow', message: string) {
    super(message);
    this.name = 'InvalidMaintenanceWindow';
    this.field = field;
  }
}

/**
 * Reads `HHMMSS±ZZZZ` twice, e.g. `220000+0100`.
 *
 * @throws InvalidMaintenanceWindow for another format, or a window shorter than 30 minutes or longer than 6 hours.
 */
export function parseMaintenanceWindow(begin: string, end: string): MaintenanceWindow {
  const window = { begin: secondOfDay('begin', begin), end: secondOfDay('end', end) };
  const length = duration(window);
  if (length < SHORTEST || length > LONGEST) {
    throw new InvalidMaintenanceWindow(
      'timeWindow',
      `lasts ${length / 60} minutes (${begin} to ${end}), expected 30 minutes to 6 hours`,
    );
  }
  return window;
}

/** Whether work may begin at `now` (milliseconds since the epoch). */
export function isOpen(window: MaintenanceWindow, now: number): boolean {
  const time = Math.floor(now / 1000) % DAY;
  const end = effectiveEnd(window);
  return end < window.begin ? time <= end || time >= window.begin : window.begin <= time && time <= end;
}

/** When work may begin next: `now` itself while the window is open, else its next opening (milliseconds). */
export function nextOpening(window: MaintenanceWindow, now: number): number {
  if (isOpen(window, now)) return now;
  const today = Math.floor(now / 1000 / DAY) * DAY;
  const opening = (today + window.begin) * 1000;
  return opening >= now ? opening : opening + DAY * 1000;
}

function effectiveEnd({ end }: MaintenanceWindow): number {
  return (end - SAFETY_MARGIN + DAY) % DAY;
}

function duration({ begin, end }: MaintenanceWindow): number {
  return end <= begin ? end + DAY - begin : end - begin;
}

function secondOfDay(field: 'begin' | 'end', text: string): number {
  const match = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)([+-])([01]\d|2[0-4])([0-5]\d)$/.exec(text);
  if (match === null) {
    throw new InvalidMaintenanceWindow(
      field,
      `${JSON.stringify(text.slice(0, MOST_QUOTED))} is not HHMMSS±ZZZZ, e.g. "220000+0100"`,
    );
  }
  const [, hours, minutes, seconds, sign, offsetHours, offsetMinutes] = match;
  const offset = (Number(offsetHours) * 3600 + Number(offsetMinutes) * 60) * (sign === '-' ? -1 : 1);
  const local = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return (((local - offset) % DAY) + DAY) % DAY;
}
