import { defineStep } from '../../engine/step.ts';
import { ABORT } from '../../migration/steps.ts';
import { actOnAbort } from './act.ts';
import { describeAbortAction } from './actions.ts';
import { decideAbort } from './decide.ts';
import { gatherAbort } from './gather.ts';

export const abort = defineStep({
  name: ABORT,
  gather: gatherAbort,
  decide: decideAbort,
  act: actOnAbort,
  describe: describeAbortAction,
});
