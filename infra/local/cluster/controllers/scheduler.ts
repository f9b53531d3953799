import { withCondition } from '../kinds/common.ts';
import type { Node } from '../kinds/node.ts';
import { isNodeReady } from '../kinds/node.ts';
import type { Pod } from '../kinds/pod.ts';
import { isActive } from '../kinds/pod.ts';
import { controllerUid, keyOf } from '../object/object.ts';
import { nodes, pods } from '../resources/core.ts';
import type { Controller, Queue, Surroundings } from './controller.ts';
import { changed, keyOfPath, pathOf, writeStatus } from './controller.ts';
import { selectsNode, untoleratedTaint } from './placement.ts';

/** Binds Pods to nodes that are Ready, schedulable and tolerated, spreading those of one controller. */
export function scheduler(surroundings: Surroundings, queue: Queue): Controller {
  const { store } = surroundings;
  const unschedulable = new Set<string>();
  return {
    name: 'scheduler',
    observe(change) {
      const pod = changed(change, pods);
      if (pod !== undefined && change.type !== 'DELETED' && pod.object.spec.nodeName === undefined) {
        queue.add(pathOf(pod.object));
      }
      // Any change of a node may make room for those that found none.
      if (unschedulable.size > 0 && changed(change, nodes) !== undefined) {
        for (const path of unschedulable) queue.add(path);
      }
    },
    reconcile(path) {
      unschedulable.delete(path);
      const pod = store.get(pods, keyOfPath(path));
      if (pod === undefined || pod.spec.nodeName !== undefined || !isActive(pod)) return;
      const node = chooseNode(surroundings, pod);
      if (node === undefined) {
        unschedulable.add(path);
        markUnschedulable(surroundings, pod);
      } else bind(surroundings, pod, node);
    },
  };
}

/** The node with the fewest Pods of the same controller, among those the one with the fewest Pods at all. */
function chooseNode(
  { store, podsByNode, podsByController, random }: Surroundings,
  pod: Pod,
): Node | undefined {
  const siblings = new Map<string, number>();
  for (const sibling of podsByController.of(controllerUid(pod) ?? '')) {
    const name = sibling.spec.nodeName;
    if (name !== undefined && isActive(sibling)) siblings.set(name, (siblings.get(name) ?? 0) + 1);
  }
  let best: { node: Node; score: number } | undefined;
  for (const node of store.each(nodes)) {
    if (!accepts(node, pod)) continue;
    const name = node.metadata.name;
    const score = (siblings.get(name) ?? 0) * 1_000 + podsByNode.count(name) + random();
    if (best === undefined || score < best.score) best = { node, score };
  }
  return best?.node;
}

function accepts(node: Node, pod: Pod): boolean {
  return (
    isNodeReady(node) &&
    node.metadata.deletionTimestamp === undefined &&
    node.spec?.unschedulable !== true &&
    selectsNode(pod.spec, node) &&
    untoleratedTaint(pod.spec, node) === undefined
  );
}

/** The API server allows only the scheduler to set the node, through `/binding`; here it writes both parts itself. */
function bind({ api, store, now }: Surroundings, pod: Pod, node: Node): void {
  const bound = api.update(
    pods,
    keyOf(pod),
    { ...pod, spec: { ...pod.spec, nodeName: node.metadata.name } },
    { typed: true },
  );
  const conditions = withCondition(bound.status?.conditions, { type: 'PodScheduled', status: 'True' }, now());
  const present = store.get(pods, keyOf(pod)) ?? bound;
  api.replaceStatus(pods, present, { ...present.status, conditions });
}

function markUnschedulable(surroundings: Surroundings, pod: Pod): void {
  const all = [...surroundings.store.each(nodes)].length;
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message: `0/${all} nodes are available: none is Ready, schedulable, selected and tolerated.`,
  };
  const conditions = withCondition(pod.status?.conditions, condition, surroundings.now());
  writeStatus(surroundings, pods, pod, { ...pod.status, conditions });
}
