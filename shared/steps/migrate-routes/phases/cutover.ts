import type { Decision } from '../../../migration/outcome.ts';
import { listed } from '../../listed.ts';
import { act } from '../../phase.ts';
import type { RouteAction } from '../actions.ts';
import { markIn } from '../marks.ts';
import { carriedNodes, leadsNowhere } from '../survey.ts';
import { blocked, type Phase, type RouteSurvey, wait } from './phase.ts';

/** Also of a cluster that is in the gap: once begun, only its end brings traffic back. */
export const awaitAcknowledgement: Phase = ({ facts, podRoutes, podRange }) => {
  if (facts.plan.trafficLossAcknowledgedAt !== undefined) return undefined;
  if (podRoutes.length === 0 || podRange !== undefined) return undefined;
  return blocked(
    'TrafficLossNotAcknowledged',
    `The strategy cutover takes pod traffic from ${podRoutes.length} nodes for a while. ${facts.plan.why}`,
    'Publish migrate-routes with "acknowledgeTrafficLoss": true when that is acceptable.',
  );
};

/** A route is cut with its node in sight: one whose node is joining or has just left comes clear by itself. */
export const awaitNodesOfRoutes: Phase = ({ podRoutes, podRange }) => {
  const unclear = podRoutes.filter((podRoute) => podRoute.node === undefined && !leadsNowhere(podRoute));
  if (unclear.length === 0 || podRange !== undefined) return undefined;
  return wait('RouteWithoutNode', `no Node behind ${listed(unclear.map(({ route }) => route.name))}`, 15);
};

/** Before the gap: what was not reached before could not be told from what the gap did. */
export const proveAllReached: Phase = (survey) => {
  const { facts, podRoutes, podRange } = survey;
  if (podRange !== undefined || podRoutes.length === 0) return undefined;
  if (markIn(facts.marks, 'allNodesReached') !== undefined) return undefined;
  return act({ kind: 'prove all reached', nodes: carriedNodes(survey) });
};

/** Routes inside the range keep the range from being added, so all of them go. */
export const cutRoutes: Phase = ({ podRoutes, podRange }) =>
  podRange !== undefined || podRoutes.length === 0
    ? undefined
    : withoutPause({ kind: 'cut routes', routes: podRoutes });

export const addRangeInGap: Phase = ({ podRange }) =>
  podRange === undefined ? withoutPause({ kind: 'add range in gap' }) : undefined;

/** All at once: every node waits. */
export const addAliasesInGap: Phase = ({ nodes }) => {
  const missing = nodes.filter(({ aliased, takenBy }) => !aliased && takenBy === undefined);
  return missing.length === 0 ? undefined : withoutPause({ kind: 'add aliases', nodes: missing });
};

/** After a crash or a hand-over in the gap nothing else comes first: every node waits. */
export const endGap: Phase = (survey) =>
  isInGap(survey) ? (cutRoutes(survey) ?? addRangeInGap(survey) ?? addAliasesInGap(survey)) : undefined;

function isInGap({ facts, nodes }: RouteSurvey): boolean {
  const cut = new Set(
    [...facts.records.values()].flatMap(({ state, instance }) => (state === 'deleted' ? [instance] : [])),
  );
  return nodes.some(
    ({ aliased, takenBy, instance }) => !aliased && takenBy === undefined && cut.has(instance.name),
  );
}

/** The last word, of a gap or of a rollout: everybody is reached. */
export const checkEveryNode: Phase = ({ facts, nodes }) =>
  markIn(facts.marks, 'allNodesReached') === undefined && nodes.length > 0
    ? act({ kind: 'check all nodes', nodes })
    : undefined;

/** Whoever the gap did not bring back waits for somebody's help: that is not to be found out after all other waits. */
export const checkAfterGap: Phase = (survey) =>
  survey.podRange !== undefined && survey.nodes.every(({ aliased }) => aliased)
    ? checkEveryNode(survey)
    : undefined;

function withoutPause(action: RouteAction): Decision<RouteAction> {
  return { kind: 'act', action, noPauseAfter: true };
}
