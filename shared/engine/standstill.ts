import type { Timestamp } from '../clock.ts';
import { type Migration, type StepRecord, stepRecordOf, withStepRecord } from '../migration/migration.ts';
import type { Outcome, Progress } from '../migration/outcome.ts';
import type { TERMINAL_REASONS } from './terminal.ts';

/** As much of a wait as matters here. */
interface Waiting extends Pick<Extract<Outcome, { kind: 'waiting' }>, 'reason' | 'message' | 'patient'> {
  readonly progress?: Progress | undefined;
}

type Standstill = NonNullable<StepRecord['standstill']>;

/** Longer than from one of Gardener's daily maintenances to the next, which undoes or mends many a thing. */
const LONGEST_SECONDS = 30 * 3_600;

/** The migration with this wait of its present step noted: as one that goes on, or as a new one. */
export function withStandstill(migration: Migration, wait: Waiting, at: Timestamp): Migration {
  return withStepRecord(migration, migration.position, (record) => ({
    ...record,
    standstill: standstillAfter(record.standstill, wait, at),
  }));
}

/** What comes next is begun afresh. */
export function withoutStandstill(migration: Migration): Migration {
  return withStepRecord(migration, migration.position, ({ standstill: _, ...record }) => record);
}

/** What a wait becomes that has gone on for too long without anything coming of it; `now` in milliseconds. */
export function inVain(migration: Migration, wait: Waiting, now: number): Outcome | undefined {
  const { standstill } = stepRecordOf(migration, migration.position);
  if (wait.patient === true || standstill === undefined || !goesOn(standstill, wait)) return undefined;
  const { since, patientSeconds = 0 } = patienceEnded(standstill, now);
  if (Date.parse(since) + (patientSeconds + LONGEST_SECONDS) * 1_000 > now) return undefined;
  return {
    kind: 'blocked',
    reason: 'WaitsInVain' satisfies keyof typeof TERMINAL_REASONS,
    message: `Nothing has come of waiting since ${since} (${wait.reason}: ${wait.message}).`,
    remedy: 'Find out what keeps it, then publish the step again; it is waited for anew then.',
  };
}

/** Patience stops the clock and does not set it back: nodes that die while they join leave a cluster without any, too. */
function standstillAfter(last: Standstill | undefined, wait: Waiting, at: Timestamp): Standstill | undefined {
  const goingOn = last !== undefined && goesOn(last, wait) ? last : undefined;
  if (wait.patient === true) return goingOn && { ...goingOn, patientSince: goingOn.patientSince ?? at };
  return goingOn === undefined ? { since: at, ...whatFor(wait) } : patienceEnded(goingOn, Date.parse(at));
}

function patienceEnded({ patientSince, ...standstill }: Standstill, now: number): Standstill {
  if (patientSince === undefined) return standstill;
  const lasted = Math.max(0, now - Date.parse(patientSince)) / 1_000;
  return { ...standstill, patientSeconds: (standstill.patientSeconds ?? 0) + lasted };
}

/** Where something is counted, whether there is more of it says it all; elsewhere the reason has to. */
function goesOn(standstill: Standstill, { reason, progress, patient }: Waiting): boolean {
  const { counted } = standstill;
  if (progress === undefined || counted === undefined)
    return patient === true || standstill.reason === reason;
  return counted.unit === progress.unit && progress.done <= counted.done;
}

function whatFor({ reason, progress }: Waiting): Pick<Standstill, 'reason' | 'counted'> {
  return { reason, ...(progress && { counted: { done: progress.done, unit: progress.unit } }) };
}
