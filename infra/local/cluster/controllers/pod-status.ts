import { withCondition } from '../kinds/common.ts';
import type { Node } from '../kinds/node.ts';
import { internalIps } from '../kinds/node.ts';
import type { Pod } from '../kinds/pod.ts';

/** The status of a Pod whose containers have all started and passed their probes. */
export function runningStatus(pod: Pod, node: Node, ips: readonly string[], now: string): Pod['status'] {
  const types = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady'];
  const conditions = types.reduce(
    (list, type) => withCondition(list, { type, status: 'True' }, now),
    pod.status?.conditions,
  );
  const hostIps = internalIps(node);
  return {
    ...pod.status,
    phase: 'Running',
    conditions,
    startTime: now,
    hostIP: hostIps[0],
    hostIPs: hostIps.map((ip) => ({ ip })),
    podIP: ips[0],
    podIPs: ips.map((ip) => ({ ip })),
    containerStatuses: pod.spec.containers.map(({ name, image }) => ({
      name,
      image: image ?? '',
      imageID: '',
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: now } },
      lastState: {},
    })),
    qosClass: pod.status?.qosClass ?? 'BestEffort',
  };
}

/** The status of a Pod on the host network whose containers end as soon as they have started, again and again. */
export function crashingStatus(pod: Pod, node: Node, message: string, now: string): Pod['status'] {
  const running = runningStatus(pod, node, internalIps(node), now);
  const notReady = { status: 'False', reason: 'ContainersNotReady' };
  return {
    ...running,
    conditions: ['Ready', 'ContainersReady'].reduce(
      (list, type) => withCondition(list, { type, ...notReady }, now),
      running?.conditions,
    ),
    containerStatuses: running?.containerStatuses?.map((container) => ({
      ...container,
      ready: false,
      started: false,
      restartCount: 1,
      state: { waiting: { reason: CRASHING, message } },
    })),
  };
}

export function isCrashing({ status }: Pod): boolean {
  return status?.containerStatuses?.some(({ state }) => state?.waiting?.reason === CRASHING) ?? false;
}

const CRASHING = 'CrashLoopBackOff';

/** The status of a Pod whose node has stopped answering (`Ready` False), or answers again. */
export function withReadiness(pod: Pod, ready: boolean, now: string): Pod['status'] {
  const condition = ready
    ? { type: 'Ready', status: 'True' }
    : { type: 'Ready', status: 'False', reason: 'NodeNotReady' };
  return { ...pod.status, conditions: withCondition(pod.status?.conditions, condition, now) };
}
