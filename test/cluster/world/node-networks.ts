import type { ApiClient } from '../../../infra/local/actors/bind/http/client.ts';
import type { InForce } from '../../../infra/local/cluster/controllers/cni.ts';
import {
  CNI_NAMESPACE,
  familiesInForce,
  pluginOfAgent,
} from '../../../infra/local/cluster/controllers/cni.ts';
import type { Node } from '../../../infra/local/cluster/kinds/node.ts';
import type { Pod } from '../../../infra/local/cluster/kinds/pod.ts';
import type { IpFamily } from '../../../infra/local/cluster/kinds/service.ts';
import { configMaps } from '../../../infra/local/cluster/resources/core.ts';

/**
 * The CNI configuration that lies on each node: what the agent (calico-node, cilium) that last started there laid down, from its
 * own environment and the ConfigMap as the API server had it at that moment. Nothing lies on a node where none has started yet.
 */
export class NodeNetworks {
  readonly #client: ApiClient;
  /** By the node's UID: a node that comes again under the same name is another machine. */
  readonly #families = new Map<string, readonly IpFamily[]>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** The families that pods get there; undefined while there is no configuration, so that no pod of its own network starts. */
  familiesOn(node: Node): readonly IpFamily[] | undefined {
    return this.#families.get(node.metadata.uid);
  }

  /** What an agent does before it is Ready, or why it ends instead; undefined for any other pod. */
  async agentStarts(pod: Pod, node: Node): Promise<InForce | undefined> {
    const plugin = pluginOfAgent(pod);
    if (plugin === undefined) return undefined;
    const key = { namespace: CNI_NAMESPACE, name: plugin.configMap };
    const configuration = await this.#client.get(configMaps, key);
    const inForce = familiesInForce(pod, configuration, node.spec?.podCIDRs ?? []);
    if (inForce?.starts === true) this.#families.set(node.metadata.uid, inForce.families);
    return inForce;
  }
}
