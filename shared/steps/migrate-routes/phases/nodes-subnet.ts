import { decideNodes } from '../../check-nodes/decide.ts';
import { decideNodesSubnet } from '../../enable-ipv6-subnets/decide.ts';
import { act } from '../../phase.ts';
import type { Phase } from './phase.ts';

export const makeNodesSubnetDualStack: Phase = ({ facts }) => {
  const decision = facts.ipv6 === undefined ? undefined : decideNodesSubnet(facts.ipv6);
  if (decision?.kind !== 'act') return decision;
  return act({ kind: 'nodes subnet', action: decision.action });
};

/**
 * Every node is replaced by one that comes with its alias, by whom and how the Shoot says; see `check-nodes`, which finds nothing
 * left to do then.
 */
export const rollNodes: Phase = ({ facts }) => {
  if (facts.rollout === undefined || facts.nodes.length === 0) return undefined;
  const decision = decideNodes(facts.rollout);
  if (decision.kind === 'done') return undefined;
  return decision.kind === 'act' ? act({ kind: 'nodes', action: decision.action }) : decision;
};
