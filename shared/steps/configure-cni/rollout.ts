import type { ClusterNode } from '../../kubernetes/cluster.ts';
import type { NetworkPluginState, NodeAgent } from '../../kubernetes/network-plugin.ts';
import type { NetworkPluginName } from '../../migration/network-plugins.ts';
import type { Outcome } from '../../migration/outcome.ts';
import { listed } from '../listed.ts';
import type { Reason } from './reasons.ts';

const NAMES: Readonly<Record<NetworkPluginName, string>> = { calico: 'Calico', cilium: 'Cilium' };

/** A node of which is not shown that it gives out both families. */
interface Lacking {
  readonly node: string;
  readonly why: string;
}

/**
 * Complete is when every live node has a Ready agent with the present configuration *and* the workloads' own counts say so: the
 * counts leave out nodes that a DaemonSet does not select, and the pods do not show that the controller has seen the template.
 */
export function decideRollout(
  { name, state }: { readonly name: NetworkPluginName; readonly state: NetworkPluginState },
  nodes: readonly ClusterNode[],
): Outcome {
  const agents = byNode(state.agents);
  const lacking = nodes.flatMap((node): Lacking[] => {
    const why = whyLacking(node, agents.get(node.name) ?? []);
    return why === undefined ? [] : [{ node: node.name, why }];
  });
  const unfinished = state.rollouts.filter(({ complete }) => !complete);
  if (lacking.length === 0 && unfinished.length === 0) {
    return { kind: 'done', summary: `${NAMES[name]} gives out both families on all ${nodes.length} nodes` };
  }
  const held = unfinished.filter((rollout) => rollout.held !== undefined);
  if (held.length > 0) return blockedBy(held, state.agents);
  const workloads = unfinished.map(
    ({ workload, updated, desired }) => `${workload} has updated ${updated} of ${desired}`,
  );
  return {
    kind: 'waiting',
    reason: 'NetworkPluginRollingOut' satisfies Reason,
    message:
      lacking.length > 0 ? listed(lacking.map(({ node, why }) => `${node} ${why}`)) : workloads.join('; '),
    lookAgainAfterSeconds: 15,
    progress: { done: nodes.length - lacking.length, total: nodes.length, unit: 'nodes configured' },
  };
}

function byNode(agents: readonly NodeAgent[]): ReadonlyMap<string, readonly NodeAgent[]> {
  return Map.groupBy(agents, ({ node }) => node);
}

function whyLacking(node: ClusterNode, agents: readonly NodeAgent[]): string | undefined {
  if (agents.some(({ current, ready }) => current && ready)) return undefined;
  if (!node.ready) return 'is not ready itself';
  const current = agents.find((agent) => agent.current);
  if (current !== undefined) {
    return `has ${current.pod}, which is not ready${current.trouble === undefined ? '' : ` (${current.trouble})`}`;
  }
  const [old] = agents;
  return old === undefined ? 'has no agent' : `has ${old.pod} with the earlier configuration`;
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
