import type { NodeRollout } from '../../migration/node-rollout.ts';
import { listed } from '../listed.ts';
import { act, actOn, firstDecision } from '../phase.ts';
import { type DrainPhase, type DrainScene, drainSceneOf, isUnderWay, stop } from './drain-scene.ts';
import { startNext } from './drain-start.ts';
import { drainTimedOut, successorsAreDualStack, successorsCome } from './drain-verdicts.ts';
import { evictabilityOf, evictableNow, heldPod } from './eviction.ts';
import { handedOverIn, refusedIn } from './marks.ts';
import { awaitLeftOut } from './pools.ts';
import { LOOK_AT_OWNER_SECONDS, type NodeScene, wait } from './scene.ts';

/** As the machine-controller-manager pauses between two tries (`pkg/util/provider/drain`). */
const EVICTION_RETRY_SECONDS = 20;
/** Every few seconds while pods move on, every few minutes once a budget shows that it will take its time. */
const HELD_SECONDS = 30;
const HELD_LONG_SECONDS = 120;
const LONG_HELD_MS = 600_000;
const SUCCESSOR_LOOK_SECONDS = 30;
const NOT_READY_SECONDS = 90;

/** By cordoning, evicting and handing nodes to the machine controller, never more than the surge out at once. */
export function rollByDraining(
  scene: NodeScene,
  wish: Extract<NodeRollout, { mode: 'drain' }>,
): ReturnType<DrainPhase> {
  if (scene.drain === undefined) throw new Error('a drain was decided on without a look at the pods');
  return firstDecision(PHASES, drainSceneOf(scene, scene.drain, wish));
}

/** The list is the documentation. */
const PHASES: readonly DrainPhase[] = [
  // Replacing single-stack nodes by single-stack nodes would never end.
  successorsAreDualStack,
  // A cluster that shrinks with every node would end without any.
  successorsCome,
  // A pod that may never be evicted keeps its node from being emptied: the node takes pods again.
  leaveStuckNodes,
  // Somebody uncordoned a node in the middle: pods would come back for ever.
  keepCordoned,
  handOverEmptied,
  evict,
  // After as long as Gardener would try.
  drainTimedOut,
  startNext,
  awaitEvictions,
  awaitSuccessors,
  // Said before anything is begun, and at the end of what was.
  nothingIsStuck,
  awaitOthers,
];

function leaveStuckNodes({ draining, stuck }: DrainScene): ReturnType<DrainPhase> {
  const nodes = draining.filter(({ name }) => stuck.some(({ node }) => node === name));
  const why = `pods there may never be evicted: ${listed(stuck.map(heldPod))}`;
  return actOn(nodes, () => ({ kind: 'uncordon', nodes, why, endsDrain: false }));
}

function keepCordoned({ draining, readyNodes }: DrainScene): ReturnType<DrainPhase> {
  const node = draining.find(({ schedulable }) => schedulable);
  return node === undefined ? undefined : act({ kind: 'cordon', node, readyNodes });
}

function handOverEmptied({ draining, drain }: DrainScene): ReturnType<DrainPhase> {
  const emptied = draining.filter(({ name }) => !drain.pods.some(({ node }) => node === name));
  return actOn(emptied, (nodes) => ({ kind: 'hand over', nodes }));
}

function evict({ drain, marks, now }: DrainScene): ReturnType<DrainPhase> {
  const refused = refusedIn(marks, now, EVICTION_RETRY_SECONDS);
  const pods = evictableNow(drain.pods).filter(({ key }) => !refused.has(key));
  return actOn(pods, () => ({ kind: 'evict', pods }));
}

function awaitEvictions(scene: DrainScene): ReturnType<DrainPhase> {
  const { draining, drain, marks, now } = scene;
  if (draining.length === 0) return undefined;
  const refused = refusedIn(marks, now, EVICTION_RETRY_SECONDS);
  const held = drain.pods.filter(
    (pod) => !pod.terminating && (refused.has(pod.key) || evictabilityOf(pod).kind === 'not now'),
  );
  if (held.length === 0) {
    const leaving = listed(drain.pods.map(({ key, node }) => `${key} on ${node}`));
    return wait(scene, 'NodesDraining', EVICTION_RETRY_SECONDS, `leaving: ${leaving}`);
  }
  const longest = Math.max(...draining.map(({ cordonedAt }) => now - Date.parse(cordonedAt ?? '')));
  const seconds = longest < LONG_HELD_MS ? HELD_SECONDS : HELD_LONG_SECONDS;
  return wait(scene, 'BudgetBlocksEviction', seconds, `not evicted now: ${listed(held.map(heldPod))}`);
}

function awaitSuccessors(scene: DrainScene): ReturnType<DrainPhase> {
  const { out, surge, marks } = scene;
  if (!isUnderWay(scene) && out < surge) return undefined;
  const text = `${out} of the ${surge} nodes that may be out are out`;
  if (isUnderWay(scene) || handedOverIn(marks) !== undefined) {
    return wait(scene, 'SuccessorsJoining', SUCCESSOR_LOOK_SECONDS, text);
  }
  return wait(scene, 'NodesMissing', SUCCESSOR_LOOK_SECONDS, text);
}

function nothingIsStuck(scene: DrainScene): ReturnType<DrainPhase> {
  const [pod] = scene.stuck;
  if (pod === undefined) return undefined;
  const pods = listed(scene.stuck.map(heldPod));
  if (scene.stuck.some(({ budgets }) => budgets.length > 1)) {
    return stop(scene, {
      reason: 'PodUnderSeveralBudgets',
      message: `The API server never evicts pods that several PodDisruptionBudgets count: ${pods}.`,
      remedy: 'Leave one budget for these pods, then publish the step again.',
    });
  }
  return stop(scene, {
    reason: 'BudgetNeverAllows',
    message: `PodDisruptionBudgets ask for as many healthy pods as there are, so none of them may ever be evicted: ${pods}.`,
    remedy:
      'Add replicas, or let the budget allow one pod less (maxUnavailable at least 1, minAvailable below the replicas); then publish the step again.',
  });
}

function awaitOthers(scene: DrainScene): ReturnType<DrainPhase> {
  const { pools, drain, singleStack, notReady } = scene;
  if (notReady.length > 0) return wait(scene, 'NodesNotReady', NOT_READY_SECONDS);
  const theirs = drain.nodes.filter(
    ({ name, schedulable, cordonedAt }) =>
      !schedulable && cordonedAt === undefined && singleStack.some((node) => node.name === name),
  );
  if (theirs.length === 0) return awaitLeftOut(scene, pools);
  const names = listed(theirs.map(({ name }) => name));
  return wait(scene, 'CordonedByOthers', LOOK_AT_OWNER_SECONDS, `cordoned by somebody else: ${names}`);
}
