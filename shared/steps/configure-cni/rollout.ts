import type { ClusterNode } from '../../kubernetes/cluster.ts';
import type { NetworkPluginState, NodeAgent, WorkloadRollout } from '../../kubernetes/network-plugin.ts';
import type { NetworkPluginName } from '../../migration/network-plugins.ts';
import type { Outcome } from '../../migration/outcome.ts';
import { listed } from '../listed.ts';
import type { Reason } from './reasons.ts';

const NAMES: Readonly<Record<NetworkPluginName, string>> = { calico: 'Calico', cilium: 'Cilium' };

/** A node of which is not shown that it gives out both families. */
interface Lacking {
  readonly why: string;
  /** What may hold up all others comes first: only the first few are named. */
  readonly rank: number;
}

const RANKS = { crashes: 0, nodeNotReady: 1, noAgent: 2, starting: 3, earlier: 4 } as const;

/**
 * Complete is when every live node has a Ready agent with the present configuration *and* the workloads' own counts say so: the
 * counts leave out nodes that a DaemonSet does not select, and the pods do not show that the controller has seen the template.
 */
export function decideRollout(
  { name, state }: { readonly name: NetworkPluginName; readonly state: NetworkPluginState },
  nodes: readonly ClusterNode[],
): Outcome {
  const agents = byNode(state.agents);
  const lacking = nodes
    .flatMap((node) => whyLacking(node, agents.get(node.name) ?? []) ?? [])
    .toSorted((one, other) => one.rank - other.rank);
  const unfinished = state.rollouts.filter(({ complete }) => !complete);
  if (lacking.length === 0 && unfinished.length === 0) {
    return { kind: 'done', summary: `${NAMES[name]} gives out both families on all ${nodes.length} nodes` };
  }
  // One whose pods are all new and only not available yet needs nobody to replace them.
  const held = unfinished.filter(({ held, updated, desired }) => held !== undefined && updated < desired);
  if (held.length > 0) return blockedBy(held, state.agents);
  return {
    kind: 'waiting',
    reason: 'NetworkPluginRollingOut' satisfies Reason,
    message:
      lacking.length > 0 ? listed(lacking.map(({ why }) => why)) : unfinished.map(whatLacks).join('; '),
    lookAgainAfterSeconds: 15,
    progress: { done: nodes.length - lacking.length, total: nodes.length, unit: 'nodes configured' },
  };
}

function byNode(agents: readonly NodeAgent[]): ReadonlyMap<string, readonly NodeAgent[]> {
  return Map.groupBy(agents, ({ node }) => node);
}

function whyLacking(node: ClusterNode, agents: readonly NodeAgent[]): Lacking | undefined {
  if (agents.some(({ current, ready }) => current && ready)) return undefined;
  const lacking = (reason: keyof typeof RANKS, why: string): Lacking => ({
    why: `${node.name} ${why}`,
    rank: RANKS[reason],
  });
  if (!node.ready) return lacking('nodeNotReady', 'is not ready itself');
  const current = agents.find((agent) => agent.current);
  if (current?.trouble !== undefined) {
    return lacking('crashes', `has ${current.pod}, which is not ready (${current.trouble})`);
  }
  if (current !== undefined) return lacking('starting', `has ${current.pod}, which is not ready`);
  const [old] = agents;
  if (old === undefined) return lacking('noAgent', 'has no agent');
  return lacking('earlier', `has ${old.pod} with the earlier configuration`);
}

/** Of a workload that lacks something although every live node's agent is as it should be. */
function whatLacks({ workload, updated, desired }: WorkloadRollout): string {
  const counts = `${workload} has updated ${updated} of ${desired}`;
  if (updated < desired) return counts;
  return `${counts}, but not all of them are available, one on a node that is leaving perhaps, or its controller has not seen the last change`;
}

function blockedBy(held: NetworkPluginState['rollouts'], agents: readonly NodeAgent[]): Outcome {
  const old = agents.filter(({ current }) => !current).map(({ pod }) => pod);
  const workloads = held.map(({ workload, held: how }) => `${workload} (${how})`).join(', ');
  const pods = old.length > 0 ? `; with the earlier configuration run: ${listed(old)}` : '';
  return {
    kind: 'blocked',
    reason: 'RolloutHeld' satisfies Reason,
    message: `Pods are not replaced by themselves: ${workloads}${pods}.`,
    remedy:
      'Let them be replaced (updateStrategy RollingUpdate, or no longer paused), or delete them one node after another, then publish the step again.',
  };
}
