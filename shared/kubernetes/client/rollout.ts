import type { V1DaemonSet, V1Deployment } from '@kubernetes/client-node';
import type { Rollout } from '../cluster.ts';

/**
 * A Deployment is out when its controller has seen the present template and all replicas, no more and no fewer, are of
 * it and available.
 */
export function deploymentRollout({ metadata, spec, status }: V1Deployment): Rollout {
  const desired = spec?.replicas ?? 1;
  const updated = status?.updatedReplicas ?? 0;
  const counts = [updated, status?.replicas ?? 0, status?.availableReplicas ?? 0];
  const complete =
    isSeen(metadata?.generation, status?.observedGeneration) && counts.every((count) => count === desired);
  return { complete, updated, desired };
}

/** A DaemonSet is out when its controller has seen the present template and every node has an available pod of it. */
export function daemonSetRollout({ metadata, status }: V1DaemonSet): Rollout {
  const desired = status?.desiredNumberScheduled ?? 0;
  const updated = status?.updatedNumberScheduled ?? 0;
  const available = status?.numberAvailable ?? 0;
  const complete =
    isSeen(metadata?.generation, status?.observedGeneration) && updated >= desired && available >= desired;
  return { complete, updated, desired };
}

/** Counts in a status are of the template that was observed, not of the one just written. */
export function isSeen(generation: number | undefined, observed: number | undefined): boolean {
  return (observed ?? 0) >= (generation ?? 0);
}
