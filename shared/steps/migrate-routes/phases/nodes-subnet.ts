import { decideNodes } from '../../check-nodes/decide.ts';
import { decideNodesSubnet } from '../../enable-ipv6-subnets/decide.ts';
import { act } from '../../phase.ts';
import { markIn } from '../marks.ts';
import { PATIENCE } from '../patience.ts';
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
  switch (decision.kind) {
    case 'done':
      return undefined;
    case 'act':
      return act({ kind: 'nodes', action: decision.action });
    case 'waiting': {
      const proven = markIn(facts.marks, 'firstAliasReached') !== undefined;
      if (proven || decision.patient === true) return decision;
      const soon = Math.min(decision.lookAgainAfterSeconds, PATIENCE.firstSuccessorLook);
      return { ...decision, lookAgainAfterSeconds: soon };
    }
    case 'blocked':
      return decision;
  }
};

/** The first node that came with an alias shows whether the guests leave aliases to the pods; its successors are made the same way. */
export const checkFirstSuccessor: Phase = ({ facts, nodes }) => {
  if (markIn(facts.marks, 'firstAliasReached') !== undefined) return undefined;
  const ready = new Set(facts.nodes.flatMap(({ name, ready, leaving }) => (ready && !leaving ? [name] : [])));
  const node = nodes.find(({ name, aliased }) => aliased && ready.has(name));
  return node === undefined ? undefined : act({ kind: 'check first successor', node });
};
