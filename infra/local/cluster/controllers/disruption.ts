import { resolveCount, withCondition } from '../kinds/common.ts';
import type { Pod } from '../kinds/pod.ts';
import { isActive, isReady } from '../kinds/pod.ts';
import type { PodDisruptionBudget } from '../kinds/workloads.ts';
import { controllerUid } from '../object/object.ts';
import { pods } from '../resources/core.ts';
import { daemonSets, deployments, podDisruptionBudgets, replicaSets } from '../resources/workloads.ts';
import { isEmptySelector, matchesSelector } from '../store/selectors.ts';
import type { Change } from '../store/store.ts';
import type { Controller, Queue, Surroundings } from './controller.ts';
import { changed, controllerPath, keyOfPath, pathOf, writeStatus } from './controller.ts';

/** Keeps what each PodDisruptionBudget allows. */
export function disruptionController(surroundings: Surroundings, queue: Queue): Controller {
  const { store } = surroundings;

  function queueBudgets(
    namespace: string | undefined,
    concerned: (budget: PodDisruptionBudget) => boolean,
  ): void {
    for (const budget of store.each(podDisruptionBudgets, namespace))
      if (concerned(budget)) queue.add(pathOf(budget));
  }

  return {
    name: 'disruption',
    observe(change: Change) {
      const budget = changed(change, podDisruptionBudgets);
      if (budget !== undefined) queue.add(pathOf(budget.object));
      const pod = changed(change, pods);
      if (pod !== undefined)
        queueBudgets(pod.object.metadata.namespace, (entry) => covers(entry, pod.object));
      const scaled = changed(change, replicaSets) ?? changed(change, deployments);
      if (scaled !== undefined) queueBudgets(scaled.object.metadata.namespace, () => true);
    },
    reconcile(path) {
      const budget = store.get(podDisruptionBudgets, keyOfPath(path));
      if (budget === undefined) return;
      const covered = [...store.each(pods, budget.metadata.namespace)].filter((pod) => covers(budget, pod));
      const stranger = budget.spec?.maxUnavailable === undefined ? undefined : covered.find(isUncountable);
      const status =
        stranger === undefined
          ? statusOf(surroundings, budget, covered)
          : uncounted(surroundings, budget, stranger);
      writeStatus(surroundings, podDisruptionBudgets, budget, status);
    },
  };
}

const COUNTED = ['ReplicaSet', 'DaemonSet'];

/** Its controller is of a kind that wants no number of Pods. */
function isUncountable(pod: Pod): boolean {
  return controllerUid(pod) !== undefined && COUNTED.every((kind) => controllerPath(pod, kind) === undefined);
}

/** As the real controller fails: nothing is allowed, and the generation stays unseen (`pkg/controller/disruption`, failSafe). */
function uncounted(
  { now }: Surroundings,
  { status }: PodDisruptionBudget,
  pod: Pod,
): PodDisruptionBudget['status'] {
  const condition = {
    type: 'DisruptionAllowed',
    status: 'False',
    reason: 'SyncFailed',
    message: `found no controllers for pod "${pod.metadata.name}"`,
  };
  return {
    ...status,
    disruptionsAllowed: 0,
    conditions: withCondition(status?.conditions, condition, now()),
  };
}

function covers({ spec }: PodDisruptionBudget, pod: Pod): boolean {
  if (spec?.selector === undefined || isEmptySelector(spec.selector)) return false;
  return matchesSelector(spec.selector, pod.metadata.labels);
}

function statusOf(
  surroundings: Surroundings,
  budget: PodDisruptionBudget,
  covered: readonly Pod[],
): PodDisruptionBudget['status'] {
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  const scale = expectedPods(surroundings, covered);
  const expected = typeof minAvailable === 'number' ? covered.filter(isActive).length : scale;
  const desired =
    maxUnavailable === undefined
      ? resolveCount(minAvailable ?? 1, expected, 'up')
      : Math.max(0, expected - resolveCount(maxUnavailable, expected, 'up'));
  // An eviction that was granted counts until its Pod is seen to go.
  const evicted = Object.entries(budget.status?.disruptedPods ?? {}).filter(([name]) =>
    covered.some((pod) => pod.metadata.name === name && isActive(pod)),
  );
  const leaving = new Set(evicted.map(([name]) => name));
  const healthy = covered.filter(
    (pod) => isActive(pod) && isReady(pod) && !leaving.has(pod.metadata.name),
  ).length;
  const allowed = expected > 0 ? Math.max(0, healthy - desired) : 0;
  const condition = {
    type: 'DisruptionAllowed',
    status: allowed > 0 ? 'True' : 'False',
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    observedGeneration: budget.metadata.generation,
  };
  return {
    observedGeneration: budget.metadata.generation,
    expectedPods: expected,
    desiredHealthy: desired,
    currentHealthy: healthy,
    disruptionsAllowed: allowed,
    ...(evicted.length > 0 ? { disruptedPods: Object.fromEntries(evicted) } : {}),
    conditions: withCondition(budget.status?.conditions, condition, surroundings.now()),
  };
}

/** How many Pods the controllers of the covered ones want, whatever exists right now. */
function expectedPods({ store }: Surroundings, covered: readonly Pod[]): number {
  const counted = new Map<string, number>();
  let bare = 0;
  for (const pod of covered) {
    const uid = controllerUid(pod);
    const set = store.get(replicaSets, keyOfPath(controllerPath(pod, 'ReplicaSet') ?? '/'));
    const deployment =
      set === undefined
        ? undefined
        : store.get(deployments, keyOfPath(controllerPath(set, 'Deployment') ?? '/'));
    const daemon = store.get(daemonSets, keyOfPath(controllerPath(pod, 'DaemonSet') ?? '/'));
    if (deployment !== undefined) counted.set(deployment.metadata.uid, deployment.spec.replicas ?? 1);
    else if (set !== undefined) counted.set(set.metadata.uid, set.spec.replicas ?? 1);
    else if (daemon !== undefined)
      counted.set(daemon.metadata.uid, daemon.status?.desiredNumberScheduled ?? 0);
    else if (uid === undefined && isActive(pod)) bare += 1;
  }
  return [...counted.values()].reduce((total, replicas) => total + replicas, bare);
}
