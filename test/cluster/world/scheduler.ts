import type { ApiClient } from '../../../infra/local/actors/bind/http/client.ts';
import { keyOfPath, pathOf } from '../../../infra/local/cluster/controllers/controller.ts';
import type { Node } from '../../../infra/local/cluster/kinds/node.ts';
import type { Pod } from '../../../infra/local/cluster/kinds/pod.ts';
import { isActive } from '../../../infra/local/cluster/kinds/pod.ts';
import { controllerUid, keyOf } from '../../../infra/local/cluster/object/object.ts';
import { pods } from '../../../infra/local/cluster/resources/core.ts';
import { ApiError } from '../../../infra/local/cluster/rules/errors.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { ClusterView, Report } from './cluster-view.ts';
import { componentQueue } from './cluster-view.ts';
import { mayRunOn } from './placement.ts';

export interface SchedulerOptions {
  readonly client: ApiClient;
  readonly view: ClusterView;
  readonly clock: Clock;
  readonly report: Report;
}

/**
 * kube-scheduler's part: binds pods to nodes through the `binding` subresource, spreading those of one controller. To be made
 * before the view is started.
 */
export function startScheduler(options: SchedulerOptions): { stop(): Promise<void> } {
  const { client, view } = options;
  /** Bound by us, which the cache does not show yet: the next choice counts them. */
  const bound = new Map<string, string>();
  const unplaced = new Set<string>();
  // One at a time: each choice builds on those before it.
  const queue = componentQueue(options, 'scheduler', 1, reconcile);

  view.onPod(({ type, object }) => {
    if (type === 'DELETED' || object.spec.nodeName !== undefined) bound.delete(object.metadata.uid);
    if (type !== 'DELETED' && object.spec.nodeName === undefined) queue.add(pathOf(object));
  });
  // Any change of a node may make room for those that found none.
  view.onNode(() => {
    for (const path of unplaced) queue.add(path);
  });

  async function reconcile(path: string): Promise<undefined> {
    unplaced.delete(path);
    const pod = view.pods.get(keyOfPath(path));
    if (pod === undefined || pod.spec.nodeName !== undefined || !isActive(pod)) return;
    if (bound.has(pod.metadata.uid)) return;
    const node = chooseNode(pod);
    if (node === undefined) {
      unplaced.add(path);
      return;
    }
    await bind(pod, node);
  }

  /** The node with the fewest pods of the same controller, among those the one with the fewest pods at all. */
  function chooseNode(pod: Pod): Node | undefined {
    const owner = controllerUid(pod);
    const load = new Map<string, number>();
    for (const other of view.pods.values()) {
      const node = other.spec.nodeName ?? bound.get(other.metadata.uid);
      if (node === undefined || !isActive(other)) continue;
      const isSibling = owner !== undefined && controllerUid(other) === owner;
      load.set(node, (load.get(node) ?? 0) + (isSibling ? 1_000 : 1));
    }
    const loadOf = ({ metadata }: Node) => load.get(metadata.name) ?? 0;
    return [...view.nodes.values()]
      .filter((node) => mayRunOn(pod, node))
      .sort((one, other) => loadOf(one) - loadOf(other))[0];
  }

  async function bind(pod: Pod, { metadata: { name: node } }: Node): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    try {
      await client.post(pods, keyOf(pod), 'binding', {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, namespace, uid },
        target: { apiVersion: 'v1', kind: 'Node', name: node },
      });
      bound.set(uid, node);
    } catch (error) {
      // Gone, or bound before: an answer that got lost.
      if (!(error instanceof ApiError) || ![404, 409].includes(error.code)) throw error;
    }
  }

  return { stop: () => queue.stop() };
}
