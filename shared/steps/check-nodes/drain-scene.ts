import type { DrainableNode, DrainablePod } from '../../kubernetes/node-drain.ts';
import type { Decision } from '../../migration/outcome.ts';
import { act, type PhaseOf } from '../phase.ts';
import type { NodeAction, Verdict } from './actions.ts';
import { evictabilityOf } from './eviction.ts';
import type { DrainFacts } from './facts.ts';
import { drainIn, handedOverIn } from './marks.ts';
import { type Pools, poolsOf } from './pools.ts';
import { blocked, type NodeScene } from './scene.ts';

/** The scene of a drain: which nodes are where on their way, and how many are out. */
export interface DrainScene extends NodeScene {
  readonly drain: DrainFacts;
  readonly surge: number;
  readonly pools: Pools;
  /** Cordoned by us and not handed over yet. */
  readonly draining: readonly DrainableNode[];
  /** Emptied, on their way out. */
  readonly handedOver: readonly DrainableNode[];
  /**
   * Single-stack nodes that may be begun, in that order. Without those that somebody else cordoned, and without those that are
   * not Ready: no kubelet would end the pods there, and the machine-controller-manager replaces them for that. Nor those that
   * it does not manage: nobody would replace them.
   */
  readonly candidates: readonly DrainableNode[];
  readonly notReady: readonly DrainableNode[];
  /** Nodes that serve: Ready, and neither leaving nor being drained. */
  readonly readyNodes: number;
  /** Nodes that serve no more, compared with the beginning of the drain; fewer where others joined meanwhile. */
  readonly missing: number;
  /** Nodes that count for the surge: the missing ones, and at the least those that are being drained. */
  readonly out: number;
  /** Pods on nodes of ours or still to be begun that no eviction may ever take. */
  readonly stuck: readonly DrainablePod[];
}

export type DrainPhase = PhaseOf<DrainScene, NodeAction>;

export function drainSceneOf(
  scene: NodeScene,
  drain: DrainFacts,
  wish: { readonly pools: readonly string[] | undefined; readonly surge: number },
): DrainScene {
  const pools = poolsOf(scene, wish.pools);
  const rolled = new Set(pools.toRoll.map(({ name }) => name));
  const singleStack = new Set(scene.singleStack.map(({ name }) => name));
  const draining = drain.nodes.filter((node) => node.cordonedAt !== undefined && !node.handedOver);
  const untouched = drain.nodes
    .filter(({ name, pool }) => singleStack.has(name) && pool !== undefined && rolled.has(pool))
    .filter(({ cordonedAt, handedOver, schedulable }) => schedulable && !cordonedAt && !handedOver)
    .filter(({ managed }) => managed)
    .toSorted(byAge);
  const candidates = untouched.filter(({ ready }) => ready);
  const readyNodes = drain.nodes.filter(serves).length;
  const missing = Math.max(0, (drainIn(scene.marks)?.nodes ?? readyNodes) - readyNodes);
  return {
    ...scene,
    drain,
    surge: wish.surge,
    pools,
    draining,
    handedOver: drain.nodes.filter(({ handedOver }) => handedOver),
    candidates,
    notReady: untouched.filter(({ ready }) => !ready),
    readyNodes,
    missing,
    // An autoscaler's new nodes are not to let more of the old ones be drained at once.
    out: Math.max(missing, draining.length),
    stuck: stuckOn([...draining, ...untouched], drain),
  };
}

/** Whether anything was begun that is not at its end. */
export function isUnderWay({ draining, handedOver }: DrainScene): boolean {
  return draining.length + handedOver.length > 0;
}

/** The drain ends with a verdict; nodes that were begun take pods again first, and what was marked is forgotten. */
export function stop({ draining, marks }: DrainScene, verdict: Verdict): Decision<NodeAction> {
  const isMarked = drainIn(marks) !== undefined || handedOverIn(marks) !== undefined;
  if (draining.length === 0 && !isMarked) return blocked(verdict);
  return act({ kind: 'give up', nodes: draining, verdict });
}

/** Ready for pods, and neither leaving nor being drained. */
export function serves({ ready, settled, leaving, cordonedAt, handedOver }: DrainableNode): boolean {
  return ready && settled && !leaving && !handedOver && cordonedAt === undefined;
}

/** The oldest first. */
function byAge(one: DrainableNode, other: DrainableNode): number {
  return one.createdAt.localeCompare(other.createdAt) || one.name.localeCompare(other.name);
}

function stuckOn(nodes: readonly DrainableNode[], { pods, neverEvicted }: DrainFacts) {
  const names = new Set(nodes.map(({ name }) => name));
  const stuck = [...neverEvicted, ...pods].filter(
    (pod) => names.has(pod.node) && !pod.terminating && evictabilityOf(pod).kind === 'never',
  );
  return [...new Map(stuck.map((pod) => [pod.uid, pod])).values()];
}
