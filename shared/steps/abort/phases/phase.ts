import { outcomesFor } from '../../outcomes.ts';
import type { PhaseOf } from '../../phase.ts';
import type { AbortAction } from '../actions.ts';
import type { AbortReason } from '../reasons.ts';
import type { Way } from '../way.ts';

export type Phase = PhaseOf<Way, AbortAction>;

export const { waiting: wait, blocked } = outcomesFor<AbortReason>();
