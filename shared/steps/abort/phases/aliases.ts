import { listed } from '../../listed.ts';
import type { CarryingNode } from '../../migrate-routes/survey.ts';
import { actOn } from '../../phase.ts';
import { abortMarkIn } from '../marks.ts';
import { carries, type Way } from '../way.ts';
import { type Phase, wait } from './phase.ts';

export const removeFirstAlias: Phase = (way) => {
  if (abortMarkIn(way.facts.marks, 'firstReached') !== undefined) return undefined;
  return actOn(removable(way), (nodes) => ({ kind: 'remove first alias', nodes }));
};

export const removeAliases: Phase = (way) =>
  actOn(removable(way), (nodes) => ({
    kind: 'remove aliases',
    nodes,
    atOnce: way.facts.plan.nodesAtOnce,
  }));

/** Of machines that are no Nodes yet or will soon be none; nothing can be said of their traffic. */
export const awaitOtherAliases: Phase = ({ aliases }) =>
  aliases.length === 0
    ? undefined
    : wait(
        'AliasesInUse',
        `alias IP ranges are left on ${listed(aliases.map(({ instance }) => instance.name))}`,
        15,
      );

/** Those whose node has its route beside it. */
function removable({ aliases, routed }: Way): readonly CarryingNode[] {
  return aliases
    .filter(carries)
    .filter(({ instance }) => routed.has(instance.name))
    .map(({ node }) => node);
}
