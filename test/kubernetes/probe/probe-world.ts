import { onTestFinished } from 'vitest';
import type { Cluster, JsonObject, PodProxy } from '../../../infra/local/cluster/index.ts';
import { createCluster, inProcessConnection } from '../../../infra/local/cluster/index.ts';
import { clusterScenario } from '../../../infra/local/example/cluster-scenario.ts';
import type { ExampleNode } from '../../../infra/local/example/nodes.ts';
import { exampleCluster } from '../../../infra/local/example/nodes.ts';
import { parseKubeconfig, probeReachability } from '../../../shared/kubernetes/client/index.ts';
import type { Reachability } from '../../../shared/kubernetes/reachability.ts';
import type { VirtualClock } from '../../support/virtual-clock.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { SERVICES_IPV4 } from '../world.ts';

/** What happens to packets; tests change it as they go. */
export interface Network {
  /** Whether a packet from a pod on the node arrives at the address. */
  arrives: (fromNode: string, address: string) => boolean;
  /** Nodes whose pods the API server does not reach. */
  readonly mute: Set<string>;
  /** Called when the API server is about to ask a pod. */
  beforeAsking: () => void;
}

export interface ProbeWorld {
  readonly clock: VirtualClock;
  readonly simulated: Cluster;
  readonly nodes: readonly ExampleNode[];
  readonly network: Network;
  readonly reachability: Reachability;
  /** What the pods on nodes were asked, in order. */
  readonly asked: { readonly node: string; readonly addresses: readonly string[] }[];
}

export const IMAGE = 'registry.example.org/busybox:1';

/** A simulated cluster on virtual time whose probe pods answer as the network is, and the adapter over it. */
export function probeWorld(
  nodes = 6,
  change: (objects: JsonObject[]) => JsonObject[] = (objects) => objects,
  signal?: AbortSignal,
): ProbeWorld {
  const clock = virtualClock();
  const example = exampleCluster({ nodes });
  const network: Network = { arrives: () => true, mute: new Set(), beforeAsking: () => undefined };
  const asked: { node: string; addresses: readonly string[] }[] = [];
  const podProxy: PodProxy = ({ spec: { nodeName = '' } }, port, { method, path, body }) => {
    network.beforeAsking();
    if (network.mute.has(nodeName) || port !== 8080) return undefined;
    if (method !== 'POST' || path !== '/cgi-bin/reach') {
      return { status: 404, contentType: 'text/plain', body: '' };
    }
    const addresses = body.split('\n').filter((line) => line !== '');
    asked.push({ node: nodeName, addresses });
    const reached = addresses.filter((address) => network.arrives(nodeName, address));
    return { status: 200, contentType: 'text/plain', body: reached.map((line) => `${line}\n`).join('') };
  };
  const simulated = createCluster({
    clock,
    objects: change(clusterScenario(example)),
    serviceClusterIpRanges: [SERVICES_IPV4],
    podProxy,
  });
  onTestFinished(() => simulated.stop());
  const { kubeconfig, transport } = inProcessConnection(simulated);
  const reachability = probeReachability({
    kubeconfig: parseKubeconfig(kubeconfig),
    transport,
    clock,
    image: IMAGE,
    ...(signal === undefined ? {} : { signal }),
  });
  return { clock, simulated, nodes: example.nodes, network, reachability, asked };
}

/** The network on which the pods of these nodes are reached from nowhere. */
export function without(...cutOff: readonly (ExampleNode | undefined)[]): Network['arrives'] {
  const prefixes = cutOff.map((node) => node?.podCidr.replace(/0\/24$/, ''));
  return (_from, address) => !prefixes.some((prefix) => prefix !== undefined && address.startsWith(prefix));
}
