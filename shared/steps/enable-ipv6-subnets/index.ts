import { defineStep } from '../../engine/step.ts';
import { actOnSubnets, describeSubnetAction } from './act.ts';
import { decideServicesAndInternal } from './decide.ts';
import { gatherSubnets } from './gather.ts';

export const enableIpv6Subnets = defineStep({
  name: 'enable-ipv6-subnets',
  gather: gatherSubnets,
  decide: decideServicesAndInternal,
  act: actOnSubnets,
  describe: describeSubnetAction,
});
