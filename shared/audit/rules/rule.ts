import type { FactName, Facts } from '../facts.ts';
import type { Finding } from '../report/schema.ts';

/** One thing that an audit looks for. Pure: of the same facts it always finds the same. */
export interface Rule {
  /** What holds where it finds nothing, as a sentence. */
  readonly title: string;
  /** Lists without which it cannot say anything; where one could not be had the report says so, and the rule is not asked. */
  readonly needs: readonly FactName[];
  readonly look: (facts: Facts) => readonly Omit<Finding, 'rule'>[];
}
