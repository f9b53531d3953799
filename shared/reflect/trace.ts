import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Timestamp } from '../clock.ts';

const timestamp = z.iso.datetime().transform((text) => text as Timestamp);

/** What is remembered of one thing that is written back to a Shoot: its annotations, or its constraints. */
export const traceSchema = z.object({
  /** Prints of what it was left as: the last write that is known to have happened, or those of which nobody knows. */
  ours: z.array(z.string()),
  /** The last write happened. */
  landed: z.boolean(),
  wroteAt: timestamp.optional(),
  /** How often in a row somebody took it away, or the garden refused it. */
  setbacks: z.number().int(),
  /** Nothing is written before; set by a setback. */
  notBefore: timestamp.optional(),
  /** What the last setback was. */
  setback: z.string().optional(),
});
export type Trace = z.infer<typeof traceSchema>;

/** Of something as it is on a Shoot: the same for the same. */
export function printOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

const FIRST_PAUSE_MS = 5 * 60_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;

/** How long nothing is written after so many setbacks in a row, in milliseconds. */
export function pauseAfter(setbacks: number): number {
  return setbacks === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (setbacks - 1), LONGEST_PAUSE_MS);
}

/** With one setback more. */
export function setBack(trace: Trace, what: string, now: number): Trace {
  const setbacks = trace.setbacks + 1;
  return { ...trace, setbacks, setback: what, notBefore: timeOf(now + pauseAfter(setbacks)) };
}

/** The write happened. */
export function landed(trace: Trace, print: string, now: number): Trace {
  return { ...trace, ours: [print], landed: true, wroteAt: timeOf(now) };
}

function timeOf(instant: number): Timestamp {
  return new Date(instant).toISOString() as Timestamp;
}
