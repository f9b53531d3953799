import type { ApiClient } from '../../../infra/local/actors/bind/http/client.ts';
import { keyOfPath, pathOf } from '../../../infra/local/cluster/controllers/controller.ts';
import { hostAddresses, PodAddresses } from '../../../infra/local/cluster/controllers/pod-addresses.ts';
import {
  crashingStatus,
  isCrashing,
  runningStatus,
  withReadiness,
} from '../../../infra/local/cluster/controllers/pod-status.ts';
import { draw } from '../../../infra/local/cluster/delays.ts';
import type { Delays, Span } from '../../../infra/local/cluster/index.ts';
import type { Node } from '../../../infra/local/cluster/kinds/node.ts';
import { isNodeReady } from '../../../infra/local/cluster/kinds/node.ts';
import type { Pod } from '../../../infra/local/cluster/kinds/pod.ts';
import { isFinished, isReady, isTerminating } from '../../../infra/local/cluster/kinds/pod.ts';
import { keyOf } from '../../../infra/local/cluster/object/object.ts';
import { pods } from '../../../infra/local/cluster/resources/core.ts';
import { ApiError } from '../../../infra/local/cluster/rules/errors.ts';
import type { Random } from '../../../infra/local/random.ts';
import type { Clock } from '../../../shared/clock.ts';
import { systemClock, timestamp } from '../../../shared/clock.ts';
import type { ClusterView, Report } from './cluster-view.ts';
import { componentQueue } from './cluster-view.ts';
import { NodeNetworks } from './node-networks.ts';

export interface KubeletOptions {
  readonly client: ApiClient;
  readonly view: ClusterView;
  /** Times how long pods take to start and stop. */
  readonly clock: Clock;
  readonly delays: Pick<Delays, 'podStart' | 'podTermination' | 'retry'>;
  readonly random: Random;
  /** Whether the node's machine runs; where it does not, no kubelet does anything. */
  readonly runs: (node: string) => Promise<boolean>;
  readonly report: Report;
}

const PODS_AT_A_TIME = 50;

/**
 * The kubelets of all nodes, as far as pods go: start them, give them addresses as the CNI on their node does, stop them. To be
 * made before the view is started.
 */
export function startKubelets(options: KubeletOptions): { stop(): Promise<void> } {
  const { client, view, clock, delays, random } = options;
  const addresses = new PodAddresses();
  const networks = new NodeNetworks(client);
  /** When a pod's next step is due, by UID and step, in the clock's milliseconds. */
  const deadlines = new Map<string, number>();
  const queue = componentQueue(options, 'kubelet', PODS_AT_A_TIME, reconcile);

  view.onPod(({ type, object }) => {
    if (type !== 'DELETED') {
      if (object.spec.nodeName !== undefined) queue.add(pathOf(object));
      return;
    }
    for (const step of ['start', 'stop']) deadlines.delete(`${object.metadata.uid}/${step}`);
  });
  view.onNode(({ type, object, previous }) => {
    const becameReady = isNodeReady(object) && (previous === undefined || !isNodeReady(previous));
    if (type !== 'DELETED' && becameReady) wake(object.metadata.name);
  });

  function wake(node: string): void {
    for (const pod of view.podsOn(node)) queue.add(pathOf(pod));
  }

  async function reconcile(path: string): Promise<number | undefined> {
    const pod = view.pods.get(keyOfPath(path));
    const node = view.node(pod?.spec.nodeName ?? '');
    // Pods whose node is gone are the pod garbage collector's, and it is a real one.
    if (pod === undefined || node === undefined || !(await options.runs(node.metadata.name)))
      return undefined;
    if (isTerminating(pod)) return await stop(pod);
    if (isFinished(pod) || !isNodeReady(node)) return undefined;
    if (pod.status?.phase === 'Running' && !isCrashing(pod)) {
      // The node lifecycle controller took the readiness away while the node was silent.
      if (!isReady(pod)) await writeStatus(pod, withReadiness(pod, true, now()));
      return undefined;
    }
    return await start(pod, node);
  }

  async function start(pod: Pod, node: Node): Promise<number | undefined> {
    const left = leftUntil(pod, 'start', delays.podStart);
    if (left > 0) return left;
    const agent = await networks.agentStarts(pod, node);
    // The server has given the pod its class when it was made, and never changes it.
    const qosClass = pod.status?.qosClass;
    if (agent?.starts === false) {
      if (!isCrashing(pod)) {
        await writeStatus(pod, { ...crashingStatus(pod, node, agent.why, now()), qosClass });
      }
      // Started again and again; it may find another configuration then.
      return draw(delays.retry, random);
    }
    const ips = addressesFor(pod, node);
    if (ips === undefined) return draw(delays.retry, random);
    await writeStatus(pod, { ...runningStatus(pod, node, ips, now()), qosClass });
    deadlines.delete(`${pod.metadata.uid}/start`);
    if (agent !== undefined) wake(node.metadata.name);
    return undefined;
  }

  function addressesFor(pod: Pod, node: Node): readonly string[] | undefined {
    if (pod.spec.hostNetwork === true) return hostAddresses(node);
    const families = networks.familiesOn(node);
    return families && addresses.assign(node, families, view.podsOn(node.metadata.name));
  }

  async function stop(pod: Pod): Promise<number | undefined> {
    const grace = (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1_000;
    const [least, most] = pod.status?.phase === 'Running' ? delays.podTermination : [0, 0];
    const left = leftUntil(pod, 'stop', [Math.min(least, grace), Math.min(most, grace)]);
    if (left > 0) return left;
    const preconditions = { uid: pod.metadata.uid };
    await client.delete(pods, keyOf(pod), { gracePeriodSeconds: 0, preconditions });
    return undefined;
  }

  function leftUntil(pod: Pod, step: 'start' | 'stop', span: Span): number {
    const name = `${pod.metadata.uid}/${step}`;
    const due = deadlines.get(name) ?? clock.now() + draw(span, random);
    deadlines.set(name, due);
    return due - clock.now();
  }

  /** Onto this very pod: of the same name there may be another one by now. */
  async function writeStatus(pod: Pod, status: Pod['status']): Promise<void> {
    const body = { metadata: { uid: pod.metadata.uid }, status };
    try {
      const patch = { kind: 'merge', body } as const;
      view.pods.learn(await client.patch(pods, keyOf(pod), patch, { subresource: 'status' }));
    } catch (error) {
      if (!(error instanceof ApiError) || ![404, 409].includes(error.code)) throw error;
    }
  }

  return { stop: () => queue.stop() };
}

/** The API server's own time, which is the wall's, to the second. */
function now(): string {
  return timestamp(systemClock).replace(/\.\d+Z$/, 'Z');
}
