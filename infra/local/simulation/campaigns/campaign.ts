import { STRATEGIES, type Strategy } from '../../../../shared/migration/plan.ts';
import type { Case } from '../case.ts';
import type { Survey, Trial } from '../trial.ts';

/** What a campaign is asked for. */
export interface Scope {
  readonly seed: number;
  /** The campaign's own number when left out. */
  readonly nodes?: number;
  /** Every strategy when left out. */
  readonly strategy?: Strategy;
  /** So many cases, taken by the seed, instead of all that there are. */
  readonly runs?: number;
  /** The `part`th of `parts` equal shares. */
  readonly slice?: { readonly part: number; readonly parts: number };
}

/** Runs a case to learn which calls are made in it; undefined when that could not be learned. Its verdict is counted. */
export type Surveyor = (theCase: Case) => Promise<Survey | undefined>;

/** A family of cases. */
export interface Campaign {
  /** What is tried, and what is demanded, in one sentence. */
  readonly about: string;
  /** Hands out the cases as they are wanted; the same for the same scope. */
  trials(scope: Scope, survey: Surveyor): AsyncGenerator<Trial>;
}

/** Enough for a first node, a batch and a rest, in three zones. */
export const SMALL_CLUSTER = 4;

/** A run of the example shoot in which nothing goes wrong. */
export function plainCase(scope: Scope, strategy: Strategy, nodes = SMALL_CLUSTER): Case {
  return {
    seed: scope.seed,
    nodes: scope.nodes ?? nodes,
    strategy,
    networkPlugin: 'calico',
    instances: 1,
    switches: {},
    faults: [],
  };
}

export function strategiesOf({ strategy }: Scope): readonly Strategy[] {
  return strategy === undefined ? STRATEGIES : [strategy];
}
