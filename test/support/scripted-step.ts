import type { RoundResult, Step, StepRun } from '../../shared/engine/step.ts';
import { FORWARD_STEPS, type StepName } from '../../shared/migration/steps.ts';

export const DONE: RoundResult = { kind: 'done', summary: 'all is as it should be' };
export const FIRST = FORWARD_STEPS[0];
export const SECOND = FORWARD_STEPS[1];

/** A step whose rounds are written down: one after the other, the last one for ever. */
export function scriptedStep(
  name: StepName,
  ...rounds: readonly (RoundResult | ((run: StepRun) => Promise<RoundResult>))[]
): Step & { readonly rounds: () => number } {
  let round = 0;
  return {
    name,
    rounds: () => round,
    round: async (run) => {
      const result = rounds[Math.min(round, rounds.length - 1)];
      round += 1;
      if (result === undefined) throw new Error(`${name} has no rounds`);
      return typeof result === 'function' ? await result(run) : result;
    },
  };
}
