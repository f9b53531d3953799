import type { Clock } from '../../../../../shared/clock.ts';
import { parseKubeconfig } from '../../../../../shared/kubernetes/client/kubeconfig.ts';
import type { Pod } from '../../../cluster/kinds/pod.ts';
import type { JsonObject } from '../../../cluster/object/json.ts';
import { keyOf } from '../../../cluster/object/object.ts';
import { events, nodes, pods } from '../../../cluster/resources/core.ts';
import { daemonSets, deployments } from '../../../cluster/resources/workloads.ts';
import { ApiError } from '../../../cluster/rules/errors.ts';
import { byNode, PodIndex } from '../../../cluster/store/pod-index.ts';
import type { ClusterChange, Part, ShootCluster } from '../../world.ts';
import type { BoundCluster } from '../bound.ts';
import { nodeEvent } from '../node-events.ts';
import { ApiClient } from './client.ts';
import { ApiConnection } from './connection.ts';
import { WatchCache } from './watch-cache.ts';

export interface HttpClusterOptions {
  /** As text; its user may do what the actors do. */
  readonly kubeconfig: string;
  /** Dates the events that actors record. */
  readonly clock: Clock;
  readonly runsNodeLifecycleController: boolean;
  /** The control plane's part: restarts the API server with these ranges. */
  readonly setServiceClusterIpRanges: ShootCluster['setServiceClusterIpRanges'];
  /** Told of watches that broke and are taken up again. */
  readonly report?: (error: unknown) => void;
}

/**
 * The actors' cluster over any API server. What they read comes from watch caches; what they write they read back at once.
 * Resolves when the caches are filled.
 *
 * @throws ApiError or the connection's error when the API server cannot be read.
 */
export async function bindClusterOverHttp(options: HttpClusterOptions): Promise<BoundCluster> {
  const { clock, report, runsNodeLifecycleController, setServiceClusterIpRanges } = options;
  const connection = new ApiConnection(parseKubeconfig(options.kubeconfig));
  const client = new ApiClient(connection);
  const podsByNode = new PodIndex(byNode);
  const listeners = new Set<(change: ClusterChange) => void>();
  const telling = report === undefined ? {} : { report };
  const nodeCache = new WatchCache({
    client,
    resource: nodes,
    ...telling,
    onChange: ({ type, object }) =>
      tell({ kind: 'Node', name: object.metadata.name, node: type === 'DELETED' ? undefined : object }),
  });
  const podCache = new WatchCache({
    client,
    resource: pods,
    ...telling,
    onChange: ({ type, object, previous }) => {
      podsByNode.observe(object, previous, type);
      tell({ kind: 'Pod', pod: object, gone: type === 'DELETED' });
    },
  });
  const deploymentCache = new WatchCache({ client, resource: deployments, ...telling });
  const daemonSetCache = new WatchCache({ client, resource: daemonSets, ...telling });
  const caches = [nodeCache, podCache, deploymentCache, daemonSetCache];

  function tell(change: ClusterChange): void {
    for (const listener of listeners) listener(change);
  }

  async function close(): Promise<void> {
    listeners.clear();
    connection.close();
    await Promise.all(caches.map((cache) => cache.stop()));
  }

  try {
    await Promise.all(caches.map((cache) => cache.start()));
  } catch (error) {
    await close();
    throw error;
  }

  return {
    runsNodeLifecycleController,
    nodes: () => [...nodeCache.values()],
    node: (name) => nodeCache.get({ namespace: '', name }),
    podsOn: (node) => [...podsByNode.of(node)],
    pods: (namespace) => [...podCache.values()].filter(({ metadata }) => metadata.namespace === namespace),
    deployment: (namespace, name) => deploymentCache.get({ namespace, name }),
    hasDaemonSet: (namespace, name) => daemonSetCache.get({ namespace, name }) !== undefined,
    createNode: async (manifest) => nodeCache.learn(await client.create(nodes, '', manifest)),
    patchNode: async (name, body, part) => {
      const key = { namespace: '', name };
      nodeCache.learn(await client.patch(nodes, key, { kind: 'strategic', body }, subresourceOf(part)));
    },
    deleteNode: (name) => client.delete(nodes, { namespace: '', name }),
    patchDeployment: async (namespace, name, body) => {
      const key = { namespace, name };
      deploymentCache.learn(await client.patch(deployments, key, { kind: 'strategic', body }));
    },
    evict: (pod) => evict(client, pod),
    deletePod: (pod) => client.delete(pods, keyOf(pod), sameObject(pod)),
    recordNodeEvent: async (node, note) => {
      const { key, manifest, again } = nodeEvent(clock, node, note);
      try {
        const present = await client.get(events, key);
        if (present === undefined) await client.create(events, key.namespace, manifest);
        else await client.patch(events, key, { kind: 'merge', body: again(present) });
      } catch (error) {
        // An event recorder drops what it cannot write: nothing may depend on an event.
        report?.(error);
      }
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setServiceClusterIpRanges,
    close,
  };
}

export function subresourceOf(part: Part): { readonly subresource?: string } {
  return part === 'status' ? { subresource: part } : {};
}

/** Delete options for this very object: of the same name there may be another one by now. */
function sameObject({ metadata }: Pod): JsonObject {
  return { preconditions: { uid: metadata.uid } };
}

async function evict(client: ApiClient, pod: Pod): Promise<'accepted' | 'refused' | 'gone'> {
  const { namespace = '', name } = pod.metadata;
  const eviction = {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { namespace, name },
    deleteOptions: sameObject(pod),
  };
  try {
    await client.post(pods, { namespace, name }, 'eviction', eviction);
    return 'accepted';
  } catch (error) {
    if (error instanceof ApiError && (error.code === 404 || error.code === 409)) return 'gone';
    if (error instanceof ApiError && error.code === 429) return 'refused';
    throw error;
  }
}
