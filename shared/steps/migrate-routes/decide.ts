import type { Decision } from '../../migration/outcome.ts';
import { firstDecision } from '../phase.ts';
import type { RouteAction } from './actions.ts';
import type { RouteFacts } from './gather.ts';
import { PHASES } from './strategies.ts';
import { survey } from './survey.ts';

/** What comes next by the plan's strategy: the first phase that lacks something decides. */
export function decideRoutes(facts: RouteFacts): Decision<RouteAction> {
  const seen = survey(facts);
  const decision = firstDecision(PHASES[facts.plan.strategy], seen);
  return (
    decision ?? {
      kind: 'done',
      summary: `${seen.nodes.length} nodes are carried by alias IP ranges, no pod route is left, the nodes subnet is dual-stack`,
    }
  );
}
