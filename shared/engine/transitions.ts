import type { Timestamp } from '../clock.ts';
import { constraintsAfter } from '../migration/constraints.ts';
import type { HistoryEntry } from '../migration/history.ts';
import type { Lease, Migration } from '../migration/migration.ts';
import { abortIsPending, isHeld, stepRecordOf, withStepRecord } from '../migration/migration.ts';
import type { Outcome } from '../migration/outcome.ts';
import { ABORT, nextStep, type StepName } from '../migration/steps.ts';
import type { MigrationChange } from '../store/migration-store.ts';
import { constraintEntries, entry, type Moment, type NudgingMoment } from './history-lines.ts';
import { withoutStandstill, withStandstill } from './standstill.ts';

/**
 * The moves of a migration as functions of values: what the document becomes and what the history says. Whether a
 * move may be made was decided before; that it is made once is the store's doing.
 */

/** A run takes hold of the present step. */
export function claimed(
  migration: Migration,
  lease: Lease,
  moment: Moment & { readonly askedBy?: string | undefined },
): MigrationChange {
  const step = migration.position;
  const counted = withStepRecord(migration, step, (record) => ({
    ...record,
    runs: record.runs + 1,
    askedBy: moment.askedBy ?? record.askedBy,
    // A lease that nobody gave back is the only trace of a run that died.
    deaths: migration.lease === undefined ? undefined : (record.deaths ?? 0) + 1,
    midway: migration.lease === undefined ? record.midway : true,
    startedAt: record.startedAt ?? moment.at,
    // The preflight may be run again.
    finishedAt: undefined,
  }));
  const first = counted.steps.find(({ name }) => name === step)?.runs === 1;
  return {
    migration: {
      // Who runs it by hand has looked at what it waits for.
      ...(moment.by === 'operator' ? withoutStandstill(counted) : counted),
      lease,
      fence: lease.fence,
      wakeAt: undefined,
      status: { kind: 'running', since: moment.at },
    },
    history: first ? [entry(moment, step, 'begun', `${step} began`)] : [],
  };
}

/** What a run comes to beside its outcome: when to look again, and whether the step itself chose to be left until then. */
interface Conclusion extends NudgingMoment {
  readonly wakeAt: Timestamp | undefined;
  readonly letGo: boolean;
}

/** The run came to an outcome and lets go. */
export function concluded(migration: Migration, outcome: Outcome, moment: Conclusion): MigrationChange {
  return madeWayForAbort(cameTo(migration, outcome, moment), moment);
}

function cameTo(migration: Migration, outcome: Outcome, moment: Conclusion): MigrationChange {
  const step = migration.position;
  const released = { ...answered(moment.letGo ? atSafePoint(migration) : migration), lease: undefined };
  switch (outcome.kind) {
    case 'done':
      return finished(released, step, outcome.summary, moment);
    case 'waiting':
      return waitsFor(
        outcome.nothingDone === true ? notBegun(released) : released,
        outcome,
        moment.wakeAt,
        moment,
      );
    case 'blocked': {
      const { reason, message, remedy } = outcome;
      return {
        migration: {
          ...withoutStandstill(released),
          wakeAt: undefined,
          status: { kind: 'blocked', since: moment.at, reason, message, remedy },
        },
        history: [entry(moment, step, 'blocked', `${message} ${remedy}`, reason)],
      };
    }
  }
}

/**
 * The run's time is up, its instance goes down, or an operator wants it to stop: it lets go, and a nudge goes out, for the
 * same step or the way back. Not while the migration is paused; then the resumption sends it.
 */
export function interrupted(migration: Migration, moment: NudgingMoment): MigrationChange {
  const released = { ...answered(migration), lease: undefined };
  return madeWayForAbort({ migration: ready(released, migration.position, moment) }, moment);
}

/** What a run failed with. */
interface Failure {
  readonly message: string;
  /** Cloud or cluster gave no answer or were busy: nothing says that the step itself cannot be done. */
  readonly away: boolean;
}

/** The run failed in a way that is worth another try; the bus brings the message again. */
export function failed(
  migration: Migration,
  { message, away }: Failure,
  moment: NudgingMoment,
): MigrationChange {
  const step = migration.position;
  const counted = withStepRecord(migration, step, ({ awaySince, ...record }) => ({
    ...record,
    failures: record.failures + 1,
    lastFailure: message,
    ...(away && { awaySince: awaySince ?? moment.at }),
  }));
  const released: Migration = {
    ...counted,
    lease: undefined,
    status: { kind: 'ready', since: moment.at },
  };
  return madeWayForAbort({ migration: released, history: [entry(moment, step, 'failed', message)] }, moment);
}

/** The step `abort` found no way back: the migration goes on where it was. */
export function abortRefused(
  migration: Migration,
  refusal: { readonly reason: string; readonly message: string },
  moment: NudgingMoment,
): MigrationChange {
  if (migration.abort === undefined) throw new Error(`migration ${migration.id} is not being aborted`);
  const { from } = migration.abort;
  const released = { ...migration, lease: undefined, abort: undefined };
  return {
    migration: ready(released, from, moment),
    history: [entry(moment, ABORT, 'refused', `${refusal.message} ${from} goes on.`, refusal.reason)],
  };
}

/**
 * The way back takes the place of the present step. Only for a migration that no run holds any more.
 */
export function turnedBack(migration: Migration, moment: NudgingMoment): Migration {
  const { requestedAt } = migration.abort ?? { requestedAt: moment.at };
  const abort = { requestedAt, from: migration.position };
  return ready({ ...migration, abort, lease: undefined, wakeAt: undefined }, ABORT, moment);
}

/** Whatever a run came to: where an operator asked for the way back meanwhile, that is what comes next. */
function madeWayForAbort(change: MigrationChange, moment: NudgingMoment): MigrationChange {
  return abortIsPending(change.migration)
    ? { ...change, migration: turnedBack(change.migration, moment) }
    : change;
}

/** The first nudge of a step that may only begin when the maintenance window opens. */
export function waitingForWindow(migration: Migration, opening: Timestamp, moment: Moment): MigrationChange {
  const message = `${migration.position} begins when the maintenance window opens at ${opening}`;
  return waitsFor(migration, { reason: 'OutsideMaintenanceWindow', message, patient: true }, opening, moment);
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
  const conclusion = { ...moment, nudgeId: '', wakeAt: undefined, letGo: true };
  return cameTo(migration, { kind: 'blocked', ...block }, conclusion);
}

function finished(
  migration: Migration,
  step: StepName,
  summary: string,
  moment: NudgingMoment,
): MigrationChange {
  const recorded = withStepRecord(
    migration,
    step,
    ({ progress: _, lastWait: __, midway: ___, standstill: ____, ...record }) => ({
      ...record,
      finishedAt: moment.at,
    }),
  );
  const constraints = constraintsAfter(step, migration.constraints, moment.at);
  const done = { ...recorded, constraints, wakeAt: undefined };
  const history = [
    entry(moment, step, 'done', summary),
    ...constraintEntries(migration.constraints, constraints, step, moment),
  ];
  const { steps } = migration.plan;
  // As the store has checked; a mistake here would let the migration end, as if all were done.
  if (step !== ABORT && !steps.includes(step)) throw new Error(`${step} is no step of the plan`);
  const next = nextStep(steps, step);
  if (next !== undefined) return { migration: ready(done, next, moment), history };
  const ended = { ...done, active: false, outbox: [], finishedAt: moment.at };
  if (step === ABORT) {
    const back = entry(moment, undefined, 'aborted', 'everything is as it was found');
    return {
      migration: { ...ended, status: { kind: 'aborted', since: moment.at } },
      history: [...history, back],
    };
  }
  const forth = entry(moment, undefined, 'succeeded', 'the shoot is dual-stack');
  return {
    migration: { ...ended, abort: undefined, status: { kind: 'succeeded', since: moment.at } },
    history: [...history, forth, ...abortCameTooLate(migration, moment)],
  };
}

function abortCameTooLate(migration: Migration, moment: Moment): HistoryEntry[] {
  if (migration.abort === undefined) return [];
  const message = 'the last step was done before it could make room for the way back';
  return [entry(moment, ABORT, 'refused', message, 'MigrationFinished')];
}

/** The step is to be run next; unless the migration is paused, its nudge goes out. */
export function ready(migration: Migration, position: StepName, moment: NudgingMoment): Migration {
  const turned: Migration = { ...migration, position, status: { kind: 'ready', since: moment.at } };
  return isHeld(turned) ? turned : withNudge(turned, moment);
}

/** With a nudge for the present step in the outbox; an older one there may be on its way out, and of no use any more. */
export function withNudge(migration: Migration, { at, nudgeId }: NudgingMoment): Migration {
  const nudge = { id: nudgeId, step: migration.position, since: at };
  return { ...migration, outbox: [...migration.outbox, nudge] };
}

/** A run came to its end without a failure. */
function answered(migration: Migration): Migration {
  return withStepRecord(migration, migration.position, ({ awaySince: _, ...record }) => record);
}

/**
 * The run that ends did nothing. If the step began with it, it is still to begin: inside the maintenance window, like any other.
 */
function notBegun(migration: Migration): Migration {
  const { status, position } = migration;
  return withStepRecord(migration, position, ({ startedAt, ...record }) =>
    startedAt === undefined || startedAt === status.since ? record : { ...record, startedAt },
  );
}

/** Nothing depends any more on what the present step does next. */
function atSafePoint(migration: Migration): Migration {
  return withStepRecord(migration, migration.position, ({ midway: _, ...record }) => record);
}

/** A wait that goes on is looked at again and again; the history says once that it began. */
export function waitsFor(
  migration: Migration,
  wait: Pick<Extract<Outcome, { kind: 'waiting' }>, 'reason' | 'message' | 'progress' | 'patient'>,
  wakeAt: Timestamp | undefined,
  moment: Moment,
): MigrationChange {
  const step = migration.position;
  const { reason, message, progress } = wait;
  const last = stepRecordOf(migration, step).lastWait;
  const goesOn = last?.reason === reason;
  const lastWait = { since: goesOn ? last.since : moment.at, reason, message };
  const noted = withStandstill(migration, wait, moment.at);
  const recorded = withStepRecord(noted, step, (record) => ({
    ...record,
    lastWait,
    progress: progress ?? record.progress,
  }));
  return {
    migration: { ...recorded, wakeAt, status: { kind: 'waiting', ...lastWait, progress } },
    history: goesOn ? [] : [entry(moment, step, 'waiting', message, reason)],
  };
}
