import type { Timestamp } from '../clock.ts';
import { type Migration, type StepRecord, stepRecordOf, withStepRecord } from '../migration/migration.ts';
import type { Outcome, Progress } from '../migration/outcome.ts';
import type { TERMINAL_REASONS } from './terminal.ts';

/** As much of a wait as matters here. */
interface Waiting extends Pick<Extract<Outcome, { kind: 'waiting' }>, 'reason' | 'message' | 'patient'> {
  readonly progress?: Progress | undefined;
}

/** Longer than from one of Gardener's daily maintenances to the next, which undoes or mends many a thing. */
const LONGEST_SECONDS = 30 * 3_600;

/** The migration with this wait of its present step noted: as one that goes on, or as a new one. */
export function withStandstill(migration: Migration, wait: Waiting, at: Timestamp): Migration {
  return withStepRecord(migration, migration.position, (record) => ({
    ...record,
    standstill: { since: goesOn(record, wait) ? record.standstill.since : at, ...whatFor(wait) },
  }));
}

/** What comes next is begun afresh. */
export function withoutStandstill(migration: Migration): Migration {
  return withStepRecord(migration, migration.position, ({ standstill: _, ...record }) => record);
}

/** What a wait becomes that has gone on for too long without anything coming of it; `now` in milliseconds. */
export function inVain(migration: Migration, wait: Waiting, now: number): Outcome | undefined {
  const record = stepRecordOf(migration, migration.position);
  if (wait.patient === true || !goesOn(record, wait)) return undefined;
  const { since } = record.standstill;
  if (Date.parse(since) + LONGEST_SECONDS * 1_000 > now) return undefined;
  return {
    kind: 'blocked',
    reason: 'WaitsInVain' satisfies keyof typeof TERMINAL_REASONS,
    message: `Nothing has come of waiting since ${since} (${wait.reason}: ${wait.message}).`,
    remedy: 'Find out what keeps it, then publish the step again; it is waited for anew then.',
  };
}

function goesOn(
  record: StepRecord,
  wait: Waiting,
): record is StepRecord & { readonly standstill: NonNullable<StepRecord['standstill']> } {
  const { standstill } = record;
  const { reason, done } = whatFor(wait);
  return standstill !== undefined && standstill.reason === reason && standstill.done === done;
}

function whatFor({ reason, progress }: Waiting): { readonly reason: string; readonly done?: number } {
  return { reason, ...(progress !== undefined && { done: progress.done }) };
}
