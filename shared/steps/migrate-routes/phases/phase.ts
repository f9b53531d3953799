import type { Decision } from '../../../migration/outcome.ts';
import type { RouteAction } from '../actions.ts';
import type { RouteFacts } from '../gather.ts';
import type { Reason } from '../reasons.ts';
import type { Survey } from '../survey.ts';

export type RouteSurvey = Survey<RouteFacts>;

/** What is still lacking for this part to be done, or undefined when nothing is. Pure. */
export type Phase = (survey: RouteSurvey) => Decision<RouteAction> | undefined;

export function act(action: RouteAction): Decision<RouteAction> {
  return { kind: 'act', action };
}

/** An act on these items, unless there are none. */
export function actOn<Item>(
  items: readonly Item[],
  action: (items: readonly Item[]) => RouteAction,
): Decision<RouteAction> | undefined {
  return items.length === 0 ? undefined : act(action(items));
}

export function wait(reason: Reason, message: string, lookAgainAfterSeconds: number): Decision<RouteAction> {
  return { kind: 'waiting', reason, message, lookAgainAfterSeconds };
}

export function blocked(reason: Reason, message: string, remedy: string): Decision<RouteAction> {
  return { kind: 'blocked', reason, message, remedy };
}

/** Whole seconds until `seconds` have passed since then; 0 when they have. */
export function secondsLeft(now: number, since: number, seconds: number): number {
  return Math.max(0, Math.ceil(seconds - (now - since) / 1000));
}
