import type { Step } from '../../engine/step.ts';
import type { Plan } from '../../migration/plan.ts';
import { decideOn, summaryOf } from './decide.ts';
import { gatherPreflight, type Lookout } from './gather.ts';
import { planOf } from './plan.ts';
import { hearsOperators } from './strategy.ts';

/**
 * The first step: looks at everything that the migration depends on, and makes the plan. Changes nothing but that. One
 * look, one plan and its verdict belong together, so all of it is one round: no other run can give the verdict on a plan
 * that was made before something was cleared away.
 */
export const preflight: Step = {
  name: 'preflight',
  round: async (run) => {
    const made = await planNow(run);
    // Stored before the verdict, so that an operator sees all findings.
    await run.replan(made, `made the plan: ${summaryOf(made)}`);
    const { plan } = run.migration;
    // Who spoke while it was being made is heard in another round.
    return hearsOperators(plan)
      ? decideOn(plan)
      : { kind: 'acted', description: 'an operator spoke meanwhile' };
  },
};

/** The plan that a preflight would make now, of a migration that need not be stored. Reads only. */
export async function planNow(lookout: Lookout): Promise<Plan> {
  return planOf(await gatherPreflight(lookout));
}
