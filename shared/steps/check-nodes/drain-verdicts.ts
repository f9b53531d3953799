import { listed } from '../listed.ts';
import type { Verdict } from './actions.ts';
import { type DrainPhase, type DrainScene, serves, stop } from './drain-scene.ts';
import { heldPod } from './eviction.ts';
import { inWords } from './in-words.ts';
import { drainIn, handedOverIn } from './marks.ts';
import { type NodeScene, type Phase, wait } from './scene.ts';

/** Gardener's `machineDrainTimeout` unless a pool says otherwise; there pods are deleted after it, here never. */
export const DRAIN_TIMEOUT_SECONDS = 2 * 3600;
/** The machine-controller-manager gives a machine 20 minutes to join, and another one to its first successor (`--machine-creation-timeout`). */
export const SUCCESSOR_SECONDS = 45 * 60;

/** Nodes that came after the first one was handed over, from machine classes that should be dual-stack by then. */
export function successorsAreDualStack(scene: DrainScene): ReturnType<DrainPhase> {
  const handedOver = handedOverIn(scene.marks);
  if (handedOver === undefined) return undefined;
  const singleStack = new Set(scene.singleStack.map(({ name }) => name));
  const young = scene.drain.nodes.filter(
    ({ name, createdAt }) => singleStack.has(name) && Date.parse(createdAt) > handedOver.first,
  );
  if (young.length === 0) return undefined;
  return stop(scene, {
    reason: 'SuccessorSingleStack',
    message: `Nodes that joined since the first one was handed to the machine controller are single-stack: ${listed(young.map(({ name }) => name))}.`,
    remedy:
      'See why the machine classes (seed) do not ask for IPV4_IPV6 although the nodes subnet is dual-stack, e.g. by the conditions of Infrastructure and Worker; then publish the step again, which has the shoot reconciled first.',
  });
}

/** Fewer nodes than at the beginning, long after the last one was handed over. */
export function successorsCome(scene: DrainScene): ReturnType<DrainPhase> {
  const { missing, candidates, draining, handedOver, marks, now, readyNodes } = scene;
  const last = handedOverIn(marks)?.last;
  if (draining.length > 0 || last === undefined) return undefined;
  if (now - last < SUCCESSOR_SECONDS * 1000) return undefined;
  // Told at the end, too, when others have come: nobody heeds the hand-over.
  const isLeft = candidates.length === 0 && handedOver.some(({ leaving }) => !leaving);
  if (missing === 0 && !isLeft) return undefined;
  const stay = handedOver.map(({ name }) => name);
  const staying = stay.length === 0 ? '' : ` Still there: ${listed(stay)}.`;
  const fewer = missing === 0 ? '' : `, ${missing} fewer than when the drain began`;
  return stop(scene, {
    reason: 'SuccessorMissing',
    message: `${inWords(SUCCESSOR_SECONDS)} after the last node was handed to the machine controller, ${readyNodes} nodes are Ready${fewer}.${staying}`,
    remedy:
      'See in the Machines (seed) and the Nodes’ events why none joins: quota, no capacity in the zone, a node that does not become Ready, a machine-controller-manager that does not run or does not know the node. If the cluster was made smaller on purpose, publish the step again: it counts anew.',
  });
}

/** Every node is dual-stack, but the successor of the last one has not joined yet: its pods have nowhere to be. */
export function awaitLastSuccessor(scene: NodeScene): ReturnType<Phase> {
  const { marks, now, drain } = scene;
  const [before, handedOver] = [drainIn(marks)?.nodes, handedOverIn(marks)];
  if (drain === undefined || before === undefined || handedOver === undefined) return undefined;
  const ready = drain.nodes.filter(serves).length;
  if (scene.singleStack.length > 0 || ready >= before) return undefined;
  if (now - handedOver.last >= SUCCESSOR_SECONDS * 1000) return undefined;
  return wait(scene, 'SuccessorsJoining', 30, `${ready} of ${before} nodes are Ready`);
}

export function drainTimedOut(scene: DrainScene): ReturnType<DrainPhase> {
  const { draining, drain, now } = scene;
  const late = draining.filter(
    ({ cordonedAt }) => now - Date.parse(cordonedAt ?? '') >= DRAIN_TIMEOUT_SECONDS * 1000,
  );
  if (late.length === 0) return undefined;
  const names = late.map(({ name }) => name);
  const pods = drain.pods.filter(({ node }) => names.includes(node));
  const left = pods.map((pod) =>
    pod.terminating ? `${pod.key} on ${pod.node} (terminating)` : heldPod(pod),
  );
  return stop(scene, {
    reason: 'DrainTimedOut',
    message: `After ${inWords(DRAIN_TIMEOUT_SECONDS)} ${listed(names)} could not be emptied, and takes pods again: ${listed(left)}.`,
    remedy:
      'Bring the budgets’ pods to health or relax the budgets; see which finalizer or how long a grace period (terminationGracePeriodSeconds) holds a terminating pod. Then publish the step again.',
  });
}

/** Pods that may never be evicted. Not empty: at least one is stuck. */
export function neverEmptied({ stuck }: DrainScene): Verdict {
  const pods = listed(stuck.map(heldPod));
  if (stuck.some(({ budgets }) => budgets.length > 1)) {
    return {
      reason: 'PodUnderSeveralBudgets',
      message: `The API server never evicts pods that several PodDisruptionBudgets count: ${pods}.`,
      remedy: 'Leave one budget for these pods, then publish the step again.',
    };
  }
  return {
    reason: 'BudgetNeverAllows',
    message: `PodDisruptionBudgets ask for as many healthy pods as there are, so none of them may ever be evicted: ${pods}.`,
    remedy:
      'Add replicas, or let the budget allow one pod less (maxUnavailable at least 1, minAvailable below the replicas); then publish the step again.',
  };
}
