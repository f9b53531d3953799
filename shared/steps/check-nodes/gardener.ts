import { NODE_ROLLOUT } from '../../migration/node-rollout.ts';
import { rolloutSeconds } from '../../migration/rollout-duration.ts';
import { fitsWindow, windowSeconds } from '../../migration/window-slot.ts';
import { isInPlace } from '../../migration/worker-pool.ts';
import { listed } from '../listed.ts';
import { act, firstDecision, type PhaseOf } from '../phase.ts';
import type { NodeAction } from './actions.ts';
import { inWords } from './in-words.ts';
import { MARKS, rolloutsAskedIn } from './marks.ts';
import { awaitLeftOut, type Pools, poolsOf } from './pools.ts';
import { awaitRetry, blocked, type NodeScene, poolSizes, troubleOf, wait } from './scene.ts';
import { awaitSlot } from './slot.ts';

/**
 * Gardener takes an operation up within seconds, and the last Node of a rollout goes some minutes after its end. Only when
 * neither was seen for this long was the rollout lost, or did nodes join from an old machine class meanwhile.
 */
const TRACE_SECONDS = 600;
/** A rollout takes an hour or many: longer than what is sat out within a run. */
const LOOK_EVERY_SECONDS = 90;
/** Nodes may join from the old machine class during the first one; a third would only do the same again. */
const MOST_ROLLOUTS = 2;

interface GardenerScene extends NodeScene {
  readonly pools: Pools;
  /** Seconds that rolling these pools takes. */
  readonly seconds: number;
}
type Phase = PhaseOf<GardenerScene, NodeAction>;

/** By Gardener's own operation `rollout-workers`, of these pools or, undefined, of all that need it. */
export function rollByGardener(scene: NodeScene, named: readonly string[] | undefined): ReturnType<Phase> {
  const pools = poolsOf(scene, named);
  const seconds = rolloutSeconds(pools.toRoll, poolSizes(scene.live));
  return firstDecision(PHASES, { ...scene, pools, seconds });
}

/** The list is the documentation. */
const PHASES: readonly Phase[] = [
  // Who does not listen is not asked.
  awaitRetry,
  // Nobody asks twice.
  awaitRollout,
  // The rest is not ours to replace.
  awaitOwner,
  // What Gardener would refuse is not asked for.
  nothingInPlace,
  // Rolling the same pools for ever would help nobody.
  notForEver,
  // Gardener does one thing at a time.
  awaitReconciliation,
  // Where it cannot end in this window, it waits for one in which it can, or says that there is none.
  (scene) => awaitSlot(scene, scene.seconds, 'the rollout'),
  askForRollout,
];

function awaitRollout(scene: GardenerScene): ReturnType<Phase> {
  const { garden, marks, now } = scene;
  const seenAt = marks[MARKS.rolloutSeenAt];
  const seenLately = !!seenAt && now - Date.parse(seenAt) < TRACE_SECONDS * 1000;
  if (!garden.workersRolling && !seenLately) return undefined;
  return wait(
    scene,
    'NodesRolling',
    LOOK_EVERY_SECONDS,
    [overlong(scene), troubleOf(scene)].filter(Boolean).join('; '),
  );
}

/** Said as long as it goes on, not only when it was begun. */
function overlong({ window, seconds }: GardenerScene): string | undefined {
  if (window === undefined || fitsWindow(window, seconds)) return undefined;
  return `Gardener needs some ${inWords(seconds)}, more than fits a maintenance window (${inWords(windowSeconds(window))})`;
}

function awaitOwner(scene: GardenerScene): ReturnType<Phase> {
  return scene.pools.toRoll.length === 0 ? awaitLeftOut(scene, scene.pools) : undefined;
}

/** In Gardener's words (`pkg/api/core/validation/shoot.go`; gardener-core-flow.md §7). */
function nothingInPlace({ pools }: GardenerScene): ReturnType<Phase> {
  const inPlace = pools.toRoll.filter(isInPlace).map(({ name }) => name);
  if (inPlace.length === 0) return undefined;
  return blocked({
    reason: 'InPlacePool',
    message: `The worker pools ${listed(inPlace)} use an in-place update strategy; Gardener supports no manual rollout of such pools, and their nodes stay single-stack for life.`,
    remedy: `Set the Shoot’s annotation ${NODE_ROLLOUT.mode} to drain or owner, or name the other pools in ${NODE_ROLLOUT.pools} and replace these nodes yourself. Then publish the step again.`,
  });
}

function notForEver({ pools, marks }: GardenerScene): ReturnType<Phase> {
  const asked = rolloutsAskedIn(marks);
  const spent = pools.toRoll.filter(({ name }) => (asked.get(name) ?? 0) >= MOST_ROLLOUTS);
  if (spent.length === 0) return undefined;
  const names = listed(spent.map(({ name }) => name));
  return act({
    kind: 'give up',
    nodes: [],
    verdict: {
      reason: 'RolloutHadNoEffect',
      message: `Gardener rolled ${names} ${MOST_ROLLOUTS} times, and nodes there are still single-stack.`,
      remedy:
        'See in the Shoot’s status whether the rollouts ended well, and in the machine classes (seed) whether they ask for IPV4_IPV6; then publish the step again.',
    },
  });
}

function awaitReconciliation(scene: GardenerScene): ReturnType<Phase> {
  return scene.garden.reconciling
    ? wait(scene, 'WorkersBusy', LOOK_EVERY_SECONDS, troubleOf(scene))
    : undefined;
}

function askForRollout({ pools, shoot, singleStack, seconds, window }: GardenerScene): ReturnType<Phase> {
  return act({
    kind: 'ask for rollout',
    pools: pools.toRoll.map(({ name }) => name),
    allPools: pools.toRoll.length === shoot.workers.length,
    singleStack: singleStack.length - pools.leftOut.length,
    seconds,
    longerThanWindow: window !== undefined && !fitsWindow(window, seconds),
  });
}
