import { conditionOf } from '../cluster/kinds/common.ts';
import type { Node, Taint } from '../cluster/kinds/node.ts';
import { setNodeCondition } from './conditions.ts';
import type { ActorContext } from './context.ts';
import { actorQueue } from './context.ts';
import type { WorkQueue } from './work-queue.ts';
import type { Actor } from './world.ts';

const WORKERS = 8;

/**
 * The node lifecycle controller of the kube-controller-manager: keeps ordinary pods away from nodes whose
 * conditions say so, by taints, and notices kubelets that have fallen silent because their VM is gone.
 */
export class NodeLifecycleController implements Actor {
  readonly #context: ActorContext;
  readonly #queue: WorkQueue;
  readonly #silentSince = new Map<string, number>();
  readonly #unsubscribe: (() => void)[] = [];

  constructor(context: ActorContext) {
    this.#context = context;
    this.#queue = actorQueue(context, 'node-lifecycle-controller', WORKERS, (name) => this.#reconcile(name));
  }

  async start(): Promise<void> {
    const { cluster, infrastructure } = this.#context;
    this.#unsubscribe.push(
      cluster.onChange((change) => {
        if (change.kind === 'Node') this.#queue.add(change.name);
      }),
      infrastructure.onVmChange((name) => this.#queue.add(name)),
    );
    for (const { metadata } of cluster.nodes()) this.#queue.add(metadata.name);
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    await this.#queue.stop();
  }

  async #reconcile(name: string): Promise<number | undefined> {
    const { cluster, infrastructure } = this.#context;
    if (cluster.node(name) === undefined) {
      this.#silentSince.delete(name);
      return undefined;
    }
    const vm = await infrastructure.vm(name);
    const pause = vm?.running === true ? this.#speaks(name) : await this.#isSilent(name);
    const node = cluster.node(name);
    const taints = node === undefined ? undefined : withConditionTaints(node);
    if (node !== undefined && taints !== undefined) {
      const { resourceVersion } = node.metadata;
      await cluster.patchNode(name, { metadata: { resourceVersion }, spec: { taints } }, 'object');
    }
    return pause;
  }

  #speaks(name: string): undefined {
    this.#silentSince.delete(name);
  }

  async #isSilent(name: string): Promise<number | undefined> {
    const { clock, delays } = this.#context;
    const since = this.#silentSince.get(name) ?? clock.now();
    this.#silentSince.set(name, since);
    const rest = since + delays.nodeGrace - clock.now();
    if (rest > 0) return rest;
    await setNodeCondition(this.#context, name, {
      type: 'Ready',
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    return undefined;
  }
}

/** Taints that follow from conditions, by Kubernetes' own table, of those that occur here. */
const CONDITION_TAINTS: readonly { readonly taint: Taint; readonly stands: (node: Node) => boolean }[] = [
  {
    taint: { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
    stands: (node) => conditionOf(node, 'Ready')?.status === 'False',
  },
  {
    taint: { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
    stands: (node) => conditionOf(node, 'Ready')?.status === 'Unknown',
  },
  {
    taint: { key: 'node.kubernetes.io/network-unavailable', effect: 'NoSchedule' },
    stands: (node) => conditionOf(node, 'NetworkUnavailable')?.status === 'True',
  },
  {
    taint: { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
    stands: (node) => node.spec?.unschedulable === true,
  },
];

/** @returns undefined when the node's taints are as they should be. */
function withConditionTaints(node: Node): Taint[] | undefined {
  const present = node.spec?.taints ?? [];
  const same = (one: Taint, other: Taint) => one.key === other.key && one.effect === other.effect;
  const due = CONDITION_TAINTS.filter(({ stands }) => stands(node)).map(({ taint }) => taint);
  const others = present.filter((taint) => !CONDITION_TAINTS.some((entry) => same(entry.taint, taint)));
  const missing = due.filter((taint) => !present.some((entry) => same(entry, taint)));
  const superfluous = present.length - others.length !== due.length - missing.length;
  return missing.length > 0 || superfluous ? [...others, ...due] : undefined;
}
