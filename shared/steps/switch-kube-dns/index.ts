import { defineStep } from '../../engine/step.ts';
import { makeDualStack } from './act.ts';
import { decideKubeDns, type KubeDnsAction } from './decide.ts';
import { gatherKubeDns, type KubeDnsFacts } from './gather.ts';

export const switchKubeDns = defineStep<KubeDnsFacts, KubeDnsAction>({
  name: 'switch-kube-dns',
  gather: gatherKubeDns,
  decide: decideKubeDns,
  act: makeDualStack,
  describe: ({ pinnedIpv6 }) => `gave kube-dns a second cluster IP, ${pinnedIpv6} if that was free`,
});
