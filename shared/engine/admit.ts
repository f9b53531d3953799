import { isOpen, nextOpening } from '../migration/maintenance-window.ts';
import type { Migration } from '../migration/migration.ts';
import { hasBegun, isGated, isHeld, isRunning, stepRecordOf } from '../migration/migration.ts';
import { ABORT, PREFLIGHT, type StepName } from '../migration/steps.ts';
import type { Nudge } from './nudge.ts';

/** The plan is shown before anything is touched, and who wants to go back has no time to wait for. */
const OUTSIDE_WINDOW: readonly StepName[] = [PREFLIGHT, ABORT];

/** Whether the step begins only inside the maintenance window, and once the rollout has let the shoot in. */
export function changes(step: StepName): boolean {
  return !OUTSIDE_WINDOW.includes(step);
}

/** Whether a nudge leads to a run, and if not, why not. */
export type Admission =
  | { readonly kind: 'run' }
  /** The step may only begin in the shoot's maintenance window, which opens at `at` (milliseconds). */
  | { readonly kind: 'wait-for-window'; readonly at: number }
  /** Nothing may be changed before the rollout lets the shoot in. */
  | { readonly kind: 'wait-for-rollout' }
  | { readonly kind: 'refuse'; readonly reason: AdmissionReason; readonly message: string };

/** Why a nudge led to no run. Duplicates and latecomers meet these all the time; only an operator is told. */
export const ADMISSION_REASONS = {
  MigrationFinished: 'The migration has ended; there is nothing left to run.',
  NotTheCurrentStep: 'Another step is the migration’s current one; steps run in their order.',
  Paused: 'The migration is paused; it goes on when it is resumed.',
  AlreadyRunning: 'Another instance runs the step right now.',
  Blocked: 'The migration is blocked until a human acts; publishing the step by hand tries again.',
  AlreadyHandled: 'The bus brought a message again that a run has come to an outcome for.',
  NotYetDue: 'The step waits and will be looked at again when that is due.',
} as const;
export type AdmissionReason = keyof typeof ADMISSION_REASONS;

/**
 * Judges a nudge for `step` at `now` (milliseconds). An operator's nudge runs the current step at once: outside the
 * window, past the rollout, before a wait is over, and although it is blocked. It cannot run another step, nor a paused migration.
 *
 * A paused migration whose run died is run on to its next safe point: it may have died where traffic depends on what
 * follows.
 */
export function admit(migration: Migration, step: StepName, cause: Nudge['cause'], now: number): Admission {
  const byHand = cause === 'operator';
  if (!migration.active) return refuse('MigrationFinished');
  if (migration.position !== step) {
    return refuse('NotTheCurrentStep', `The current step is ${migration.position}, not ${step}.`);
  }
  const running = isRunning(migration, now);
  const died = migration.lease !== undefined && !running;
  if (isHeld(migration) && !died) return refuse('Paused');
  if (running) return refuse('AlreadyRunning');
  if (byHand) return { kind: 'run' };
  if (migration.status.kind === 'blocked') return refuse('Blocked');
  if (migration.wakeAt !== undefined && Date.parse(migration.wakeAt) > now) return refuse('NotYetDue');
  if (isGated(migration) && !hasBegun(migration) && changes(step)) return { kind: 'wait-for-rollout' };
  const begun = stepRecordOf(migration, step).startedAt !== undefined;
  const window = migration.maintenanceWindow;
  if (!begun && changes(step) && window !== undefined && !isOpen(window, now)) {
    return { kind: 'wait-for-window', at: nextOpening(window, now) };
  }
  return { kind: 'run' };
}

export function refuse(reason: AdmissionReason, message: string = ADMISSION_REASONS[reason]): Admission {
  return { kind: 'refuse', reason, message };
}
