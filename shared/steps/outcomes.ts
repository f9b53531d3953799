import type { Outcome, Progress } from '../migration/outcome.ts';

/** What a step that cannot go on comes to, for a reason of its own: `const { waiting, blocked } = outcomesFor<Reason>()`. */
export function outcomesFor<Reason extends string>() {
  return {
    waiting: (
      reason: Reason,
      message: string,
      lookAgainAfterSeconds: number,
      progress?: Progress,
    ): Outcome & { readonly kind: 'waiting' } => ({
      kind: 'waiting',
      reason,
      message,
      lookAgainAfterSeconds,
      ...(progress !== undefined && { progress }),
    }),
    blocked: (reason: Reason, message: string, remedy: string): Outcome & { readonly kind: 'blocked' } => ({
      kind: 'blocked',
      reason,
      message,
      remedy,
    }),
  };
}
