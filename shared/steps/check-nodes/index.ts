import { timestamp } from '../../clock.ts';
import { defineStep, type StepRun } from '../../engine/step.ts';
import { decideNodes, type NodeAction, type NodeFacts, ROLLOUT_ASKED_AT } from './decide.ts';

export const checkNodes = defineStep<NodeFacts, NodeAction>({
  name: 'check-nodes',
  gather: async ({ migration, ports, clock }: StepRun) => {
    const [nodes, garden] = await Promise.all([ports.cluster.nodes(), ports.garden.state()]);
    return { now: clock.now(), nodes, garden, rolloutAskedAt: migration.marks[ROLLOUT_ASKED_AT] };
  },
  decide: decideNodes,
  act: async (_action, run) => {
    // Marked first: a crash in between costs ten minutes, asked twice would roll every node twice.
    await run.remember(ROLLOUT_ASKED_AT, timestamp(run.clock));
    await run.ports.garden.rolloutWorkers();
  },
  describe: ({ nodes }) => `asked Gardener to roll the workers, ${nodes} nodes are single-stack`,
});
