import type { ConfigMap } from '../kinds/other.ts';
import type { Pod } from '../kinds/pod.ts';
import type { IpFamily } from '../kinds/service.ts';
import { calicoFamilies } from './cni-calico.ts';
import { ciliumInForce } from './cni-cilium.ts';

/** Where Gardener installs network plugins. */
export const CNI_NAMESPACE = 'kube-system';

/** What a node's agent brings about there: the families of Pods that start from then on, or nothing because it does not start. */
export type InForce =
  | { readonly starts: true; readonly families: readonly IpFamily[] }
  | { readonly starts: false; readonly why: string };

interface Plugin {
  /** Its agents' DaemonSet, and their label `k8s-app`. */
  readonly agents: string;
  /** What they read when they start. */
  readonly configMap: string;
  inForce(agent: Pod, configuration: ConfigMap | undefined, podCidrs: readonly string[]): InForce;
}

/** `gardener-core-flow.md` §5. */
export const CNI_PLUGINS: readonly Plugin[] = [
  {
    agents: 'calico-node',
    configMap: 'calico-config',
    inForce: (agent, configuration) => ({ starts: true, families: calicoFamilies(agent, configuration) }),
  },
  {
    agents: 'cilium',
    configMap: 'cilium-config',
    inForce: (_agent, configuration, podCidrs) => ciliumInForce(configuration, podCidrs),
  },
];

/** The plugin whose agent this Pod is. */
export function pluginOfAgent({ metadata }: Pod): Plugin | undefined {
  if (metadata.namespace !== CNI_NAMESPACE) return undefined;
  return CNI_PLUGINS.find(({ agents }) => metadata.labels?.['k8s-app'] === agents);
}

/**
 * What is in force on a node with these pod CIDRs once this agent's Pod started there, with its plugin's ConfigMap as it is
 * at that moment. A later change of the ConfigMap changes nothing until the next agent starts. Pure: anybody who plays
 * kubelet can use it. Undefined for a Pod that is no agent.
 *
 * Calico's families are what its CNI plugin then asks for: on a node without a pod CIDR of one of them no Pod gets a sandbox.
 */
export function familiesInForce(
  agent: Pod,
  configuration: ConfigMap | undefined,
  podCidrs: readonly string[],
): InForce | undefined {
  return pluginOfAgent(agent)?.inForce(agent, configuration, podCidrs);
}
