import { configMaps, daemonSets } from '../../cluster/index.ts';
import { isLedBack } from './plan.ts';
import type { LawWatcher, Scene } from './scene.ts';
import { at, numberAt, textAt } from './stored.ts';

const law = 'agents roll within bounds';

/** Where each network plugin has its agents and their configuration (gardener-core-flow.md §5). */
const PLUGINS = {
  calico: {
    agents: 'calico-node',
    config: 'calico-config',
    isDualStack: (configMap: unknown) =>
      textAt(configMap, 'data', 'cni_network_config').includes('usePodCidrIPv6'),
  },
  cilium: {
    agents: 'cilium',
    config: 'cilium-config',
    isDualStack: (configMap: unknown) => textAt(configMap, 'data', 'enable-ipv6') === 'true',
  },
} as const;

/** Nodes that came or fell ill so short ago are no doing of a rollout. */
const SETTLING_MS = 300_000;

export const agentsRollWithinBounds: LawWatcher = ({ theCase, stored, nodes, now, broken }) => {
  const plugin = PLUGINS[theCase.networkPlugin];
  /** When Nodes went: their agents are counted until somebody has seen it. */
  const wentAt: number[] = [];
  /** Where the case moves machines, agents come and go without the product; what it does itself counts from its first change on. */
  let counts = !theCase.faults.some(({ kind }) => kind.startsWith('vm '));
  return {
    clusterChanged: ({ type, resource, object, previous }, byProduct) => {
      if (resource.kind === 'Node' && type === 'DELETED') wentAt.push(now());
      const { name } = object.metadata;
      if (resource.kind === 'ConfigMap' && name === plugin.config && byProduct && !isLedBack(stored)) {
        if (plugin.isDualStack(previous) && !plugin.isDualStack(object))
          broken(law, `${name} is IPv4 only again`);
      }
      counts ||= byProduct && (name === plugin.config || name === plugin.agents);
      if (!counts || resource.kind !== 'DaemonSet' || name !== plugin.agents) return;
      const allowed = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable');
      const unavailable = numberAt(object, 'status', 'numberUnavailable');
      if (allowed === undefined || unavailable === undefined || unavailable <= allowed) return;
      const ill = nodes
        .all()
        .filter((node) => !node.ready || node.leaving || now() - node.since < SETTLING_MS);
      const excused = ill.length + wentAt.filter((at) => now() - at < SETTLING_MS).length;
      if (unavailable > allowed + excused) {
        broken(law, `${unavailable} agents of ${name} are unavailable at once, ${allowed} allowed`);
      }
    },
  };
};

/** Why the agents are not all at their dual-stack configuration; undefined when they are. */
export function agentsBehind({ world, theCase, nodes, now }: Scene, youngMs: number): string | undefined {
  const { agents, config, isDualStack } = PLUGINS[theCase.networkPlugin];
  const { store } = world.cluster.api.kernel;
  const configMap = store.get(configMaps, { namespace: 'kube-system', name: config });
  if (!isDualStack(configMap)) return `${config} is IPv4 only`;
  const daemonSet = store.get(daemonSets, { namespace: 'kube-system', name: agents });
  const desired = numberAt(daemonSet, 'status', 'desiredNumberScheduled') ?? 0;
  const updated = numberAt(daemonSet, 'status', 'updatedNumberScheduled') ?? 0;
  const seen =
    numberAt(daemonSet, 'status', 'observedGeneration') === at(daemonSet, 'metadata', 'generation');
  const unsettled = nodes.all().filter((node) => !node.ready || now() - node.createdAt < youngMs).length;
  if (!seen) return `the newest template of ${agents} is not taken up`;
  return updated + unsettled >= desired ? undefined : `${updated} of ${desired} agents of ${agents} are new`;
}
