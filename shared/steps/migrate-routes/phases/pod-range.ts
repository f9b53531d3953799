import type { Cidr } from '../../../migration/cidr.ts';
import { freeBlock } from '../../../migration/free-block.ts';
import { act, actOn } from '../../phase.ts';
import { usedRanges } from '../../used-ranges.ts';
import type { Fallback } from '../actions.ts';
import { markIn, namesIn } from '../marks.ts';
import { carriedNodes } from '../survey.ts';
import { blocked, type Phase, type RouteSurvey } from './phase.ts';

export const finishWithdrawing: Phase = (survey) =>
  actOn(namesIn(survey.facts.marks, 'rangeHarmed'), (unreached) => ({
    kind: 'withdraw pod range',
    unreached,
    otherwise: fallbackOf(survey),
  }));

export const addPodRange: Phase = (survey) =>
  survey.podRange === undefined
    ? act({ kind: 'add pod range', nodes: carriedNodes(survey), otherwise: fallbackOf(survey) })
    : undefined;

/** A crash came between the range and the proof that it took nobody's traffic. Once aliases use it, it cannot go off. */
export const watchPodRange: Phase = (survey) => {
  const { facts, nodes, podRoutes } = survey;
  const used = nodes.some(({ aliased }) => aliased);
  if (used || podRoutes.length === 0 || markIn(facts.marks, 'rangeProvenAt') !== undefined) return undefined;
  return act({ kind: 'watch pod range', nodes: carriedNodes(survey), otherwise: fallbackOf(survey) });
};

export const addFreeRange: Phase = (survey) => {
  const { facts, podRange } = survey;
  if (podRange !== undefined) return undefined;
  const range = freeRangeIn(survey);
  if (range !== undefined) return act({ kind: 'add free range', range, nodes: carriedNodes(survey) });
  return blocked(
    'NoFreeBlock',
    `No free block of ${facts.target.pods} is large enough for ${facts.nodes.length} new nodes.`,
    'Remove leftover routes from the pod CIDR, or ask for the strategy cutover.',
  );
};

/** What would be followed next: new nodes out of a free block if there is one, else a gap, if its owner agrees. */
export function fallbackOf(survey: RouteSurvey): Fallback {
  if (freeRangeIn(survey) !== undefined) {
    return { strategy: 'rollover', why: 'a free block of the pod CIDR holds all nodes’ successors' };
  }
  return { strategy: 'cutover', why: 'no free block of the pod CIDR is large enough for rollover' };
}

/** The block that new nodes can get their pod CIDRs from while every old route stands. */
function freeRangeIn({ facts }: RouteSurvey): Cidr | undefined {
  const { target, plan, nodes, nodesSubnet } = facts;
  const used = usedRanges(facts, nodesSubnet === undefined ? [] : [nodesSubnet]);
  return freeBlock(target.pods, used, nodes.length + plan.nodesAtOnce, plan.nodeMaskSize);
}
