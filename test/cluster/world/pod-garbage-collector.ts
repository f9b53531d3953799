import type { ApiClient } from '../../../infra/local/actors/bind/http/client.ts';
import { keyOf } from '../../../infra/local/cluster/object/object.ts';
import { pods } from '../../../infra/local/cluster/resources/core.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { ClusterView, Report } from './cluster-view.ts';
import { componentQueue } from './cluster-view.ts';

export interface PodGarbageCollectorOptions {
  readonly client: ApiClient;
  readonly view: ClusterView;
  readonly clock: Clock;
  readonly report: Report;
}

/** The real one's: it looks every 20 s and gives a missing node 40 s to come back (pkg/controller/podgc). */
const ORPHANED_MS = 60_000;

/**
 * Deletes pods whose node is gone. kube-controller-manager does too, but by the wall's clock, which is a third of an hour in a
 * fast world; and as long as they are there, the DaemonSet controller counts them among those that a rollout made unavailable.
 */
export function startPodGarbageCollector(options: PodGarbageCollectorOptions): { stop(): Promise<void> } {
  const { client, view } = options;
  const queue = componentQueue(options, 'pod garbage collector', 1, collect);

  view.onNode(({ type, object }) => {
    if (type === 'DELETED') queue.addAfter(object.metadata.name, ORPHANED_MS);
  });
  // One that was bound while its node went: no event of the node announces it.
  view.onPod(({ type, object }) => {
    const { nodeName } = object.spec;
    if (type === 'DELETED' || nodeName === undefined || view.node(nodeName) !== undefined) return;
    queue.addAfter(nodeName, ORPHANED_MS);
  });

  async function collect(node: string): Promise<undefined> {
    if (view.node(node) !== undefined) return;
    for (const pod of [...view.podsOn(node)]) {
      const preconditions = { uid: pod.metadata.uid };
      await client.delete(pods, keyOf(pod), { gracePeriodSeconds: 0, preconditions });
    }
  }

  return { stop: () => queue.stop() };
}
