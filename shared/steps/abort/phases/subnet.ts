import { POD_RANGE_NAME } from '../../infrastructure-names.ts';
import { markIn } from '../../migrate-routes/marks.ts';
import { PATIENCE } from '../../migrate-routes/patience.ts';
import { act, secondsLeft } from '../../phase.ts';
import { missingOnRecord, unrouted, type Way } from '../way.ts';
import { type Phase, wait } from './phase.ts';

/** Nothing depends on a range that no NIC uses; without it the routes lead as they did before. */
export const removeUnusedRange: Phase = ({ facts, rangeIsOurs, staying, routed }) => {
  const used = facts.instances.some(({ aliases }) =>
    aliases.some(({ rangeName }) => rangeName === POD_RANGE_NAME),
  );
  if (!rangeIsOurs || used) return undefined;
  // Cut routes come back only once the range is off: nobody stops in between.
  const noPauseAfter = staying.some(({ instance }) => !routed.has(instance.name));
  return { kind: 'act', action: { kind: 'remove range' }, noPauseAfter };
};

/** The overlap flag and IPv6 have no business on one subnet (make-before-break.md §2.8). */
export const disableNodesIpv6: Phase = ({ facts }) =>
  facts.found.nodesSubnet.stackType === 'IPV4_ONLY' && facts.nodesSubnet?.stackType === 'IPV4_IPV6'
    ? act({ kind: 'disable IPv6', subnet: facts.nodesSubnet.name })
    : undefined;

export const allowOverlap: Phase = (way) => {
  const { facts } = way;
  if (!dependsOnOverlap(way)) return undefined;
  const known = markIn(facts.marks, 'overlapAllowedAt') !== undefined;
  return facts.nodesSubnet?.routesOverlapAllowed === true && known
    ? undefined
    : act({ kind: 'allow overlap' });
};

export const letOverlapSettle: Phase = (way) => {
  const { facts } = way;
  const since = markIn(facts.marks, 'overlapAllowedAt');
  if (!dependsOnOverlap(way) || since === undefined) return undefined;
  const left = secondsLeft(facts.now, Date.parse(since), PATIENCE.overlapSettling);
  return left === 0
    ? undefined
    : wait('OverlapSettling', `the subnet’s overlap flag is given ${left} s more to settle`, left);
};

export const restoreFlag: Phase = ({ facts }) => {
  const { routesOverlapAllowed } = facts.found.nodesSubnet;
  return facts.nodesSubnet?.routesOverlapAllowed === routesOverlapAllowed
    ? undefined
    : act({ kind: 'restore flag', allowed: routesOverlapAllowed });
};

/** A range that is in use, over routes that are to come back or to take over again. */
function dependsOnOverlap(way: Way): boolean {
  if (way.podRange === undefined) return false;
  return way.aliases.length > 0 || missingOnRecord(way).length > 0 || unrouted(way).length > 0;
}
