import { type Clock, type Timestamp, timestamp } from '../clock.ts';
import type { Cause, HistoryEntry, Who } from '../migration/history.ts';
import type { Migration } from '../migration/migration.ts';
import type { StepName } from '../migration/steps.ts';

export interface Moment {
  readonly at: Timestamp;
  readonly by: HistoryEntry['by'];
  /** The operator, where it was one and anything is known of who. */
  readonly who?: Who | undefined;
}

/** Who set something in motion. */
export interface Asker {
  readonly cause: Cause;
  readonly who?: Who | undefined;
}

/** Now, at the doing of this one. */
export function momentOf({ clock }: { readonly clock: Clock }, { cause, who }: Asker): Moment {
  return { at: timestamp(clock), by: cause, ...(who !== undefined && { who }) };
}

/** A moment in which a nudge may have to go out; `nudgeId` is what the outbox knows it by. */
export interface NudgingMoment extends Moment {
  readonly nudgeId: string;
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
    ...(moment.who === undefined ? {} : { who: moment.who }),
    event,
    message,
    ...(step === undefined ? {} : { step }),
    ...(reason === undefined ? {} : { reason }),
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
