import { isNodeReady } from '../../cluster/kinds/node.ts';
import type { Pod } from '../../cluster/kinds/pod.ts';
import { isReady, isTerminating } from '../../cluster/kinds/pod.ts';
import { matchesLabels } from '../match-labels.ts';
import type { ShootCluster } from '../world.ts';

export const NAMESPACE = 'kube-system';
export const DEPLOYMENT = 'cloud-controller-manager';

/** Its process runs: it is ready, or was told to terminate and has not ended yet. */
export function isRunning(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && (isReady(pod) || isTerminating(pod));
}

function lacksNode(pod: Pod): boolean {
  return pod.spec.nodeName === undefined && pod.status?.phase === 'Pending' && !isTerminating(pod);
}

/**
 * The pod that wins the leader election when nobody leads. What the Deployment says by now does not matter:
 * its pods are what they were started as. In the real landscape they run in the seed, so that they need no
 * node of the shoot: while none is Ready one that only waits for such a node counts as running, or the first
 * node would wait for ever for its pod CIDR.
 */
export function oldestRunningPod(cluster: ShootCluster): Pod | undefined {
  const labels = cluster.deployment(NAMESPACE, DEPLOYMENT)?.spec.selector.matchLabels ?? {};
  const age = (pod: Pod) => `${pod.metadata.creationTimestamp} ${pod.metadata.name}`;
  const pods = cluster
    .pods(NAMESPACE)
    .filter((pod) => matchesLabels(pod, labels))
    .sort((one, other) => (age(one) < age(other) ? -1 : 1));
  return pods.find(isRunning) ?? (cluster.nodes().some(isNodeReady) ? undefined : pods.find(lacksNode));
}
