import { ComputeRefused, ComputeUnavailable, FingerprintStale } from '../compute/errors.ts';
import { ClusterRefused, ClusterUnavailable, NoAccess, ShootNotInGarden } from '../kubernetes/errors.ts';
import type { Outcome } from '../migration/outcome.ts';
import { describeError, TerminalError } from './errors.ts';

/** Why a migration is blocked although no step said so. */
export const TERMINAL_REASONS = {
  ComputeEngineRefused:
    'Compute Engine understood a call and refused it; the same call would be refused again.',
  ClusterRefused: 'An API server understood a call and refused it; the same call would be refused again.',
  WaitsInVain: 'A step waited for more than a day for the same, and nothing came of it.',
  RunsDie: 'Run after run died, killed or out of memory, before it could bring anything about.',
  DeliveriesExhausted:
    'Every attempt failed until the bus gave up on the message; the last failure is in the history.',
} as const;

/** Why a migration waits although no step said so. */
export const WAIT_REASONS = {
  OutsideMaintenanceWindow: 'A step begins only inside the shoot’s maintenance window.',
  WaitsForRollout:
    'The plan is made, and the rollout lets one shoot after the other in: this one’s turn has not come.',
  NoAnswer:
    'Cloud or cluster gave no answer, or were busy, until the bus gave up; the step is tried again every ten minutes, for a day.',
} as const;

/**
 * The outcome that an error stands for when trying again is of no use: a step's own verdict, or a plain refusal by
 * cloud or cluster. Undefined for everything that is worth another try.
 */
export function outcomeOfError(error: unknown): Extract<Outcome, { kind: 'blocked' }> | undefined {
  if (error instanceof TerminalError) {
    return { kind: 'blocked', reason: error.reason, message: describeError(error), remedy: error.remedy };
  }
  if (error instanceof NoAccess || error instanceof ShootNotInGarden) {
    // Its sentence has all that the answer behind it says.
    return {
      kind: 'blocked',
      reason: error.reason,
      message: describeError(error.message),
      remedy: error.remedy,
    };
  }
  if (error instanceof ComputeRefused) return refused('ComputeEngineRefused', error);
  if (error instanceof ClusterRefused) return refused('ClusterRefused', error);
  return undefined;
}

/** Whether cloud or cluster gave no answer, or were busy with something else: that passes without anybody's doing. */
export function isAway(error: unknown): boolean {
  return (
    error instanceof ComputeUnavailable ||
    error instanceof ClusterUnavailable ||
    error instanceof FingerprintStale
  );
}

function refused(reason: keyof typeof TERMINAL_REASONS, error: Error): Extract<Outcome, { kind: 'blocked' }> {
  return {
    kind: 'blocked',
    reason,
    // The answer is in it; its cause would say it once more, with the headers.
    message: `${describeError(error.message)}.`,
    remedy:
      'Remove the cause (permissions, quota, policy, a resource in the way), then publish the step again.',
  };
}
