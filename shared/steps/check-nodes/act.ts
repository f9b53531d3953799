import { timestamp } from '../../clock.ts';
import type { StepRun } from '../../engine/step.ts';
import { type NodeAction, ROLLOUT_SEEN_AT } from './decide.ts';

export type { NodeAction } from './decide.ts';

/** Asks for the rollout once, or notes that it is under way; both may be repeated. */
export async function actOnNodes({ kind }: NodeAction, run: StepRun): Promise<void> {
  // Marked first: a crash in between costs ten minutes, asked twice would roll every node twice.
  await run.remember(ROLLOUT_SEEN_AT, timestamp(run.clock));
  if (kind === 'ask for rollout') await run.ports.garden.rolloutWorkers();
}

export function describeNodeAction(action: NodeAction): string {
  return action.kind === 'ask for rollout'
    ? `asked Gardener to roll the workers, ${action.singleStack} nodes are single-stack`
    : `Gardener rolls the workers, ${action.dualStack} of ${action.live} nodes are dual-stack`;
}
