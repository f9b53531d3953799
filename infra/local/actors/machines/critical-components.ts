import type { Pod } from '../../cluster/kinds/pod.ts';
import { isReady } from '../../cluster/kinds/pod.ts';
import type { ActorContext } from '../context.ts';
import { actorQueue } from '../context.ts';
import type { WorkQueue } from '../work-queue.ts';
import type { Actor } from '../world.ts';
import { CRITICAL_COMPONENTS_TAINT } from './node-health.ts';

/** DaemonSets of kube-system that bring the CNI; a cluster with none of them has it in its machine image. */
const CNI_DAEMON_SETS = ['calico-node', 'cilium'];
const NODES_AT_A_TIME = 10;

/** Gardener's resource manager: lifts the taint that keeps pods off a new node once its CNI pods are Ready. */
export class CriticalComponents implements Actor {
  readonly #context: ActorContext;
  readonly #queue: WorkQueue;
  #unsubscribe: (() => void) | undefined;

  constructor(context: ActorContext) {
    this.#context = context;
    this.#queue = actorQueue(context, 'critical-components', NODES_AT_A_TIME, (name) =>
      this.#reconcile(name),
    );
  }

  async start(): Promise<void> {
    const { cluster } = this.#context;
    this.#unsubscribe = cluster.onChange((change) => {
      if (change.kind === 'Node') this.#queue.add(change.name);
      else if (
        change.pod.spec.nodeName !== undefined &&
        CNI_DAEMON_SETS.some((name) => isOf(change.pod, name))
      ) {
        this.#queue.add(change.pod.spec.nodeName);
      }
    });
    for (const { metadata } of cluster.nodes()) this.#queue.add(metadata.name);
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    await this.#queue.stop();
  }

  async #reconcile(name: string): Promise<undefined> {
    const { cluster } = this.#context;
    const node = cluster.node(name);
    const taints = node?.spec?.taints ?? [];
    if (node === undefined || !taints.some(({ key }) => key === CRITICAL_COMPONENTS_TAINT)) return;
    const expected = CNI_DAEMON_SETS.filter((set) => cluster.hasDaemonSet('kube-system', set));
    const pods = cluster.podsOn(name);
    if (!expected.every((set) => pods.some((pod) => isOf(pod, set) && isReady(pod)))) return;
    const { resourceVersion } = node.metadata;
    const rest = taints.filter(({ key }) => key !== CRITICAL_COMPONENTS_TAINT);
    await cluster.patchNode(name, { metadata: { resourceVersion }, spec: { taints: rest } }, 'object');
  }
}

function isOf(pod: Pod, daemonSet: string): boolean {
  return (
    pod.metadata.ownerReferences?.some(({ kind, name }) => kind === 'DaemonSet' && name === daemonSet) ??
    false
  );
}
