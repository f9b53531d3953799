import { resolveCount, withCondition } from '../kinds/common.ts';
import type { Deployment, ReplicaSet } from '../kinds/workloads.ts';
import { progressing } from './deployment-progress.ts';

/** A Deployment's status, from its ReplicaSets. */
export function deploymentStatus(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
  now: string,
): Deployment['status'] {
  const sum = (of: (set: ReplicaSet) => number | undefined) =>
    sets.reduce((total, set) => total + (of(set) ?? 0), 0);
  const wanted = deployment.spec.replicas ?? 1;
  const replicas = sum((set) => set.status?.replicas);
  const available = sum((set) => set.status?.availableReplicas);
  const updated = newest?.status?.replicas ?? 0;
  const maxUnavailable = resolveCount(
    deployment.spec.strategy?.rollingUpdate?.maxUnavailable,
    wanted,
    'down',
  );
  const enough = available >= wanted - maxUnavailable;
  const readyReplicas = sum((set) => set.status?.readyReplicas);
  const withAvailable = withCondition(
    deployment.status?.conditions,
    enough
      ? {
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
        }
      : {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
        },
    now,
  );
  const counts = { replicas, updatedReplicas: updated, readyReplicas, availableReplicas: available };
  const progress = progressing(deployment, counts, newest?.metadata.name ?? '', now);
  return {
    observedGeneration: deployment.metadata.generation,
    ...counts,
    unavailableReplicas: Math.max(0, wanted - available),
    conditions: withCondition(withAvailable, progress, now),
  };
}
