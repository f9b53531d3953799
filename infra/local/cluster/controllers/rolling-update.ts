import { resolveCount } from '../kinds/common.ts';
import type { Deployment, ReplicaSet } from '../kinds/workloads.ts';

export type Resize = readonly [set: ReplicaSet, replicas: number];

const wanted = (set: ReplicaSet) => set.spec.replicas ?? 0;
const available = (set: ReplicaSet) => set.status?.availableReplicas ?? 0;
const present = (set: ReplicaSet) => set.status?.replicas ?? 0;
const sum = (sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number) =>
  sets.reduce((total, set) => total + of(set), 0);

/**
 * How large each ReplicaSet should be next: never more than replicas + maxSurge Pods wanted, never fewer than
 * replicas - maxUnavailable available (the deployment controller's own rules).
 */
export function rolloutStep(
  deployment: Deployment,
  newest: ReplicaSet,
  old: readonly ReplicaSet[],
): Resize[] {
  const { strategy, paused } = deployment.spec;
  const replicas = deployment.spec.replicas ?? 1;
  if (paused === true) return [[newest, old.length === 0 ? replicas : wanted(newest)]];
  if (strategy?.type === 'Recreate') return recreate(replicas, newest, old);
  const maxSurge = resolveCount(strategy?.rollingUpdate?.maxSurge, replicas, 'up');
  const rounded = resolveCount(strategy?.rollingUpdate?.maxUnavailable, replicas, 'down');
  // Both may round to nothing; then one Pod may be missing, or the rollout would never move.
  const maxUnavailable = maxSurge === 0 && rounded === 0 ? 1 : rounded;
  const grown = grow(replicas, maxSurge, newest, old);
  return [[newest, grown], ...shrink(replicas, maxUnavailable, newest, grown, old)];
}

function recreate(replicas: number, newest: ReplicaSet, old: readonly ReplicaSet[]): Resize[] {
  const emptied = sum(old, present) === 0;
  return [...old.map((set): Resize => [set, 0]), [newest, emptied ? replicas : wanted(newest)]];
}

function grow(replicas: number, maxSurge: number, newest: ReplicaSet, old: readonly ReplicaSet[]): number {
  if (wanted(newest) >= replicas) return replicas;
  // Old Pods that are still there take room, whatever their set wants by now.
  const occupied = sum(old, (set) => Math.max(wanted(set), present(set)));
  const room = replicas + maxSurge - occupied - wanted(newest);
  return Math.min(replicas, wanted(newest) + Math.max(0, room));
}

function shrink(
  replicas: number,
  maxUnavailable: number,
  newest: ReplicaSet,
  newestWanted: number,
  old: readonly ReplicaSet[],
): Resize[] {
  const total = sum(old, wanted) + newestWanted;
  const leastAvailable = replicas - maxUnavailable;
  let removable = Math.max(0, total - leastAvailable - Math.max(0, newestWanted - available(newest)));
  const sizes = new Map(old.map((set) => [set, wanted(set)]));
  // Pods that are not available anyway go first: that costs nothing.
  for (const set of old) {
    const unhealthy = Math.min(removable, Math.max(0, wanted(set) - available(set)));
    sizes.set(set, wanted(set) - unhealthy);
    removable -= unhealthy;
  }
  // Statuses lag behind sizes, so what is still removable bounds this too.
  let spare = Math.min(removable, sum([newest, ...old], available) - leastAvailable);
  for (const set of old) {
    const size = sizes.get(set) ?? 0;
    const gone = Math.min(size, Math.max(0, spare));
    sizes.set(set, size - gone);
    spare -= gone;
  }
  return [...sizes];
}
