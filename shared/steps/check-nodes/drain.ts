import type { NodeRollout } from '../../migration/node-rollout.ts';
import { listed } from '../listed.ts';
import { act, actOn, firstDecision } from '../phase.ts';
import { type DrainPhase, type DrainScene, drainSceneOf, isUnderWay, stop } from './drain-scene.ts';
import { startNext } from './drain-start.ts';
import {
  drainTimedOut,
  neverEmptied,
  SUCCESSOR_SECONDS,
  successorsAreDualStack,
  successorsCome,
} from './drain-verdicts.ts';
import { evictabilityOf, evictableNow, heldPod } from './eviction.ts';
import { drainIn, EVICTION_RETRY_SECONDS, handedOverIn, refusedIn } from './marks.ts';
import { awaitLeftOut } from './pools.ts';
import { LOOK_AT_OWNER_SECONDS, type NodeScene, wait } from './scene.ts';

/** Longer lists are gone on with in the next round, between which a pause is heeded. */
const MOST_EVICTIONS = 50;
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
  // Of an earlier try: the machine controller may have learned another order meanwhile.
  handOverAgain,
  awaitSuccessors,
  // Said before anything is begun, and at the end of what was.
  nothingIsStuck,
  awaitOthers,
];

function leaveStuckNodes(scene: DrainScene): ReturnType<DrainPhase> {
  const { draining, stuck, drain } = scene;
  // Seen only on nodes that are being drained: once given back, the node would be begun again for not knowing better.
  const known = new Set(drain.neverEvicted.map(({ uid }) => uid));
  if (stuck.some(({ uid }) => !known.has(uid))) return stop(scene, neverEmptied(scene));
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
  return actOn(pods.slice(0, MOST_EVICTIONS), (some) => ({ kind: 'evict', pods: some }));
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

/** Only what is still as we left it: empty and cordoned. */
function handOverAgain({ handedOver, marks }: DrainScene): ReturnType<DrainPhase> {
  if (handedOverIn(marks) !== undefined) return undefined;
  const ours = handedOver.filter(
    ({ cordonedAt, schedulable, leaving }) => cordonedAt !== undefined && !schedulable && !leaving,
  );
  return actOn(ours, (nodes) => ({ kind: 'hand over', nodes }));
}

function awaitSuccessors(scene: DrainScene): ReturnType<DrainPhase> {
  const { out, surge, marks, now, handedOver } = scene;
  if (!isUnderWay(scene) && out < surge) return undefined;
  const leaving = handedOver.filter((node) => node.leaving).map(({ name }) => name);
  const names = leaving.length === 0 ? '' : `; leaving: ${listed(leaving)}`;
  const text = `${out} nodes are out, ${surge} may be${names}`;
  if (isUnderWay(scene) || handedOverIn(marks) !== undefined) {
    return wait(scene, 'SuccessorsJoining', SUCCESSOR_LOOK_SECONDS, text);
  }
  const begunAt = Date.parse(drainIn(marks)?.begunAt ?? '');
  if (now - begunAt >= SUCCESSOR_SECONDS * 1000) {
    const why = `${out} nodes went without our doing and did not come back; nodes are counted anew`;
    return act({ kind: 'uncordon', nodes: [], why, endsDrain: true });
  }
  return wait(scene, 'NodesMissing', SUCCESSOR_LOOK_SECONDS, text);
}

function nothingIsStuck(scene: DrainScene): ReturnType<DrainPhase> {
  return scene.stuck.length === 0 ? undefined : stop(scene, neverEmptied(scene));
}

function awaitOthers(scene: DrainScene): ReturnType<DrainPhase> {
  const { pools, drain, singleStack, notReady } = scene;
  if (notReady.length > 0) return wait(scene, 'NodesNotReady', NOT_READY_SECONDS);
  const ofNobody = singleStack.filter(({ name }) =>
    drain.nodes.some((node) => node.name === name && !node.managed && node.schedulable),
  );
  if (ofNobody.length > 0) {
    const names = listed(ofNobody.map(({ name }) => name));
    return wait(scene, 'NodesUnmanaged', LOOK_AT_OWNER_SECONDS, `without a machine: ${names}`);
  }
  const theirs = drain.nodes.filter(
    ({ name, schedulable, cordonedAt }) =>
      !schedulable && cordonedAt === undefined && singleStack.some((node) => node.name === name),
  );
  if (theirs.length === 0) return awaitLeftOut(scene, pools);
  const names = listed(theirs.map(({ name }) => name));
  return wait(scene, 'CordonedByOthers', LOOK_AT_OWNER_SECONDS, `cordoned by somebody else: ${names}`);
}
