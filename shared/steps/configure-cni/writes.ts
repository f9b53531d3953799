import { z } from 'zod';

/** When the configuration was written, by this migration: times, as JSON. */
export const WRITES = 'configure-cni/written-at';

/** Who undoes a write does so soon, or with Gardener's next reconciliation. */
const MINUTES = 30;

const timesSchema = z.array(z.iso.datetime());

/** Writes that are on record and not longer ago than `minutes`. */
export function recentWrites(
  mark: string | undefined,
  now: number,
): { readonly count: number; readonly minutes: number } {
  return { count: recent(mark, now).length, minutes: MINUTES };
}

/** The mark with one more write, without those that do not count any more. */
export function withWrite(mark: string | undefined, now: number): string {
  return JSON.stringify([...recent(mark, now), new Date(now).toISOString()]);
}

function recent(mark: string | undefined, now: number): readonly string[] {
  if (mark === undefined) return [];
  return timesSchema.parse(JSON.parse(mark)).filter((time) => now - Date.parse(time) < MINUTES * 60_000);
}
