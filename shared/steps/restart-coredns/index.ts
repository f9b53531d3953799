import { timestamp } from '../../clock.ts';
import { defineStep, type StepRun } from '../../engine/step.ts';
import { type CoreDnsAction, type CoreDnsFacts, decideCoreDns, RESTART_STAMP } from './decide.ts';

export const restartCoreDns = defineStep<CoreDnsFacts, CoreDnsAction>({
  name: 'restart-coredns',
  gather: async ({ migration, ports }: StepRun) => {
    const { coreDns } = ports.cluster;
    // The Deployment first: pods that are read before a rollout has ended say nothing about what it came to.
    const deployment = await coreDns.state();
    const pods = await coreDns.pods();
    return { pods, deployment, restartStamp: migration.marks[RESTART_STAMP] };
  },
  decide: decideCoreDns,
  act: async (_action, run) => {
    const stamp = run.migration.marks[RESTART_STAMP] ?? timestamp(run.clock);
    await run.remember(RESTART_STAMP, stamp);
    await run.ports.cluster.coreDns.restart(stamp);
  },
  describe: () => 'restarted CoreDNS',
});
