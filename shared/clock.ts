/**
 * Time as an argument: nothing below `functions/` reads the machine's clock or starts a timer of its own, so
 * that the same code runs on wall time in production, on scaled time in the local world and on virtual time in
 * simulation.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `milliseconds` of this clock's time; rejects with the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/**
 * The machine's own clock. Not the sleep of `node:timers/promises`: for each that is interrupted that makes an error with its
 * stack, which nobody sees, and every run and every call of a network has some.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const interrupted = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', interrupted);
        resolve();
      }, milliseconds);
      signal?.addEventListener('abort', interrupted, { once: true });
    }),
};

/** A point in time as RFC 3339 in UTC with milliseconds: the one form in which times are stored and shown. */
export type Timestamp = string & { readonly __brand: 'Timestamp' };

let written = { instant: 0, text: '1970-01-01T00:00:00.000Z' as Timestamp };

/** The clock's present as a {@link Timestamp}, optionally `milliseconds` ahead. */
export function timestamp(clock: Clock, milliseconds = 0): Timestamp {
  const instant = clock.now() + milliseconds;
  // Much is written at the same instant.
  if (written.instant !== instant) {
    written = { instant, text: new Date(instant).toISOString() as Timestamp };
  }
  return written.text;
}
