import type { Clock } from '../../../../shared/clock.ts';
import type { ClusterApi } from '../../cluster/api/cluster-api.ts';
import type { Node } from '../../cluster/kinds/node.ts';
import type { Pod } from '../../cluster/kinds/pod.ts';

import type { KubernetesObject, ObjectKey } from '../../cluster/object/object.ts';
import { keyOf } from '../../cluster/object/object.ts';
import { events, nodes, pods } from '../../cluster/resources/core.ts';
import { shoots } from '../../cluster/resources/network.ts';
import type { Resource } from '../../cluster/resources/resource.ts';
import { daemonSets, deployments } from '../../cluster/resources/workloads.ts';
import { ApiError } from '../../cluster/rules/errors.ts';
import { byNode, PodIndex } from '../../cluster/store/pod-index.ts';
import type { Change } from '../../cluster/store/store.ts';
import type { ClusterChange, EventNote } from '../world.ts';
import type { BoundCluster, BoundGarden } from './bound.ts';
import { nodeEvent } from './node-events.ts';

/**
 * Of a simulated `Cluster`, what the actors use. They do not pass its gate: nobody counts or fails their
 * requests.
 */
export interface ClusterHandle {
  readonly api: ClusterApi;
  setServiceClusterIpRanges(ranges: readonly string[]): Promise<void> | void;
}

/** The actors' cluster over the Kubernetes API simulator. */
export function bindCluster(handle: ClusterHandle, clock: Clock): BoundCluster {
  const { api } = handle;
  const { store } = api.kernel;
  const podsByNode = new PodIndex(byNode);
  const listeners = new Set<(change: ClusterChange) => void>();
  for (const pod of store.each(pods)) podsByNode.observe(pod, undefined, 'ADDED');

  const unsubscribe = store.subscribe((change) => {
    const pod = changed(change, pods);
    if (pod !== undefined) {
      podsByNode.observe(pod.object, pod.previous, change.type);
      tell({ kind: 'Pod', pod: pod.object, gone: change.type === 'DELETED' });
    }
    const node = changed(change, nodes)?.object;
    if (node === undefined) return;
    tell({ kind: 'Node', name: node.metadata.name, node: change.type === 'DELETED' ? undefined : node });
  });

  function tell(change: ClusterChange): void {
    for (const listener of listeners) listener(change);
  }

  return {
    runsNodeLifecycleController: false,
    nodes: () => [...store.each(nodes)],
    node: (name) => store.get(nodes, { namespace: '', name }),
    podsOn: (node) => [...podsByNode.of(node)],
    pods: (namespace) => [...store.each(pods, namespace)],
    deployment: (namespace, name) => store.get(deployments, { namespace, name }),
    hasDaemonSet: (namespace, name) => store.get(daemonSets, { namespace, name }) !== undefined,
    createNode: async (manifest) => {
      api.create(nodes, '', manifest);
    },
    patchNode: async (name, body, part) => {
      const options = part === 'status' ? { subresource: part } : {};
      api.patch(nodes, { namespace: '', name }, { kind: 'strategic', body }, options);
    },
    deleteNode: async (name) => {
      unlessGone(() => api.delete(nodes, { namespace: '', name }));
    },
    patchDeployment: async (namespace, name, body) => {
      api.patch(deployments, { namespace, name }, { kind: 'strategic', body });
    },
    evict: async (pod) => evict(api, pod),
    deletePod: async (pod) => {
      unlessGone(() => api.delete(pods, keyOf(pod)));
    },
    recordNodeEvent: async (node, note) => {
      try {
        recordNodeEvent(api, clock, node, note);
      } catch (error) {
        // An event recorder drops what the API server refuses: nothing may depend on an event.
        if (!(error instanceof ApiError)) throw error;
      }
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setServiceClusterIpRanges: async (ranges) => {
      await handle.setServiceClusterIpRanges(ranges);
    },
    close: () => {
      unsubscribe();
      listeners.clear();
    },
  };
}

/** The garden cluster over the same simulator or one of its own. */
export function bindGarden({ api }: Pick<ClusterHandle, 'api'>, key: ObjectKey): BoundGarden {
  const listeners = new Set<() => void>();
  const unsubscribe = api.kernel.store.subscribe((change) => {
    const shoot = changed(change, shoots)?.object;
    if (shoot?.metadata.name !== key.name || shoot.metadata.namespace !== key.namespace) return;
    for (const listener of listeners) listener();
  });
  return {
    shoot: () => api.kernel.store.get(shoots, key),
    patchShoot: async (body, part) => {
      const options = part === 'status' ? { subresource: part } : {};
      api.patch(shoots, key, { kind: 'merge', body }, options);
    },
    onShootChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      unsubscribe();
      listeners.clear();
    },
  };
}

/** The change if it is one of this resource. */
function changed<T extends KubernetesObject>(
  { resource, object, previous }: Change,
  wanted: Resource<T>,
): { readonly object: T; readonly previous: T | undefined } | undefined {
  if (resource.id !== wanted.id) return undefined;
  // What is stored under a resource's id passed that resource's schema.
  return { object: object as T, previous: previous as T | undefined };
}

function evict(api: ClusterApi, pod: Pod): 'accepted' | 'refused' | 'gone' {
  try {
    api.evict(keyOf(pod));
    return 'accepted';
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return 'gone';
    if (error instanceof ApiError && error.code === 429) return 'refused';
    throw error;
  }
}

function unlessGone(call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 404) throw error;
  }
}

function recordNodeEvent(api: ClusterApi, clock: Clock, node: Node, note: EventNote): void {
  const { key, manifest, again } = nodeEvent(clock, node, note);
  const present = api.kernel.store.get(events, key);
  if (present === undefined) api.create(events, key.namespace, manifest);
  else api.patch(events, key, { kind: 'merge', body: again(present) });
}
