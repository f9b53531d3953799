import type { Decision, Outcome, Progress } from '../../../migration/outcome.ts';
import type { AbortAction } from '../actions.ts';
import type { AbortReason } from '../reasons.ts';
import type { Way } from '../way.ts';

/** What is still lacking for this part to be done, or undefined when nothing is. Pure. */
export type Phase = (way: Way) => Decision<AbortAction> | undefined;

export function act(action: AbortAction): Decision<AbortAction> {
  return { kind: 'act', action };
}

/** An act on these items, unless there are none. */
export function actOn<Item>(
  items: readonly Item[],
  action: (items: readonly Item[]) => AbortAction,
): Decision<AbortAction> | undefined {
  return items.length === 0 ? undefined : act(action(items));
}

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

/** Whole seconds until `seconds` have passed since then; 0 when they have. */
export function secondsLeft(now: number, since: string, seconds: number): number {
  return Math.max(0, Math.ceil(seconds - (now - Date.parse(since)) / 1000));
}
