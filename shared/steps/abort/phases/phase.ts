import type { Outcome, Progress } from '../../../migration/outcome.ts';
import type { PhaseOf } from '../../phase.ts';
import type { AbortAction } from '../actions.ts';
import type { AbortReason } from '../reasons.ts';
import type { Way } from '../way.ts';

export type Phase = PhaseOf<Way, AbortAction>;

export function wait(
  reason: AbortReason,
  message: string,
  lookAgainAfterSeconds: number,
  progress?: Progress,
): Outcome {
  return {
    kind: 'waiting',
    reason,
    message,
    lookAgainAfterSeconds,
    ...(progress === undefined ? {} : { progress }),
  };
}

export function blocked(reason: AbortReason, message: string, remedy: string): Outcome {
  return { kind: 'blocked', reason, message, remedy };
}
