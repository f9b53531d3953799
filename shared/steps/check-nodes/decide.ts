import type { ClusterNode } from '../../kubernetes/cluster.ts';
import type { Garden } from '../../kubernetes/garden.ts';
import { readCidr } from '../../migration/cidr.ts';
import type { Decision } from '../../migration/outcome.ts';
import { listed } from '../listed.ts';
import type { Reason } from './reasons.ts';

export interface NodeFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly nodes: readonly ClusterNode[];
  readonly garden: Awaited<ReturnType<Garden['state']>>;
  /** When the rollout was asked for, if it was. */
  readonly rolloutAskedAt: string | undefined;
}

export type NodeAction = { readonly kind: 'ask for rollout'; readonly nodes: number };

export const ROLLOUT_ASKED_AT = 'check-nodes/rollout-asked-at';

/** Gardener takes an operation up within seconds; one that shows no trace after this long was lost. */
const TRACE_SECONDS = 600;

/**
 * Nodes become dual-stack only by being replaced: `spec.podCIDRs` cannot be changed once set. Both families are looked for
 * by value; Gardener only counts, so that two IPv4 ranges would pass there (`gardener-core-flow.md` T1).
 */
export function decideNodes(facts: NodeFacts): Decision<NodeAction> {
  const live = facts.nodes.filter(({ leaving }) => !leaving);
  const singleStack = live.filter((node) => !isDualStack(node));
  if (live.length === 0) {
    return wait('NoNodes', 'the cluster has no nodes', 300, 0, 0);
  }
  const dual = live.length - singleStack.length;
  if (singleStack.length === 0) {
    return { kind: 'done', summary: `all ${live.length} nodes have an IPv4 and an IPv6 pod CIDR` };
  }
  const names = listed(singleStack.map(({ name }) => name));
  if (facts.garden.workersRolling) {
    return wait('NodesRolling', `still single-stack: ${names}`, 30, dual, live.length);
  }
  if (askedRecently(facts)) {
    return wait(
      'NodesRolling',
      `the rollout was asked for; still single-stack: ${names}`,
      30,
      dual,
      live.length,
    );
  }
  if (facts.garden.reconciling) {
    return wait(
      'WorkersBusy',
      `the shoot is being reconciled; still single-stack: ${names}`,
      30,
      dual,
      live.length,
    );
  }
  return { kind: 'act', action: { kind: 'ask for rollout', nodes: singleStack.length } };
}

function isDualStack({ podCidrs }: ClusterNode): boolean {
  return (['IPv4', 'IPv6'] as const).every((family) =>
    podCidrs.some((cidr) => readCidr(cidr, family) !== undefined),
  );
}

function askedRecently({ rolloutAskedAt, now }: NodeFacts): boolean {
  return rolloutAskedAt !== undefined && now - Date.parse(rolloutAskedAt) < TRACE_SECONDS * 1000;
}

function wait(
  reason: Reason,
  message: string,
  lookAgainAfterSeconds: number,
  done: number,
  total: number,
): Decision<NodeAction> {
  return {
    kind: 'waiting',
    reason,
    message,
    lookAgainAfterSeconds,
    progress: { done, total, unit: 'nodes dual-stack' },
  };
}
