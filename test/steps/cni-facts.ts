import type { ClusterNode } from '../../shared/kubernetes/cluster.ts';
import type { NetworkPluginState, NodeAgent } from '../../shared/kubernetes/network-plugin.ts';
import { parseCidr } from '../../shared/migration/cidr.ts';
import type { NetworkPluginName } from '../../shared/migration/network-plugins.ts';
import { type CniFacts, decideCni } from '../../shared/steps/configure-cni/decide.ts';
import { NODES_PREFIX, NOW } from './fixtures.ts';
import { node } from './preflight-scene.ts';

export const ranges = { podsIpv6: parseCidr(NODES_PREFIX), nodesIpv6: parseCidr(NODES_PREFIX) };

export const INDICES = [1, 2, 3];
export const dualStack = (index: number, changes: Partial<ClusterNode> = {}) =>
  node(index, { podCidrs: [`100.96.${index}.0/24`, `2600:1900:4000:1:${index}::/112`], ...changes });

export function agent(index: number, changes: Partial<NodeAgent> = {}): NodeAgent {
  return {
    node: node(index).name,
    pod: `agent-${index}`,
    current: true,
    ready: true,
    trouble: undefined,
    ...changes,
  };
}

export const OUT = {
  workload: 'DaemonSet kube-system/agents',
  complete: true,
  updated: 3,
  desired: 3,
  held: undefined,
};
export const DIFFERENCE = {
  object: 'ConfigMap kube-system/config',
  changes: ['enable-ipv6: false → true'],
  lastWriter: 'gardener-resource-manager',
};

export function plugin(
  changes: Partial<NetworkPluginState> = {},
  name: NetworkPluginName = 'calico',
): NonNullable<CniFacts['plugin']> {
  const agents = INDICES.map((index) => agent(index));
  return { name, state: { obstacles: [], differing: [], agents, rollouts: [OUT], ...changes } };
}

export function decide(changes: Partial<CniFacts> = {}) {
  return decideCni({
    now: NOW,
    nodes: INDICES.map((index) => dualStack(index)),
    acceptsDualStackServices: true,
    garden: { workersRolling: false, reconciling: false },
    reconcileAskedAt: undefined,
    writes: undefined,
    networkType: 'calico',
    installed: ['calico'],
    ranges,
    plugin: plugin(),
    ...changes,
  });
}
