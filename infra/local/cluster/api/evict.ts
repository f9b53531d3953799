import { withCondition } from '../kinds/common.ts';
import type { Pod } from '../kinds/pod.ts';
import { isReady } from '../kinds/pod.ts';
import type { PodDisruptionBudget } from '../kinds/workloads.ts';
import type { ObjectKey } from '../object/object.ts';
import { keyOf } from '../object/object.ts';
import { pods } from '../resources/core.ts';
import { podDisruptionBudgets } from '../resources/workloads.ts';
import { ApiError, notFound } from '../rules/errors.ts';
import { isEmptySelector, matchesSelector } from '../store/selectors.ts';
import { remove } from './delete.ts';
import type { Kernel } from './kernel.ts';
import { serverTime } from './kernel.ts';
import type { DeleteOptions } from './requests.ts';
import { update } from './update.ts';

const REFUSAL = "Cannot evict pod as it would violate the pod's disruption budget.";

/**
 * Evicts a Pod if its disruption budget allows one more. Pods that do not run yet, or no longer, need no budget.
 *
 * @throws ApiError 404, 429 with the cause DisruptionBudget, 500 when two budgets claim the Pod.
 */
export function evict(kernel: Kernel, key: ObjectKey, options: DeleteOptions = {}): void {
  const pod = kernel.store.get(pods, key);
  if (pod === undefined) throw notFound(pods, key.name);
  if (!needsNoBudget(pod)) {
    const budgets = budgetsOf(kernel, pod);
    if (budgets.length > 1) {
      const message =
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
      throw new ApiError(500, 'InternalError', message);
    }
    const budget = budgets[0];
    if (budget !== undefined && !isUnreadyWithinBudget(pod, budget)) spend(kernel, budget, pod, options);
  }
  if (options.dryRun !== true && pod.metadata.deletionTimestamp === undefined) markDisrupted(kernel, pod);
  remove(kernel, pods, key, options);
}

/** So that what watches the Pod knows why it leaves. */
function markDisrupted(kernel: Kernel, pod: Pod): void {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const conditions = withCondition(pod.status?.conditions, condition, serverTime(kernel.now()));
  const next = { ...pod, status: { ...pod.status, conditions } };
  update(kernel, pods, keyOf(pod), next, { subresource: 'status', endpoint: 'eviction' });
}

function needsNoBudget(pod: Pod): boolean {
  const running = pod.status?.phase === 'Running' || pod.status?.phase === 'Unknown';
  return !running || pod.metadata.deletionTimestamp !== undefined;
}

function budgetsOf(kernel: Kernel, pod: Pod): PodDisruptionBudget[] {
  return [...kernel.store.each(podDisruptionBudgets, pod.metadata.namespace)].filter(({ spec }) => {
    const selector = spec?.selector;
    if (selector === undefined || isEmptySelector(selector)) return false;
    return matchesSelector(selector, pod.metadata.labels);
  });
}

/** A Pod that is not Ready takes nothing from a budget that is kept; AlwaysAllow does not even ask that. */
function isUnreadyWithinBudget(pod: Pod, { spec, status }: PodDisruptionBudget): boolean {
  if (isReady(pod)) return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const desired = status?.desiredHealthy ?? 0;
  return desired > 0 && (status?.currentHealthy ?? 0) >= desired;
}

function spend(kernel: Kernel, budget: PodDisruptionBudget, pod: Pod, options: DeleteOptions): void {
  const { name, generation } = budget.metadata;
  const status = budget.status ?? {};
  if ((status.observedGeneration ?? 0) < (generation ?? 0)) {
    throw tooMany(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  const allowed = status.disruptionsAllowed ?? 0;
  if (allowed <= 0) {
    const needs = status.desiredHealthy ?? 0;
    const has = status.currentHealthy ?? 0;
    throw tooMany(`The disruption budget ${name} needs ${needs} healthy pods and has ${has} currently`);
  }
  if (options.dryRun === true) return;
  const disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: serverTime(kernel.now()) };
  const next = { ...budget, status: { ...status, disruptionsAllowed: allowed - 1, disruptedPods } };
  update(kernel, podDisruptionBudgets, keyOf(budget), next, { subresource: 'status' });
}

function tooMany(cause: string, retryAfterSeconds?: number): ApiError {
  return new ApiError(429, 'TooManyRequests', REFUSAL, {
    causes: [{ reason: 'DisruptionBudget', message: cause }],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
