import type { StepRun } from '../../engine/step.ts';
import { type NodeFacts, ROLLOUT_SEEN_AT } from './decide.ts';

/** The nodes, and what Gardener does about them. */
export async function gatherNodes({ migration, ports, clock }: StepRun): Promise<NodeFacts> {
  const [nodes, garden] = await Promise.all([ports.cluster.nodes(), ports.garden.state()]);
  return { now: clock.now(), nodes, garden, rolloutSeenAt: migration.marks[ROLLOUT_SEEN_AT] };
}
