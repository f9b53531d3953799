import type { Pod } from '../kinds/pod.ts';
import { isActive, isReady } from '../kinds/pod.ts';
import type { ReplicaSet } from '../kinds/workloads.ts';
import { keyOf } from '../object/object.ts';
import { pods } from '../resources/core.ts';
import { replicaSets } from '../resources/workloads.ts';
import type { Controller, Queue, Surroundings } from './controller.ts';
import { changed, controllerPath, keyOfPath, pathOf, writeStatus } from './controller.ts';
import { podFromTemplate } from './pods-from-template.ts';

/** Keeps as many Pods of each ReplicaSet as it asks for. */
export function replicaSetController(surroundings: Surroundings, queue: Queue): Controller {
  const { api, store, podsByController } = surroundings;
  return {
    name: 'replicaset',
    observe(change) {
      const set = changed(change, replicaSets);
      if (set !== undefined) queue.add(pathOf(set.object));
      const pod = changed(change, pods);
      const owner = pod === undefined ? undefined : controllerPath(pod.object, 'ReplicaSet');
      if (owner !== undefined) queue.add(owner);
    },
    reconcile(path) {
      const set = store.get(replicaSets, keyOfPath(path));
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
      const active = [...podsByController.of(set.metadata.uid)].filter(isActive);
      const wanted = set.spec.replicas ?? 1;
      const { template } = set.spec;
      for (let missing = wanted - active.length; missing > 0 && template !== undefined; missing -= 1) {
        const pod = podFromTemplate(set, template, `${set.metadata.name}-`, {});
        api.create(pods, set.metadata.namespace ?? '', pod, { typed: true });
      }
      if (active.length > wanted) {
        for (const surplus of active.toSorted(leastMissed).slice(0, active.length - wanted)) {
          api.delete(pods, keyOf(surplus));
        }
      }
      writeStatus(surroundings, replicaSets, set, statusOf(set, [...podsByController.of(set.metadata.uid)]));
    },
  };
}

/** Which Pod goes first: one without a node, then one that is not Ready, then the youngest (the real order, shortened). */
function leastMissed(left: Pod, right: Pod): number {
  const rank = (pod: Pod) => (pod.spec.nodeName === undefined ? 0 : isReady(pod) ? 2 : 1);
  return (
    rank(left) - rank(right) || Number(right.metadata.resourceVersion) - Number(left.metadata.resourceVersion)
  );
}

function statusOf(set: ReplicaSet, owned: readonly Pod[]): ReplicaSet['status'] {
  const active = owned.filter(isActive);
  const ready = active.filter(isReady).length;
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.length,
    readyReplicas: ready,
    availableReplicas: ready,
    observedGeneration: set.metadata.generation,
  };
}
