import { nodesSubnetName } from '../../infrastructure-names.ts';
import { nodesSharingPodCidr } from '../../migrate-routes/contradictions.ts';
import { act, actOn } from '../../phase.ts';
import { instancesIn } from '../marks.ts';
import { canGoForward, refusalIn } from '../refusals.ts';
import { carries } from '../way.ts';
import { blocked, type Phase } from './phase.ts';

export const knowTheSubnet: Phase = ({ facts }) =>
  facts.nodesSubnet === undefined
    ? blocked(
        'NodesSubnetMissing',
        `The subnet ${nodesSubnetName(facts.target)} does not exist in ${facts.target.region}.`,
        'Check region and technical ID of the shoot, then publish abort again.',
      )
    : undefined;

export const finishGivingBack: Phase = ({ facts, nodes }) => {
  const unreached = new Set(instancesIn(facts.marks, 'unreached'));
  if (unreached.size === 0) return undefined;
  return act({ kind: 'give back', nodes: nodes.filter(({ instance }) => unreached.has(instance.name)) });
};

export const checkUnchecked: Phase = ({ facts, nodes }) => {
  const unchecked = new Set(instancesIn(facts.marks, 'unchecked'));
  if (unchecked.size === 0) return undefined;
  return act({
    kind: 'check nodes',
    nodes: nodes.filter(({ instance }) => unchecked.has(instance.name)),
  });
};

/** There is no way back: the migration is given back to where it was, or stands still where that cannot go on. */
export const refuse: Phase = (way) => {
  const refusal = refusalIn(way);
  if (refusal === undefined) return undefined;
  const { reason, message } = refusal;
  if (canGoForward(way.facts, way.podRange !== undefined)) return act({ kind: 'refuse', reason, message });
  return blocked(
    reason,
    message,
    'Drain and delete the nodes concerned, so that single-stack ones take their place, then publish abort again.',
  );
};

export const begin: Phase = ({ facts }) => (facts.begun ? undefined : act({ kind: 'begin' }));

export const tellNodesApart: Phase = ({ nodes, aliases }) => {
  if (aliases.length === 0) return undefined;
  const [[one, other] = []] = nodesSharingPodCidr(nodes);
  if (one === undefined || other === undefined) return undefined;
  return blocked(
    'PodCidrNotUnique',
    `The nodes ${one.name} and ${other.name} both have the pod CIDR ${one.podCidr}.`,
    'Delete one of the two nodes, then publish abort again.',
  );
};

/**
 * A machine that came with an alias of its own, picked by Compute Engine, may hold a range that a Node was given
 * (make-before-break.md §6.7): packets for that Node go to the wrong VM as long as it does.
 */
export const removeMisleadingAliases: Phase = ({ aliases, nodes }) => {
  const podCidrs = new Set<string>(nodes.map(({ podCidr }) => podCidr));
  const misleading = aliases.filter(
    (alias) => !carries(alias) && (alias.node !== undefined || podCidrs.has(alias.range)),
  );
  return actOn(misleading, (each) => ({ kind: 'remove misleading aliases', aliases: each }));
};
