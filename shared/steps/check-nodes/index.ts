import { defineStep } from '../../engine/step.ts';
import { actOnNodes } from './act.ts';
import { describeNodeAction } from './actions.ts';
import { decideNodes } from './decide.ts';
import { gatherNodes } from './gather.ts';

export const checkNodes = defineStep({
  name: 'check-nodes',
  gather: (run) => gatherNodes(run),
  decide: decideNodes,
  act: actOnNodes,
  describe: describeNodeAction,
});
