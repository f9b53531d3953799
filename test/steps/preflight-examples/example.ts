import type { Route } from '../../../shared/compute/compute.ts';
import type { Strategy } from '../../../shared/migration/plan.ts';
import type { PreflightFacts } from '../../../shared/steps/preflight/gather.ts';
import type { Reason } from '../../../shared/steps/preflight/reasons.ts';
import { route } from '../preflight-scene.ts';

export type Facts = Partial<PreflightFacts>;

/** What a check must not let pass, and what it says then. */
export interface Failing {
  readonly facts: Facts;
  readonly severity: 'warning' | 'block';
  readonly reason: Reason;
  readonly says: RegExp;
  readonly rulesOut?: readonly Strategy[];
}

export interface Examples {
  /** Left out for the cluster against which nothing speaks; `never` for a check that always warns. */
  readonly passing?: Facts | 'never';
  readonly failing: readonly Failing[];
}

export function blocks(reason: Reason, says: RegExp, facts: Facts): Failing {
  return { facts, severity: 'block', reason, says };
}

export function warns(reason: Reason, says: RegExp, facts: Facts, rulesOut?: readonly Strategy[]): Failing {
  const example = { facts, severity: 'warning', reason, says } as const;
  return rulesOut === undefined ? example : { ...example, rulesOut };
}

/** Routes that are nobody's pod routes. */
export function manyRoutes(count: number): readonly Route[] {
  return Array.from({ length: count }, (_, index) =>
    route(1, { name: `r-${index}`, description: '', destination: '192.168.0.0/16' }),
  );
}
