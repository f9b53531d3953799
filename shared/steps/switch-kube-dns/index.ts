import { defineStep, type StepRun } from '../../engine/step.ts';
import { servicesIpv6Range, servicesSubnetName } from '../infrastructure-names.ts';
import { decideKubeDns, type KubeDnsAction, type KubeDnsFacts } from './decide.ts';

export const switchKubeDns = defineStep<KubeDnsFacts, KubeDnsAction>({
  name: 'switch-kube-dns',
  gather: async ({ migration, ports }: StepRun) => {
    const [state, subnet] = await Promise.all([
      ports.cluster.kubeDns.state(),
      ports.compute.subnet(servicesSubnetName(migration.target)),
    ]);
    const prefix = subnet?.ipv6Range;
    return { state, servicesIpv6: prefix === undefined ? undefined : servicesIpv6Range(prefix) };
  },
  decide: decideKubeDns,
  act: async ({ preferredIpv6 }, { ports }) => await ports.cluster.kubeDns.makeDualStack(preferredIpv6),
  describe: ({ preferredIpv6 }) => `gave kube-dns a second cluster IP, ${preferredIpv6} if that was free`,
});
