import type { ClusterNode } from '../../kubernetes/cluster.ts';
import type { Garden } from '../../kubernetes/garden.ts';
import { readCidr } from '../../migration/cidr.ts';
import type { Decision, Progress } from '../../migration/outcome.ts';
import { listed } from '../listed.ts';
import type { Reason } from './reasons.ts';

export interface NodeFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly nodes: readonly ClusterNode[];
  readonly garden: Awaited<ReturnType<Garden['state']>>;
  /** When the rollout was asked for, or later last seen under way. */
  readonly rolloutSeenAt: string | undefined;
}

export type NodeAction =
  | { readonly kind: 'ask for rollout'; readonly singleStack: number }
  | { readonly kind: 'note rollout'; readonly dualStack: number; readonly live: number };

export const ROLLOUT_SEEN_AT = 'check-nodes/rollout-seen-at';

/**
 * Gardener takes an operation up within seconds, and the last Node of a rollout goes some minutes after its end. Only when
 * neither was seen for this long was the rollout lost, or did nodes join from an old machine class meanwhile.
 */
const TRACE_SECONDS = 600;
const NOTE_EVERY_SECONDS = 300;
/** A rollout takes an hour or many: longer than what is sat out within a run. */
const LOOK_EVERY_SECONDS = 90;

/**
 * Nodes become dual-stack only by being replaced: `spec.podCIDRs` cannot be changed once set. Both families are looked for
 * by value; Gardener only counts, so that two IPv4 ranges would pass there (`gardener-core-flow.md` T1).
 */
export function decideNodes(facts: NodeFacts): Decision<NodeAction> {
  const live = facts.nodes.filter(({ leaving }) => !leaving);
  const singleStack = live.filter((node) => !isDualStack(node));
  const progress = { done: live.length - singleStack.length, total: live.length, unit: 'nodes dual-stack' };
  if (live.length === 0) return wait('NoNodes', 'the cluster has no nodes', 300, progress);
  if (singleStack.length === 0) {
    return { kind: 'done', summary: `all ${live.length} nodes have an IPv4 and an IPv6 pod CIDR` };
  }
  const message = `still single-stack: ${listed(singleStack.map(({ name }) => name))}`;
  if (facts.garden.workersRolling && !seenWithin(facts, NOTE_EVERY_SECONDS)) {
    return { kind: 'act', action: { kind: 'note rollout', dualStack: progress.done, live: live.length } };
  }
  if (facts.garden.workersRolling || seenWithin(facts, TRACE_SECONDS)) {
    return wait('NodesRolling', message, LOOK_EVERY_SECONDS, progress);
  }
  if (facts.garden.reconciling) return wait('WorkersBusy', message, LOOK_EVERY_SECONDS, progress);
  return { kind: 'act', action: { kind: 'ask for rollout', singleStack: singleStack.length } };
}

function isDualStack({ podCidrs }: ClusterNode): boolean {
  return (['IPv4', 'IPv6'] as const).every((family) =>
    podCidrs.some((cidr) => readCidr(cidr, family) !== undefined),
  );
}

function seenWithin({ rolloutSeenAt, now }: NodeFacts, seconds: number): boolean {
  return rolloutSeenAt !== undefined && now - Date.parse(rolloutSeenAt) < seconds * 1000;
}

function wait(
  reason: Reason,
  message: string,
  lookAgainAfterSeconds: number,
  progress: Progress,
): Decision<NodeAction> {
  return { kind: 'waiting', reason, message, lookAgainAfterSeconds, progress };
}
