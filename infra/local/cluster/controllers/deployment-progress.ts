import { type Condition, conditionOf } from '../kinds/common.ts';
import type { Deployment } from '../kinds/workloads.ts';

/** What a Deployment's status counts. */
export interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
}

const COMPLETE = 'NewReplicaSetAvailable';
const TIMED_OUT = 'ProgressDeadlineExceeded';
const DEFAULT_DEADLINE_SECONDS = 600;

type Progressing = Condition & { readonly lastUpdateTime: string };

/**
 * The condition `Progressing` as the Deployment controller keeps it (Kubernetes, `pkg/controller/deployment/progress.go`):
 * of a rollout that has been completed it stays as it is; of one that has not, `lastUpdateTime` is when it came on last, and
 * after `progressDeadlineSeconds` without that it turns False. `newest` names the present ReplicaSet.
 */
export function progressing(deployment: Deployment, next: Counts, newest: string, now: string): Progressing {
  const before = conditionOf(deployment, 'Progressing');
  const since = lastUpdateOf(before);
  const wasComplete = before?.reason === COMPLETE && next.replicas === next.updatedReplicas;
  if (before !== undefined && since !== undefined && wasComplete) return { ...before, lastUpdateTime: since };
  const saying = (status: 'True' | 'False', reason: string, what: string): Progressing => ({
    type: 'Progressing',
    status,
    reason,
    message: `ReplicaSet "${newest}" ${what}`,
    lastUpdateTime:
      before?.reason === reason && since !== undefined && !cameOn(deployment, next) ? since : now,
  });
  const wanted = deployment.spec.replicas ?? 1;
  const { replicas, updatedReplicas, availableReplicas } = next;
  if (updatedReplicas === wanted && replicas === wanted && availableReplicas === wanted) {
    return saying('True', COMPLETE, 'has successfully progressed.');
  }
  if (!cameOn(deployment, next)) {
    if (before?.reason === TIMED_OUT) return saying('False', TIMED_OUT, 'has timed out progressing.');
    if (since !== undefined && before?.reason !== COMPLETE && isOver(deployment, since, now)) {
      return saying('False', TIMED_OUT, 'has timed out progressing.');
    }
  }
  return saying('True', 'ReplicaSetUpdated', 'is progressing.');
}

/** Milliseconds until a rollout that does not come on has to be looked at again; undefined when none is under way. */
export function untilDeadline(deployment: Deployment, now: string): number | undefined {
  const condition = conditionOf(deployment, 'Progressing');
  const since = lastUpdateOf(condition);
  if (since === undefined || condition?.reason === COMPLETE || condition?.status === 'False')
    return undefined;
  const deadline = Date.parse(since) + deadlineSeconds(deployment) * 1_000;
  // Times have no fractions: the second after it is late enough.
  return Math.max(0, deadline - Date.parse(now)) + 1_000;
}

function cameOn({ status = {} }: Deployment, next: Counts): boolean {
  const { replicas, readyReplicas, availableReplicas } = status;
  const updatedReplicas = numberOr(0, status.updatedReplicas);
  return (
    next.updatedReplicas > updatedReplicas ||
    next.replicas - next.updatedReplicas < numberOr(0, replicas) - updatedReplicas ||
    next.readyReplicas > numberOr(0, readyReplicas) ||
    next.availableReplicas > numberOr(0, availableReplicas)
  );
}

function isOver(deployment: Deployment, since: string, now: string): boolean {
  return Date.parse(since) + deadlineSeconds(deployment) * 1_000 <= Date.parse(now);
}

function deadlineSeconds({ spec }: Deployment): number {
  return numberOr(DEFAULT_DEADLINE_SECONDS, spec.progressDeadlineSeconds);
}

function numberOr(fallback: number, value: unknown): number {
  return typeof value === 'number' ? value : fallback;
}

function lastUpdateOf(condition: Condition | undefined): string | undefined {
  const time: unknown = condition === undefined ? undefined : Reflect.get(condition, 'lastUpdateTime');
  return typeof time === 'string' ? time : undefined;
}
