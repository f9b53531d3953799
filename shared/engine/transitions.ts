import type { Timestamp } from '../clock.ts';
import { constraintsAfter } from '../migration/constraints.ts';
import type { HistoryEntry } from '../migration/history.ts';
import type { Lease, Migration } from '../migration/migration.ts';
import { stepRecordOf, withStepRecord } from '../migration/migration.ts';
import type { Outcome, Progress } from '../migration/outcome.ts';
import { nextStep, type StepName } from '../migration/steps.ts';
import type { MigrationChange } from '../store/migration-store.ts';

/**
 * The moves of a migration as functions of values: what the document becomes and what the history says. Whether a
 * move may be made was decided before; that it is made once is the store's doing.
 */

export interface Moment {
  readonly at: Timestamp;
  readonly by: HistoryEntry['by'];
}

/** A run takes hold of the present step. */
export function claimed(migration: Migration, lease: Lease, moment: Moment): MigrationChange {
  const step = migration.position;
  const counted = withStepRecord(migration, step, (record) => ({
    ...record,
    runs: record.runs + 1,
    // A lease that nobody gave back is the only trace of a run that died.
    deaths: migration.lease === undefined ? undefined : (record.deaths ?? 0) + 1,
    startedAt: record.startedAt ?? moment.at,
  }));
  const first = counted.steps.find(({ name }) => name === step)?.runs === 1;
  return {
    migration: {
      ...counted,
      lease,
      fence: lease.fence,
      wakeAt: undefined,
      status: { kind: 'running', since: moment.at },
    },
    history: first ? [entry(moment, step, 'begun', `${step} began`)] : [],
  };
}

/** The run came to an outcome and lets go. */
export function concluded(
  migration: Migration,
  outcome: Outcome,
  moment: Moment & { readonly nudgeId: string; readonly wakeAt: Timestamp | undefined },
): MigrationChange {
  const step = migration.position;
  const released = { ...migration, lease: undefined };
  switch (outcome.kind) {
    case 'done':
      return finished(released, step, outcome.summary, moment);
    case 'waiting':
      return waitsFor(released, outcome, moment.wakeAt, moment);
    case 'blocked': {
      const { reason, message, remedy } = outcome;
      return {
        migration: {
          ...released,
          wakeAt: undefined,
          status: { kind: 'blocked', since: moment.at, reason, message, remedy },
        },
        history: [entry(moment, step, 'blocked', `${message} ${remedy}`, reason)],
      };
    }
  }
}

/** The run's time is up, or its instance goes down: it lets go, and a nudge for the same step goes out. */
export function interrupted(
  migration: Migration,
  moment: Moment & { readonly nudgeId: string },
): MigrationChange {
  return { migration: ready({ ...migration, lease: undefined }, migration.position, moment) };
}

/** The run failed in a way that is worth another try; the bus brings the message again. */
export function failed(migration: Migration, message: string, moment: Moment): MigrationChange {
  const step = migration.position;
  const counted = withStepRecord(migration, step, (record) => ({
    ...record,
    failures: record.failures + 1,
    lastFailure: message,
  }));
  return {
    migration: { ...counted, lease: undefined, status: { kind: 'ready', since: moment.at } },
    history: [entry(moment, step, 'failed', message)],
  };
}

/** The first nudge of a step that may only begin when the maintenance window opens. */
export function waitingForWindow(migration: Migration, opening: Timestamp, moment: Moment): MigrationChange {
  const message = `${migration.position} begins when the maintenance window opens at ${opening}`;
  return waitsFor(migration, { reason: 'OutsideMaintenanceWindow', message }, opening, moment);
}

/** Something was asked for that is not done; the audit trail says who asked for what and why not. */
export function refused(
  migration: Migration,
  refusal: { readonly reason: string; readonly message: string; readonly step: StepName },
  moment: Moment,
): MigrationChange {
  return { migration, history: [entry(moment, refusal.step, 'refused', refusal.message, refusal.reason)] };
}

/** Blocked from outside a run, e.g. because the bus gave up on its message. */
export function blockedFromOutside(
  migration: Migration,
  block: { readonly reason: string; readonly message: string; readonly remedy: string },
  moment: Moment,
): MigrationChange {
  return concluded(migration, { kind: 'blocked', ...block }, { ...moment, nudgeId: '', wakeAt: undefined });
}

/** A line of the history. */
export function entry(
  moment: Moment,
  step: StepName | undefined,
  event: string,
  message: string,
  reason?: string,
): HistoryEntry {
  return {
    at: moment.at,
    by: moment.by,
    event,
    message,
    ...(step === undefined ? {} : { step }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function finished(
  migration: Migration,
  step: StepName,
  summary: string,
  moment: Moment & { readonly nudgeId: string },
): MigrationChange {
  const recorded = withStepRecord(migration, step, ({ progress: _, lastWait: __, ...record }) => ({
    ...record,
    finishedAt: moment.at,
  }));
  const constraints = constraintsAfter(step, migration.constraints, moment.at);
  const done = { ...recorded, constraints, wakeAt: undefined };
  const history = [
    entry(moment, step, 'done', summary),
    ...constraintEntries(migration.constraints, constraints, step, moment),
  ];
  const next = nextStep(migration.plan.steps, step);
  if (next !== undefined) return { migration: ready(done, next, moment), history };
  return {
    migration: {
      ...done,
      active: false,
      outbox: [],
      finishedAt: moment.at,
      status: { kind: 'succeeded', since: moment.at },
    },
    history: [...history, entry(moment, undefined, 'succeeded', 'the shoot is dual-stack')],
  };
}

function ready(
  migration: Migration,
  position: StepName,
  moment: Moment & { readonly nudgeId: string },
): Migration {
  return {
    ...migration,
    position,
    status: { kind: 'ready', since: moment.at },
    outbox: [...migration.outbox, { id: moment.nudgeId, step: position, since: moment.at }],
  };
}

/** What the history says about constraints that appeared, changed or went. */
export function constraintEntries(
  before: Migration['constraints'],
  after: Migration['constraints'],
  step: StepName | undefined,
  moment: Moment,
): HistoryEntry[] {
  const removed = before.filter(({ type }) => !after.some((each) => each.type === type));
  const changed = after.filter(
    ({ type, status }) => !before.some((each) => each.type === type && each.status === status),
  );
  return [
    ...removed.map(({ type }) => ({
      ...entry(moment, step, 'constraint', `${type} removed`),
      constraint: { type, status: 'Removed' as const },
    })),
    ...changed.map(({ type, status, reason, message }) => ({
      ...entry(moment, step, 'constraint', `${type} ${status}: ${message}`, reason),
      constraint: { type, status },
    })),
  ];
}

/** A wait that goes on is looked at again and again; the history says once that it began. */
function waitsFor(
  migration: Migration,
  { reason, message, progress }: { reason: string; message: string; progress?: Progress },
  wakeAt: Timestamp | undefined,
  moment: Moment,
): MigrationChange {
  const step = migration.position;
  const last = stepRecordOf(migration, step).lastWait;
  const goesOn = last?.reason === reason;
  const lastWait = { since: goesOn ? last.since : moment.at, reason, message };
  const recorded = withStepRecord(migration, step, (record) => ({
    ...record,
    lastWait,
    progress: progress ?? record.progress,
  }));
  return {
    migration: { ...recorded, wakeAt, status: { kind: 'waiting', ...lastWait, progress } },
    history: goesOn ? [] : [entry(moment, step, 'waiting', message, reason)],
  };
}
