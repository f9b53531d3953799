import type { Trial } from '../trial.ts';
import { type Campaign, plainCase, strategiesOf } from './campaign.ts';
import { shareOf } from './share.ts';

/**
 * Bounds in simulated milliseconds. A call takes some hundred, an operation some seconds, a watch of the nodes half a
 * minute, a wait within a run a minute: below each of them, something else is never lived through.
 */
const BOUNDS_MS = [2_000, 5_000, 10_000, 20_000, 31_000, 45_000, 61_000, 90_000, 120_000];

/**
 * No await of the product is longer. Below it a run may die at the same await again and again, and to stop and say so
 * (`RunsDie`) is right; above it the bound must change nothing.
 */
const LONGEST_AWAIT_MS = 61_000;
const INSTANCES = [1, 2, 3];
const SEEDS = 3;

/** Ends the function at every await over a bound; it goes on by redelivery. */
export const suspend: Campaign = {
  about: 'A function is ended at every await over a bound and goes on by redelivery, for many bounds.',
  async *trials(scope) {
    const trials = strategiesOf(scope).flatMap((strategy) =>
      BOUNDS_MS.flatMap((suspendAfterMs) =>
        INSTANCES.flatMap((instances) =>
          Array.from({ length: SEEDS }, (_, more): Trial => {
            const plain = plainCase(scope, strategy);
            return {
              case: { ...plain, seed: plain.seed + more, instances, suspendAfterMs },
              sameEnd: suspendAfterMs >= LONGEST_AWAIT_MS,
            };
          }),
        ),
      ),
    );
    yield* shareOf(trials, scope);
  },
};
