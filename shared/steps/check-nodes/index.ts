import { defineStep } from '../../engine/step.ts';
import { actOnNodes, describeNodeAction } from './act.ts';
import { decideNodes } from './decide.ts';
import { gatherNodes } from './gather.ts';

export const checkNodes = defineStep({
  name: 'check-nodes',
  gather: gatherNodes,
  decide: decideNodes,
  act: actOnNodes,
  describe: describeNodeAction,
});
