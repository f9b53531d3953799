import { isNodeReady } from '../kinds/node.ts';
import { isActive, isReady } from '../kinds/pod.ts';
import { keyOf } from '../object/object.ts';
import { nodes, pods } from '../resources/core.ts';
import type { Controller, Queue, Surroundings } from './controller.ts';
import { changed, writeStatus } from './controller.ts';
import { withReadiness } from './pod-status.ts';

/** What becomes of the Pods of a node that stops answering, answers again, or goes. Keyed by the node's name. */
export function nodeLifecycle(surroundings: Surroundings, queue: Queue): Controller {
  const { api, store, podsByNode, delays } = surroundings;
  return {
    name: 'node-lifecycle',
    observe(change) {
      const node = changed(change, nodes);
      if (node !== undefined) {
        const { name } = node.object.metadata;
        if (change.type === 'DELETED') queue.addAfter(name, delays.podGarbageCollection);
        else if (node.previous === undefined || isNodeReady(node.object) !== isNodeReady(node.previous))
          queue.add(name);
      }
      const pod = changed(change, pods);
      const nodeName = pod?.object.spec.nodeName;
      // A Pod that was bound while its node went is an orphan that no event of the node announces.
      if (nodeName === undefined || change.type === 'DELETED') return;
      if (store.get(nodes, { namespace: '', name: nodeName }) === undefined) {
        queue.addAfter(nodeName, delays.podGarbageCollection);
      }
    },
    reconcile(name) {
      const node = store.get(nodes, { namespace: '', name });
      const present = [...podsByNode.of(name)];
      if (node === undefined) {
        for (const pod of present) api.delete(pods, keyOf(pod), { gracePeriodSeconds: 0 });
        return;
      }
      const ready = isNodeReady(node);
      for (const pod of present) {
        const running = pod.status?.phase === 'Running' && isActive(pod);
        if (!running || isReady(pod) === ready) continue;
        writeStatus(surroundings, pods, pod, withReadiness(pod, ready, surroundings.now()));
      }
    },
  };
}
