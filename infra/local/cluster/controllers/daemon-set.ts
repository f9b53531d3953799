import { resolveCount } from '../kinds/common.ts';
import type { Node } from '../kinds/node.ts';
import { isNodeReady } from '../kinds/node.ts';
import { isActive } from '../kinds/pod.ts';
import type { DaemonSet } from '../kinds/workloads.ts';
import { sameJson } from '../object/json.ts';
import { controllerUid, keyOf } from '../object/object.ts';
import { nodes, pods } from '../resources/core.ts';
import { daemonSets } from '../resources/workloads.ts';
import type { Change } from '../store/store.ts';
import type { Controller, Queue, Surroundings } from './controller.ts';
import { changed, controllerPath, keyOfPath, pathOf, writeStatus } from './controller.ts';
import { DaemonCensus, REVISION_HASH } from './daemon-census.ts';
import { selectsNode } from './placement.ts';
import { podFromTemplate, templateHash } from './pods-from-template.ts';

/** What is known about one DaemonSet between two looks at it. */
interface Daemon {
  readonly uid: string;
  readonly census: DaemonCensus;
  /** Nodes that should run a Pod of it. */
  readonly wanted: Set<string>;
  /** Nodes to look at again. */
  readonly dirty: Set<string>;
  template: DaemonSet['spec']['template'];
}

/** One Pod of each DaemonSet on every node, replaced a few at a time when the template changes. */
export function daemonSetController(surroundings: Surroundings, queue: Queue): Controller {
  const { store } = surroundings;
  const daemons = new Map<string, Daemon>();

  function observePod(change: Change): void {
    const pod = changed(change, pods);
    const path = pod === undefined ? undefined : controllerPath(pod.object, 'DaemonSet');
    if (pod === undefined || path === undefined) return;
    const daemon = daemons.get(path);
    if (daemon?.uid === controllerUid(pod.object)) {
      daemon?.census.observe(pod.object, change.type);
      if (pod.object.spec.nodeName !== undefined) daemon?.dirty.add(pod.object.spec.nodeName);
    }
    queue.add(path);
  }

  return {
    name: 'daemonset',
    observe(change) {
      observePod(change);
      const set = changed(change, daemonSets);
      if (set !== undefined) queue.add(pathOf(set.object));
      const node = changed(change, nodes);
      if (node === undefined || (change.type === 'MODIFIED' && !placementChanged(node.object, node.previous)))
        return;
      for (const [path, daemon] of daemons) {
        daemon.dirty.add(node.object.metadata.name);
        queue.add(path);
      }
    },
    reconcile(path) {
      const set = store.get(daemonSets, keyOfPath(path));
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) {
        daemons.delete(path);
        return;
      }
      const daemon = known(surroundings, daemons, path, set);
      for (const node of daemon.dirty) place(surroundings, set, daemon, node);
      daemon.dirty.clear();
      replaceOutdated(surroundings, set, daemon);
      writeStatus(surroundings, daemonSets, set, statusOf(set, daemon));
    },
  };
}

function placementChanged(node: Node, previous: Node | undefined): boolean {
  return (
    previous === undefined ||
    isNodeReady(node) !== isNodeReady(previous) ||
    !sameJson(node.metadata.labels, previous.metadata.labels)
  );
}

function known(
  { store, podsByController }: Surroundings,
  daemons: Map<string, Daemon>,
  path: string,
  set: DaemonSet,
): Daemon {
  const present = daemons.get(path);
  const { template } = set.spec;
  if (present?.uid === set.metadata.uid) {
    if (present.template !== template) present.census.hash = templateHash(template);
    present.template = template;
    return present;
  }
  const { uid } = set.metadata;
  const daemon: Daemon = {
    uid,
    census: new DaemonCensus(templateHash(template), podsByController.of(uid)),
    wanted: new Set(),
    dirty: new Set([...store.each(nodes)].map((node) => node.metadata.name)),
    template,
  };
  daemons.set(path, daemon);
  return daemon;
}

/** A node gets its Pod once it is Ready and keeps it until it goes or is no longer selected. */
function place(
  { api, store, podsByNode }: Surroundings,
  set: DaemonSet,
  daemon: Daemon,
  nodeName: string,
): void {
  const node = store.get(nodes, { namespace: '', name: nodeName });
  const own = [...podsByNode.of(nodeName)].filter((pod) => controllerUid(pod) === daemon.uid);
  const active = own.filter(isActive);
  const selected = node !== undefined && selectsNode(set.spec.template.spec, node);
  if (node === undefined || !selected || (!isNodeReady(node) && active.length === 0)) {
    daemon.wanted.delete(nodeName);
    if (node !== undefined && !selected) for (const pod of active) api.delete(pods, keyOf(pod));
    return;
  }
  daemon.wanted.add(nodeName);
  // The successor comes when its predecessor is gone: both would want the same host ports.
  if (own.length > 0) return;
  const { name, namespace = '' } = set.metadata;
  const labels = { [REVISION_HASH]: daemon.census.hash };
  const pod = podFromTemplate(set, set.spec.template, `${name}-`, labels, nodeName);
  daemon.census.observe(api.create(pods, namespace, pod, { typed: true }), 'ADDED');
}

/** Deletes outdated Pods as far as maxUnavailable allows; those that are not available anyway cost nothing. */
function replaceOutdated({ api }: Surroundings, set: DaemonSet, { census, wanted }: Daemon): void {
  const { updateStrategy } = set.spec;
  if (updateStrategy?.type === 'OnDelete') return;
  const maxUnavailable = Math.max(
    1,
    resolveCount(updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, wanted.size, 'up'),
  );
  const unavailable = wanted.size - census.ready;
  for (const pod of [...census.outdated(maxUnavailable - unavailable)]) api.delete(pods, keyOf(pod));
}

function statusOf(set: DaemonSet, { census, wanted }: Daemon): DaemonSet['status'] {
  return {
    observedGeneration: set.metadata.generation,
    desiredNumberScheduled: wanted.size,
    currentNumberScheduled: census.active,
    numberMisscheduled: 0,
    numberReady: census.ready,
    numberAvailable: census.ready,
    numberUnavailable: Math.max(0, wanted.size - census.ready),
    updatedNumberScheduled: census.updated,
  };
}
