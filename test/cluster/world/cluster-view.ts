import type { ApiClient } from '../../../infra/local/actors/bind/http/client.ts';
import type { CacheChange } from '../../../infra/local/actors/bind/http/watch-cache.ts';
import { WatchCache } from '../../../infra/local/actors/bind/http/watch-cache.ts';
import { WorkQueue } from '../../../infra/local/actors/work-queue.ts';
import type { Node } from '../../../infra/local/cluster/kinds/node.ts';
import type { Pod } from '../../../infra/local/cluster/kinds/pod.ts';
import { nodes, pods } from '../../../infra/local/cluster/resources/core.ts';
import { byNode, PodIndex } from '../../../infra/local/cluster/store/pod-index.ts';
import type { Clock } from '../../../shared/clock.ts';

/** Told of what is tried again, for whoever looks into a test that failed. */
export type Report = (who: string, error: unknown) => void;

/** Nodes and pods as scheduler and kubelets see them: watch caches that they share. */
export interface ClusterView {
  readonly nodes: WatchCache<Node>;
  readonly pods: WatchCache<Pod>;
  node(name: string): Node | undefined;
  podsOn(node: string): Iterable<Pod>;
  onPod(listener: (change: CacheChange<Pod>) => void): void;
  onNode(listener: (change: CacheChange<Node>) => void): void;
  /** Tells listeners of everything that is there, and from then on of every change. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function clusterView(client: ApiClient, report: Report): ClusterView {
  const onBreak = { report: (error: unknown) => report('watch', error) };
  const podListeners: ((change: CacheChange<Pod>) => void)[] = [];
  const nodeListeners: ((change: CacheChange<Node>) => void)[] = [];
  const podsByNode = new PodIndex(byNode);
  const podCache = new WatchCache({
    client,
    resource: pods,
    ...onBreak,
    onChange: (change) => {
      podsByNode.observe(change.object, change.previous, change.type);
      for (const listener of podListeners) listener(change);
    },
  });
  const nodeCache = new WatchCache({
    client,
    resource: nodes,
    ...onBreak,
    onChange: (change) => {
      for (const listener of nodeListeners) listener(change);
    },
  });
  return {
    nodes: nodeCache,
    pods: podCache,
    node: (name) => nodeCache.get({ namespace: '', name }),
    podsOn: (node) => podsByNode.of(node),
    onPod: (listener) => podListeners.push(listener),
    onNode: (listener) => nodeListeners.push(listener),
    // Nodes first: a pod on a node that nobody knows yet would wait for the next change.
    start: async () => {
      await nodeCache.start();
      await podCache.start();
    },
    stop: async () => {
      await Promise.all([nodeCache.stop(), podCache.stop()]);
    },
  };
}

/** A work queue of a component of the cluster, on the world's clock. */
export function componentQueue(
  { clock, report }: { readonly clock: Clock; readonly report: Report },
  who: string,
  workers: number,
  reconcile: (key: string) => Promise<number | undefined>,
): WorkQueue {
  return new WorkQueue({
    clock,
    workers,
    reconcile,
    retry: { firstMs: 1_000, longestMs: 10_000 },
    onError: (key, error) => report(`${who} ${key}`, error),
  });
}
