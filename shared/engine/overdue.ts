import { type Migration, stepRecordOf } from '../migration/migration.ts';

/** The line that the alert on steps that are stuck is built on (`infra/gcp/metrics.tf`). */
export const OVERDUE_LINE = 'step takes longer than expected';

/** Longer than any wait that is part of a step that goes well, somebody else's turn apart. */
const LONGEST_STANDSTILL_SECONDS = 3_600;
/** An outage that the bus' own attempts and the wait after them have not got over. */
const LONGEST_AWAY_SECONDS = 3_600;

/** What a step is late with, and since when. */
export interface Overdue {
  /** Seconds for which nothing has come of it; time in which it was somebody else's turn does not count. */
  readonly seconds: number;
  readonly why: string;
}

/**
 * Whether the present step of an active migration takes longer than it should at `now` (milliseconds): it waits for the
 * same without any more being done, or every run of it fails because nobody answers. Not when it is blocked, paused, or
 * somebody's turn or an agreed time is waited for. It is told of long before a wait in vain blocks (`standstill.ts`).
 */
export function overdue(migration: Migration, now: number): Overdue | undefined {
  const { active, paused, status, position } = migration;
  if (!active || paused || status.kind === 'blocked') return undefined;
  const { standstill, awaySince, lastFailure } = stepRecordOf(migration, position);
  if (awaySince !== undefined) {
    const seconds = secondsSince(awaySince, now);
    if (seconds >= LONGEST_AWAY_SECONDS) return { seconds, why: `no answer: ${lastFailure ?? 'unknown'}` };
  }
  if (standstill !== undefined && standstill.patientSince === undefined) {
    const seconds = secondsSince(standstill.since, now) - (standstill.patientSeconds ?? 0);
    if (seconds >= LONGEST_STANDSTILL_SECONDS) return { seconds, why: `waits: ${standstill.reason}` };
  }
  return undefined;
}

function secondsSince(moment: string, now: number): number {
  return Math.round((now - Date.parse(moment)) / 1_000);
}
