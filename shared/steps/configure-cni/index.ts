import { timestamp } from '../../clock.ts';
import { defineStep, type StepRun } from '../../engine/step.ts';
import { readCidr } from '../../migration/cidr.ts';
import { nodesSubnetName } from '../infrastructure-names.ts';
import { type CniAction, type CniFacts, decideCni, RECONCILE_ASKED_AT } from './decide.ts';

export const configureCni = defineStep<CniFacts, CniAction>({
  name: 'configure-cni',
  gather: gatherCni,
  decide: decideCni,
  act: async (action, run) => {
    if (action.kind === 'configure') return await run.ports.cluster.calico.configure(action.settings);
    await run.remember(RECONCILE_ASKED_AT, timestamp(run.clock));
    await run.ports.garden.reconcile();
  },
  describe: (action) =>
    action.kind === 'configure'
      ? `configured Calico for both families: ${action.differing.join(', ')}`
      : 'asked Gardener to reconcile the shoot, so that the API server accepts dual-stack Services',
});

async function gatherCni({ migration, ports, clock }: StepRun): Promise<CniFacts> {
  const { compute, cluster, garden } = ports;
  const [subnet, acceptsDualStackServices, gardenState] = await Promise.all([
    compute.subnet(nodesSubnetName(migration.target)),
    cluster.acceptsDualStackServices(),
    garden.state(),
  ]);
  // Pods get a part of their node's /96, so their range is the nodes subnet's (provider-gcp, infrastructure status).
  const range = readCidr(subnet?.ipv6Range, 'IPv6');
  const settings = range === undefined ? undefined : { podsIpv6: range, nodesIpv6: range };
  return {
    now: clock.now(),
    acceptsDualStackServices,
    garden: gardenState,
    reconcileAskedAt: migration.marks[RECONCILE_ASKED_AT],
    calico: settings === undefined ? undefined : { settings, state: await cluster.calico.state(settings) },
  };
}
