import type { Clock } from '../../../../shared/clock.ts';
import { draw } from '../delays.ts';
import type { Node } from '../kinds/node.ts';
import { isNodeReady } from '../kinds/node.ts';
import type { Pod } from '../kinds/pod.ts';
import { isFinished, isTerminating } from '../kinds/pod.ts';
import type { IpFamily } from '../kinds/service.ts';
import { keyOf } from '../object/object.ts';
import { configMaps, nodes, pods } from '../resources/core.ts';
import { daemonSets } from '../resources/workloads.ts';
import { CNI_NAMESPACE, CNI_PLUGINS, familiesInForce, type InForce, pluginOfAgent } from './cni.ts';
import type { Changed, Controller, Queue, Surroundings } from './controller.ts';
import { changed, keyOfPath, pathOf, writeStatus } from './controller.ts';
import { hostAddresses, PodAddresses } from './pod-addresses.ts';
import { crashingStatus, isCrashing, runningStatus } from './pod-status.ts';

/** When a Pod's next step is due; by UID and step, in the clock's milliseconds. */
type Deadlines = Map<string, number>;

/**
 * The kubelets of all nodes: starts and stops Pods, each after its time, and gives them addresses as the CNI in force
 * on their node does.
 */
export function kubelet(
  surroundings: Surroundings,
  queue: Queue,
  clock: Clock,
  instant: () => boolean,
): Controller {
  const { store, podsByNode, delays, random } = surroundings;
  const addresses = new PodAddresses();
  const deadlines: Deadlines = new Map();
  /** Families that the CNI configuration lying on a node assigns, by the node's UID. */
  const installed = new Map<string, readonly IpFamily[]>();

  /** True once the step's time has come; until then asks to be called again when it has. */
  function isDue(pod: Pod, step: 'start' | 'stop', span: readonly [number, number]): boolean {
    const name = `${pod.metadata.uid}/${step}`;
    const due = deadlines.get(name) ?? clock.now() + (instant() ? 0 : draw(span, random));
    deadlines.set(name, due);
    const left = due - clock.now();
    if (left > 0) queue.addAfter(pathOf(pod), [left, left]);
    else deadlines.delete(name);
    return left <= 0;
  }

  function stop(pod: Pod): void {
    const grace = (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1_000;
    const [least, most] = delays.podTermination;
    if (!isDue(pod, 'stop', [Math.min(least, grace), Math.min(most, grace)])) return;
    surroundings.api.delete(pods, keyOf(pod), { gracePeriodSeconds: 0 });
  }

  function start(pod: Pod, node: Node): void {
    if (!isNodeReady(node) || !isDue(pod, 'start', delays.podStart)) return;
    const name = node.metadata.name;
    const families =
      installed.get(node.metadata.uid) ?? (expectsCni(surroundings) ? undefined : ['IPv4' as const]);
    const onHost = pod.spec.hostNetwork === true;
    const agent = asAgent(pod, node);
    if (agent?.starts === false) {
      if (!isCrashing(pod)) {
        writeStatus(surroundings, pods, pod, crashingStatus(pod, node, agent.why, surroundings.now()));
      }
      // Started again when what it reads has changed; the real kubelet tries in vain until then.
      return;
    }
    // Without a CNI configuration there is no sandbox; the agent's Pod, on the host network, brings one.
    if (!onHost && families === undefined) return;
    const ips = onHost ? hostAddresses(node) : addresses.assign(node, families ?? [], podsByNode.of(name));
    if (ips === undefined) {
      queue.addAfter(pathOf(pod), delays.retry);
      return;
    }
    writeStatus(surroundings, pods, pod, runningStatus(pod, node, ips, surroundings.now()));
  }

  /** What an agent that starts now brings about; undefined for any other Pod. */
  function asAgent(pod: Pod, node: Node): InForce | undefined {
    const name = pluginOfAgent(pod)?.configMap;
    if (name === undefined) return undefined;
    const configuration = store.get(configMaps, { namespace: CNI_NAMESPACE, name });
    return familiesInForce(pod, configuration, node.spec?.podCIDRs ?? []);
  }

  /** A starting agent lays down the configuration as it is now; it lies there until the next one starts. */
  function install(pod: Pod): void {
    const node = store.get(nodes, { namespace: '', name: pod.spec.nodeName ?? '' });
    const agent = node && asAgent(pod, node);
    if (node === undefined || agent?.starts !== true) return;
    installed.set(node.metadata.uid, agent.families);
    wakeNode(node.metadata.name);
  }

  function wakeNode(name: string): void {
    for (const pod of podsByNode.of(name)) if (isToStart(pod)) queue.add(pathOf(pod));
  }

  /** A ConfigMap that agents read changed: some may start now. */
  function wakeAgents(): void {
    for (const node of store.each(nodes)) {
      for (const pod of podsByNode.of(node.metadata.name)) if (isCrashing(pod)) queue.add(pathOf(pod));
    }
  }

  return {
    name: 'kubelet',
    observe(change) {
      const pod = changed(change, pods);
      if (change.type === 'DELETED' && pod !== undefined) {
        for (const step of ['start', 'stop']) deadlines.delete(`${pod.object.metadata.uid}/${step}`);
      } else if (pod?.object.spec.nodeName !== undefined) {
        queue.add(pathOf(pod.object));
        if (hasStarted(pod)) install(pod.object);
      }
      const configuration = changed(change, configMaps)?.object.metadata;
      if (CNI_PLUGINS.some(({ configMap }) => configMap === configuration?.name)) wakeAgents();
      const node = changed(change, nodes);
      if (node === undefined) return;
      if (change.type === 'DELETED') installed.delete(node.object.metadata.uid);
      else if (isNodeReady(node.object)) wakeNode(node.object.metadata.name);
    },
    reconcile(path) {
      const pod = store.get(pods, keyOfPath(path));
      const node = store.get(nodes, { namespace: '', name: pod?.spec.nodeName ?? '' });
      // Pods without their node are the garbage collector's.
      if (pod === undefined || node === undefined || isFinished(pod)) return;
      if (isTerminating(pod)) stop(pod);
      else if (isToStart(pod)) start(pod, node);
    },
  };
}

/** Not merely Ready again after its node came back: then nothing new is laid down. */
function hasStarted({ object, previous }: Changed<Pod>): boolean {
  return isUp(object) && (previous === undefined || !isUp(previous));
}

function isToStart(pod: Pod): boolean {
  return pod.status?.phase === 'Pending' || isCrashing(pod);
}

function isUp(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && !isCrashing(pod);
}

/** Whether nodes of this cluster have to wait for an agent before they can run Pods of their own network. */
function expectsCni({ store }: Surroundings): boolean {
  return CNI_PLUGINS.some(
    ({ agents }) => store.get(daemonSets, { namespace: CNI_NAMESPACE, name: agents }) !== undefined,
  );
}
