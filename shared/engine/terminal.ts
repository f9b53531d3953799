import { ComputeRefused } from '../compute/errors.ts';
import { ClusterRefused } from '../kubernetes/errors.ts';
import type { Outcome } from '../migration/outcome.ts';
import { describeError, TerminalError } from './errors.ts';

/** Why a migration is blocked although no step said so. */
export const TERMINAL_REASONS = {
  ComputeEngineRefused:
    'Compute Engine understood a call and refused it; the same call would be refused again.',
  ClusterRefused: 'An API server understood a call and refused it; the same call would be refused again.',
  RunsDie: 'Run after run died, killed or out of memory, before it could bring anything about.',
  DeliveriesExhausted:
    'Every attempt failed until the bus gave up on the message; the last failure is in the history.',
} as const;

/**
 * The outcome that an error stands for when trying again is of no use: a step's own verdict, or a plain refusal by
 * cloud or cluster. Undefined for everything that is worth another try.
 */
export function outcomeOfError(error: unknown): Extract<Outcome, { kind: 'blocked' }> | undefined {
  if (error instanceof TerminalError) {
    return { kind: 'blocked', reason: error.reason, message: describeError(error), remedy: error.remedy };
  }
  if (error instanceof ComputeRefused) return refused('ComputeEngineRefused', error);
  if (error instanceof ClusterRefused) return refused('ClusterRefused', error);
  return undefined;
}

function refused(reason: keyof typeof TERMINAL_REASONS, error: Error): Extract<Outcome, { kind: 'blocked' }> {
  return {
    kind: 'blocked',
    reason,
    message: `${describeError(error)}.`,
    remedy:
      'Remove the cause (permissions, quota, policy, a resource in the way), then publish the step again.',
  };
}
