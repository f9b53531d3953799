import { outcomesFor } from '../../outcomes.ts';
import type { PhaseOf } from '../../phase.ts';
import type { RouteAction } from '../actions.ts';
import type { RouteFacts } from '../gather.ts';
import type { Reason } from '../reasons.ts';
import type { Survey } from '../survey.ts';

export type RouteSurvey = Survey<RouteFacts>;
export type Phase = PhaseOf<RouteSurvey, RouteAction>;

export const { waiting: wait, blocked } = outcomesFor<Reason>();
