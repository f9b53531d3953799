import { NODE_REPLACEMENT_SECONDS } from '../../migration/rollout-duration.ts';
import { act, firstDecision } from '../phase.ts';
import { type DrainPhase, type DrainScene, isUnderWay } from './drain-scene.ts';
import { drainIn, handedOverIn, MARKS } from './marks.ts';
import { awaitRetry, troubleOf, wait } from './scene.ts';
import { awaitSlot } from './slot.ts';

/** Gardener takes an operation up within seconds; after so long without a trace it was lost. */
const TRACE_SECONDS = 600;
const LOOK_SECONDS = 30;

/** The next node, if one more may be out and everything is ready for it. A node is begun only when it can end in time. */
export function startNext(scene: DrainScene): ReturnType<DrainPhase> {
  const { candidates, out, surge, stuck, readyNodes, marks } = scene;
  const [node] = candidates;
  if (node === undefined || out >= surge || stuck.length > 0) return undefined;
  const notYet = firstDecision(NOT_YET, scene);
  if (notYet === undefined) return act({ kind: 'cordon', node, readyNodes });
  // What is under way says why it waits; a look at Gardener or the window can wait for its end.
  if (isUnderWay(scene)) return undefined;
  // In the next window there may be more nodes or fewer without anything being wrong.
  if (out === 0 && drainIn(marks) !== undefined && handedOverIn(marks) !== undefined) {
    return act({ kind: 'uncordon', nodes: [], why: 'no further node is begun now', endsDrain: true });
  }
  return notYet;
}

/** The list is the documentation. */
const NOT_YET: readonly DrainPhase[] = [
  // Machine classes that nobody brings up to date make single-stack successors.
  awaitRetry,
  // Two who replace nodes would have more out than either allows.
  awaitRollout,
  (scene) => awaitSlot(scene, NODE_REPLACEMENT_SECONDS, 'replacing a node'),
  awaitReconciliation,
  // Machine classes are made in the course of a reconciliation, from what the subnets are then.
  bringMachineClassesUpToDate,
];

function awaitRollout(scene: DrainScene): ReturnType<DrainPhase> {
  return scene.garden.workersRolling
    ? wait(scene, 'NodesRolling', LOOK_SECONDS, troubleOf(scene))
    : undefined;
}

function awaitReconciliation(scene: DrainScene): ReturnType<DrainPhase> {
  if (!scene.garden.reconciling) return undefined;
  const reason = scene.marks[MARKS.reconcileAskedAt] ? 'MachineClassesFirst' : 'WorkersBusy';
  return wait(scene, reason, LOOK_SECONDS, troubleOf(scene));
}

function bringMachineClassesUpToDate(scene: DrainScene): ReturnType<DrainPhase> {
  const { garden, marks, now } = scene;
  const askedAt = Date.parse(marks[MARKS.reconcileAskedAt] ?? '');
  if (garden.succeededAt !== undefined && Date.parse(garden.succeededAt) > askedAt) return undefined;
  const askedLately = now - askedAt < TRACE_SECONDS * 1000;
  if (!askedLately) return act({ kind: 'ask for reconciliation' });
  return wait(
    scene,
    'MachineClassesFirst',
    LOOK_SECONDS,
    ['no reconciliation of the shoot has ended well since it was asked for', troubleOf(scene)]
      .filter(Boolean)
      .join('; '),
  );
}
