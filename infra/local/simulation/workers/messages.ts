import type { Case } from '../case.ts';
import type { Survey } from '../trial.ts';

/** What a worker is asked to run. */
export interface Order {
  readonly case: Case;
}

/** What it answers; the error of a case that could not be run. */
export type Answer =
  | { readonly kind: 'ran'; readonly survey: Survey }
  | { readonly kind: 'failed'; readonly why: string };
