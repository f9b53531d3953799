import { listed } from '../../listed.ts';
import { act, actOn, secondsLeft } from '../../phase.ts';
import { markIn } from '../marks.ts';
import { PATIENCE } from '../patience.ts';
import { type CarryingNode, carriedNodes } from '../survey.ts';
import { blocked, type Phase, type RouteSurvey, wait } from './phase.ts';

/** Nodes that nothing carries can only gain. */
export const carryUncarried: Phase = (survey) => {
  const carried = new Set(carriedNodes(survey));
  return actOn(
    missing(survey).filter((node) => !carried.has(node)),
    (nodes) => ({ kind: 'add aliases', nodes }),
  );
};

export const addFirstAlias: Phase = (survey) => {
  const [node] = missing(survey);
  if (node === undefined || markIn(survey.facts.marks, 'firstAliasReached') !== undefined) return undefined;
  return act({ kind: 'add first alias', node });
};

export const addAliases: Phase = (survey) =>
  actOn(missing(survey), (nodes) => ({ kind: 'add aliases', nodes }));

export const checkAliases: Phase = ({ facts, nodes }) =>
  markIn(facts.marks, 'uncheckedAliases') === undefined
    ? undefined
    : act({ kind: 'check aliases', nodes: nodes.filter(({ aliased }) => aliased) });

export const verifyAliases: Phase = ({ podRoutes, nodes }) => {
  const aliased = new Map(
    nodes.filter((node) => node.aliased).map(({ instance, podCidr }) => [instance.name, podCidr]),
  );
  // By the route's own next hop: another instance's alias for the same range proves nothing about this one.
  const unverified = podRoutes.filter(
    ({ record, route, destination }) =>
      (record?.state === 'recorded' || record?.state === 'aliased') &&
      aliased.get(route.nextHop.name) === destination,
  );
  return actOn(
    unverified.map(({ route }) => route.name),
    (routes) => ({ kind: 'verify aliases', routes }),
  );
};

export const letAliasesSettle: Phase = ({ facts, podRoutes }) => {
  const newest = podRoutes.reduce((latest, { record }) => {
    const verifiedAt = record?.verifiedAt === undefined ? 0 : Date.parse(record.verifiedAt);
    return Math.max(latest, verifiedAt);
  }, 0);
  const left = secondsLeft(facts.now, newest, PATIENCE.aliasesSettling);
  if (left === 0) return undefined;
  return wait('AliasesSettling', `the newest alias IP ranges are given ${left} s more to settle`, left);
};

/**
 * A VM that the new machine class made while the range was there and not all old nodes had their aliases may have been
 * given an old node's range: the cloud asks only for aliases (make-before-break.md §6.7). By now all others have theirs.
 */
export const noRangeTaken: Phase = ({ nodes }) => {
  const robbed = nodes.filter(({ takenBy, aliased }) => takenBy !== undefined && !aliased);
  if (robbed.length === 0) return undefined;
  return blocked(
    'PodCidrTaken',
    `${listed(robbed.map(({ name, podCidr, takenBy }) => `${podCidr} of ${name} is an alias of ${takenBy}`))}.`,
    'Delete the newer of the two machines: its alias takes the packets for the other one’s pods. Then publish the step again.',
  );
};

function missing({ nodes }: RouteSurvey): readonly CarryingNode[] {
  return nodes.filter(({ aliased, takenBy }) => !aliased && takenBy === undefined);
}
