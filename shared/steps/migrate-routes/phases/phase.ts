import type { Decision } from '../../../migration/outcome.ts';
import type { PhaseOf } from '../../phase.ts';
import type { RouteAction } from '../actions.ts';
import type { RouteFacts } from '../gather.ts';
import type { Reason } from '../reasons.ts';
import type { Survey } from '../survey.ts';

export type RouteSurvey = Survey<RouteFacts>;
export type Phase = PhaseOf<RouteSurvey, RouteAction>;

export function wait(reason: Reason, message: string, lookAgainAfterSeconds: number): Decision<RouteAction> {
  return { kind: 'waiting', reason, message, lookAgainAfterSeconds };
}

export function blocked(reason: Reason, message: string, remedy: string): Decision<RouteAction> {
  return { kind: 'blocked', reason, message, remedy };
}
