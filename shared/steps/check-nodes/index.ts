import { timestamp } from '../../clock.ts';
import { defineStep, type StepRun } from '../../engine/step.ts';
import { decideNodes, type NodeAction, type NodeFacts, ROLLOUT_SEEN_AT } from './decide.ts';

export const checkNodes = defineStep<NodeFacts, NodeAction>({
  name: 'check-nodes',
  gather: async ({ migration, ports, clock }: StepRun) => {
    const [nodes, garden] = await Promise.all([ports.cluster.nodes(), ports.garden.state()]);
    return { now: clock.now(), nodes, garden, rolloutSeenAt: migration.marks[ROLLOUT_SEEN_AT] };
  },
  decide: decideNodes,
  act: async ({ kind }, run) => {
    // Marked first: a crash in between costs ten minutes, asked twice would roll every node twice.
    await run.remember(ROLLOUT_SEEN_AT, timestamp(run.clock));
    if (kind === 'ask for rollout') await run.ports.garden.rolloutWorkers();
  },
  describe: (action) =>
    action.kind === 'ask for rollout'
      ? `asked Gardener to roll the workers, ${action.singleStack} nodes are single-stack`
      : `Gardener rolls the workers, ${action.dualStack} of ${action.live} nodes are dual-stack`,
});
