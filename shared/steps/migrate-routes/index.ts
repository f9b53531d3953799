import { defineStep } from '../../engine/step.ts';
import { actOnRoutes } from './act.ts';
import { describeRouteAction } from './actions.ts';
import { decideRoutes } from './decide.ts';
import { gatherRoutes } from './gather.ts';

export const migrateRoutes = defineStep({
  name: 'migrate-routes',
  gather: gatherRoutes,
  decide: decideRoutes,
  act: actOnRoutes,
  describe: describeRouteAction,
});
