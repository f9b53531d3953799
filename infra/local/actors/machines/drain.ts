import type { Pod } from '../../cluster/kinds/pod.ts';
import { isFinished, isTerminating } from '../../cluster/kinds/pod.ts';
import type { ActorContext } from '../context.ts';
import type { ShootCluster } from '../world.ts';

/**
 * Pods that a drain must see gone: those of DaemonSets would only come back, mirror pods belong to the node
 * itself.
 */
export function podsToDrain(cluster: ShootCluster, node: string): Pod[] {
  return cluster.podsOn(node).filter((pod) => {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
    const mirror = pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
    return owner?.kind !== 'DaemonSet' && !mirror;
  });
}

/**
 * One step of a drain: cordons the node and evicts what can be evicted now. PodDisruptionBudgets are
 * respected until the drain times out. Repeatable.
 *
 * @returns milliseconds until the next step at the latest, undefined when no pod is left.
 */
export async function drainStep(
  { cluster, clock, delays }: ActorContext,
  node: string,
  startedAt: number,
): Promise<number | undefined> {
  const present = cluster.node(node);
  if (present === undefined) return undefined;
  if (present.spec?.unschedulable !== true) {
    await cluster.patchNode(node, { spec: { unschedulable: true } }, 'object');
  }
  const timedOut = clock.now() - startedAt >= delays.drainTimeout;
  for (const pod of podsToDrain(cluster, node)) {
    if (isTerminating(pod)) continue;
    if (timedOut || isFinished(pod)) await cluster.deletePod(pod);
    else await cluster.evict(pod);
  }
  return podsToDrain(cluster, node).length === 0 ? undefined : delays.evictionRetry;
}
