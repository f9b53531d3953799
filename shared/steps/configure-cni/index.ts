import { defineStep } from '../../engine/step.ts';
import { actOnCni, describeCniAction } from './act.ts';
import { decideCni } from './decide.ts';
import { gatherCni } from './gather.ts';

export const configureCni = defineStep({
  name: 'configure-cni',
  gather: gatherCni,
  decide: decideCni,
  act: actOnCni,
  describe: describeCniAction,
});
