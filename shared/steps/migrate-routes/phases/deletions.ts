import { listed } from '../../listed.ts';
import { act, actOn } from '../../phase.ts';
import { markIn, namesIn } from '../marks.ts';
import { isDeletable, leadsNowhere } from '../survey.ts';
import { type Phase, wait } from './phase.ts';

/** A route whose node cannot be told, or has no pod CIDR, goes only with its instance. */
export const awaitUnclearRoutes: Phase = ({ podRoutes }) => {
  const unclear = podRoutes.filter((podRoute) => !isDeletable(podRoute.record, podRoute));
  if (unclear.length === 0) return undefined;
  return wait(
    'RouteWithoutNode',
    `no Node with a pod CIDR behind ${listed(unclear.map(({ route }) => `${route.name} (${route.nextHop.name})`))}`,
    15,
  );
};

export const deleteFirstRoute: Phase = ({ facts, podRoutes }) => {
  if (markIn(facts.marks, 'firstNodeReached') !== undefined) return undefined;
  const chosen = markIn(facts.marks, 'firstRoute');
  if (chosen !== undefined && facts.records.get(chosen)?.state === 'deleted') return undefined;
  const verified = podRoutes.filter(({ record }) => record?.state === 'verified');
  // A node that is not Ready is nobody's carrier, and would prove nothing.
  const provable = verified.filter(({ node }) => node?.ready === true && !node.leaving);
  const candidates = provable.length > 0 ? provable : verified;
  const route =
    candidates.find((each) => each.route.name === chosen) ??
    // A node that was not reached before is the one to try.
    candidates.find(({ record }) => record?.restoredAt !== undefined) ??
    candidates[0];
  return route === undefined ? undefined : act({ kind: 'delete first route', route });
};

export const checkFirstNode: Phase = ({ facts }) => {
  const route = markIn(facts.marks, 'firstRoute');
  if (route === undefined || markIn(facts.marks, 'firstNodeReached') !== undefined) return undefined;
  return act({ kind: 'check first node', route });
};

export const checkDeletedRoutes: Phase = ({ facts }) =>
  actOn(namesIn(facts.marks, 'uncheckedRoutes'), (routes) => ({ kind: 'check deleted routes', routes }));

/** Fewer at once than the owner lets Gardener replace at once. */
export const deleteRoutes: Phase = ({ facts, podRoutes }) =>
  actOn(podRoutes, (routes) => ({
    kind: 'delete routes',
    routes,
    atOnce: Math.max(1, facts.plan.nodesAtOnce - 1),
  }));

/** Nobody's traffic: the instance is gone. */
export const deleteOrphanedRoutes: Phase = ({ podRoutes }) =>
  actOn(podRoutes.filter(leadsNowhere), (routes) => ({ kind: 'delete orphaned routes', routes }));
