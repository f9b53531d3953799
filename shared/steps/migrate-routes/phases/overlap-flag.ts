import { act, secondsLeft } from '../../phase.ts';
import { markIn } from '../marks.ts';
import { PATIENCE } from '../patience.ts';
import { type Phase, wait } from './phase.ts';
import { fallbackOf } from './pod-range.ts';

export const allowOverlap: Phase = (survey) => {
  const { facts, podRoutes, podRange } = survey;
  if (podRange !== undefined || podRoutes.length === 0) return undefined;
  const allowed = facts.nodesSubnet?.routesOverlapAllowed === true;
  const known = markIn(facts.marks, 'overlapAllowedAt') !== undefined;
  if (allowed && known) return undefined;
  return act({ kind: 'allow overlap', otherwise: fallbackOf(survey) });
};

export const letOverlapSettle: Phase = ({ facts, podRoutes, podRange }) => {
  const since = markIn(facts.marks, 'overlapAllowedAt');
  if (podRange !== undefined || podRoutes.length === 0 || since === undefined) return undefined;
  const left = secondsLeft(facts.now, Date.parse(since), PATIENCE.overlapSettling);
  if (left === 0) return undefined;
  return wait('OverlapSettling', `the subnet’s overlap flag is given ${left} s more to settle`, left);
};

export const checkAllNodes: Phase = ({ facts, nodes }) => {
  const overlapping = facts.nodesSubnet?.routesOverlapAllowed === true;
  if (!overlapping || markIn(facts.marks, 'allNodesReached') !== undefined) return undefined;
  return act({ kind: 'check all nodes', nodes });
};

export const forbidOverlap: Phase = ({ facts }) =>
  facts.nodesSubnet?.routesOverlapAllowed === true ? act({ kind: 'forbid overlap' }) : undefined;
