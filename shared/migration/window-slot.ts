import { isOpen, type MaintenanceWindow } from './maintenance-window.ts';

const DAY = 86_400;
/** So long after its opening a window still counts as at its beginning: the tick comes every minute, and a run takes some. */
const BEGINNING_SECONDS = 15 * 60;
/** No run asks at the very second of the opening: what leaves a window less than this to spare would miss every one. */
const LATE_SECONDS = 5 * 60;

/** Whether something that takes a while may begin now. Times of day are in seconds. */
export type Slot =
  /** `longerThanWindow`: it will go on beyond the window's end, as it would in (nearly) every window. */
  | { readonly kind: 'begin'; readonly longerThanWindow: boolean }
  /** The window is closed; it opens after so many seconds. */
  | { readonly kind: 'closed'; readonly opensIn: number }
  /** It fits into a window, but not into the rest of this one. */
  | { readonly kind: 'no longer fits'; readonly rest: number; readonly opensIn: number }
  /** It fits into no window, and this one has lasted for a while already. */
  | { readonly kind: 'fits none'; readonly window: number; readonly opensIn: number };

/**
 * A place for something that takes so many seconds, at `now` (milliseconds). It shall begin when work may begin at all, and
 * end before the window as the shoot states it ends; what is longer than every window begins with one. Without a
 * window everything may begin at any time.
 */
export function slotFor(window: MaintenanceWindow | undefined, now: number, seconds: number): Slot {
  if (window === undefined) return { kind: 'begin', longerThanWindow: false };
  const time = Math.floor(now / 1000) % DAY;
  const opensIn = until(window.begin, time) || DAY;
  if (!isOpen(window, now)) return { kind: 'closed', opensIn };
  const rest = until(window.end, time);
  if (seconds <= rest) return { kind: 'begin', longerThanWindow: false };
  const whole = windowSeconds(window);
  if (fitsWindow(window, seconds)) return { kind: 'no longer fits', rest, opensIn };
  if (rest >= whole - BEGINNING_SECONDS) return { kind: 'begin', longerThanWindow: true };
  return { kind: 'fits none', window: whole, opensIn };
}

/** Whether something that takes so many seconds fits into a window, begun some minutes after its opening. */
export function fitsWindow(window: MaintenanceWindow, seconds: number): boolean {
  return seconds + LATE_SECONDS <= windowSeconds(window);
}

/** From its opening to its end as the shoot states it. */
export function windowSeconds({ begin, end }: MaintenanceWindow): number {
  return until(end, begin);
}

/** Seconds from one time of day to the next time that it is the other. */
function until(end: number, from: number): number {
  return (end - from + DAY) % DAY;
}
