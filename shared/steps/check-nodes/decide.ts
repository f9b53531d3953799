import type { Decision } from '../../migration/outcome.ts';
import { listed } from '../listed.ts';
import { act, firstDecision } from '../phase.ts';
import type { NodeAction } from './actions.ts';
import { rollByDraining } from './drain.ts';
import { awaitLastSuccessor } from './drain-verdicts.ts';
import type { NodeFacts } from './facts.ts';
import { rollByGardener } from './gardener.ts';
import { drainIn, MARKS } from './marks.ts';
import {
  blocked,
  LOOK_AT_OWNER_SECONDS,
  type NodeScene,
  namesNotReady,
  type Phase,
  sceneOf,
  wait,
} from './scene.ts';

const NOTE_EVERY_SECONDS = 300;
/** The cloud-controller-manager gives a node its pod CIDRs within seconds of its joining. */
const JOINING_SECONDS = 20;

/**
 * Nodes become dual-stack only by being replaced: `spec.podCIDRs` cannot be changed once set (peers.md §2.1). Who replaces
 * them is the Shoot's to say.
 */
export function decideNodes(facts: NodeFacts): Decision<NodeAction> {
  const scene = sceneOf(facts);
  const decision = firstDecision(PHASES, scene);
  if (decision !== undefined) return decision;
  throw new Error(`nothing follows for the rollout ${facts.shoot.rollout.mode}`);
}

/** The list is the documentation. */
const PHASES: readonly Phase[] = [
  // A sleeping cluster cannot be looked at.
  awaitWaking,
  awaitNodes,
  // The last node that was drained is to have a successor, too.
  awaitLastSuccessor,
  allAreDualStack,
  // Whoever rolls them: from here on there is no way back.
  noteRollout,
  // Nodes that we cordoned take pods again when they are not to be drained any more.
  leaveDrain,
  wishIsUnderstood,
  // A node that joins needs no replacement.
  awaitJoining,
  replaceNodes,
];

function awaitWaking(scene: NodeScene): ReturnType<Phase> {
  if (!scene.shoot.hibernated) return undefined;
  return wait(
    scene,
    'ShootHibernated',
    LOOK_AT_OWNER_SECONDS,
    'the shoot is hibernated or is waking up, and Gardener permits no rollout then; wake it (spec.hibernation.enabled) or wait for its schedule',
  );
}

function awaitNodes(scene: NodeScene): ReturnType<Phase> {
  return scene.live.length > 0 ? undefined : wait(scene, 'NoNodes', 300, 'the cluster has no nodes');
}

function allAreDualStack({ live, progress }: NodeScene): ReturnType<Phase> {
  if (progress.done < progress.total) return undefined;
  const notReady = namesNotReady(live);
  const summary = `all ${live.length} nodes have an IPv4 and an IPv6 pod CIDR`;
  return {
    kind: 'done',
    summary: notReady.length === 0 ? summary : `${summary}; not Ready: ${listed(notReady)}`,
  };
}

function noteRollout({ garden, marks, now, progress }: NodeScene): ReturnType<Phase> {
  const seenAt = marks[MARKS.rolloutSeenAt];
  const noted = !!seenAt && now - Date.parse(seenAt) < NOTE_EVERY_SECONDS * 1000;
  if (!garden.workersRolling || noted) return undefined;
  return act({ kind: 'note rollout', dualStack: progress.done, live: progress.total });
}

function leaveDrain({ shoot, drain, marks }: NodeScene): ReturnType<Phase> {
  if (shoot.rollout.mode === 'drain' || drainIn(marks) === undefined) return undefined;
  const nodes = drain?.nodes.filter((node) => node.cordonedAt !== undefined && !node.handedOver) ?? [];
  return act({ kind: 'uncordon', nodes, why: 'nodes are not to be drained any more', endsDrain: true });
}

function wishIsUnderstood({ shoot }: NodeScene): ReturnType<Phase> {
  if (shoot.rollout.mode !== 'invalid') return undefined;
  return blocked({
    reason: 'RolloutNotUnderstood',
    message: `How the nodes are to be rolled cannot be understood: ${shoot.rollout.problems.join('; ')}.`,
    remedy: 'Correct the Shoot, then publish the step again.',
  });
}

function awaitJoining(scene: NodeScene): ReturnType<Phase> {
  return scene.singleStack.length > 0 ? undefined : wait(scene, 'NodesJoining', JOINING_SECONDS);
}

function replaceNodes(scene: NodeScene): ReturnType<Phase> {
  const { rollout } = scene.shoot;
  switch (rollout.mode) {
    case 'owner':
      return wait(scene, 'OwnerRollsNodes', LOOK_AT_OWNER_SECONDS, 'the owner replaces the nodes');
    case 'gardener':
      return rollByGardener(scene, rollout.pools);
    case 'drain':
      return rollByDraining(scene, rollout);
    case 'invalid':
      return undefined;
  }
}
