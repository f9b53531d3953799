import type { Pod } from '../../cluster/kinds/pod.ts';
import { isFinished } from '../../cluster/kinds/pod.ts';
import type { ActorContext } from '../context.ts';
import { actorQueue } from '../context.ts';
import type { WorkQueue } from '../work-queue.ts';
import type { Actor, ClusterChange } from '../world.ts';
import { podsToDrain } from './drain.ts';
import { ipv4PodCidr, isAvailable } from './node-health.ts';

const NODES_AT_A_TIME = 10;

/**
 * Tells the data plane which nodes' pods must be reached. A node counts from its first pod with an address of
 * its own or, without one, when it has been ready for pods (Ready, a pod CIDR, network not unavailable) for
 * the settling time: a route that has just been made is still on its way through the network, and nobody's
 * packets are lost on a node without pods. It counts until its drain is complete, its VM is gone or its Node
 * is. Ill health in between does not end it: its pods are still there.
 */
export class LiveNodes implements Actor {
  readonly #context: ActorContext;
  readonly #settled: WorkQueue;
  readonly #live = new Set<string>();
  /** Since when a node that does not count yet has been available. */
  readonly #availableSince = new Map<string, number>();
  /** Lost their VM: their Nodes, which outlive it for a while, do not come alive again. */
  readonly #over = new Set<string>();
  readonly #unsubscribe: (() => void)[] = [];

  constructor(context: ActorContext) {
    this.#context = context;
    this.#settled = actorQueue(context, 'live-nodes', NODES_AT_A_TIME, async (name) => this.#look(name));
  }

  /** Nodes that are available already need no settling. */
  async start(): Promise<void> {
    const { cluster, infrastructure } = this.#context;
    this.#unsubscribe.push(
      cluster.onChange((change) => this.#observe(change)),
      infrastructure.onVmChange((name, vm) => {
        if (vm !== undefined) return;
        this.#over.add(name);
        this.#end(name);
      }),
    );
    for (const { metadata } of cluster.nodes()) {
      this.#availableSince.set(metadata.name, Number.NEGATIVE_INFINITY);
      this.#look(metadata.name);
    }
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    await this.#settled.stop();
  }

  /** At once and not through the queue: between a change and its effect here no time may pass. */
  #observe(change: ClusterChange): void {
    if (change.kind === 'Pod') {
      if (change.pod.spec.nodeName !== undefined) this.#look(change.pod.spec.nodeName);
    } else if (change.node === undefined) {
      this.#end(change.name);
      this.#over.delete(change.name);
    } else this.#look(change.name);
  }

  #look(name: string): undefined {
    const { cluster, infrastructure } = this.#context;
    const node = cluster.node(name);
    if (node === undefined || this.#over.has(name)) return;
    const cordoned = node.spec?.unschedulable === true;
    const drained = cordoned && podsToDrain(cluster, name).length === 0;
    if (drained) this.#end(name);
    if (drained || this.#live.has(name)) return;
    const podCidr = ipv4PodCidr(node);
    if (podCidr === undefined) return;
    const settled = this.#isSettled(name, isAvailable(node) && !cordoned);
    if (!settled && !cluster.podsOn(name).some(isReachable)) return;
    this.#live.add(name);
    this.#availableSince.delete(name);
    infrastructure.nodeIsLive({ name, podCidr });
  }

  #isSettled(name: string, available: boolean): boolean {
    const { clock, delays } = this.#context;
    if (!available) {
      this.#availableSince.delete(name);
      return false;
    }
    const since = this.#availableSince.get(name) ?? clock.now();
    this.#availableSince.set(name, since);
    const rest = since + delays.settling - clock.now();
    if (rest > 0) this.#settled.addAfter(name, rest);
    return rest <= 0;
  }

  #end(name: string): void {
    this.#availableSince.delete(name);
    if (this.#live.delete(name)) this.#context.infrastructure.nodeIsGone(name);
  }
}

/** Runs, with an address out of the node's pod CIDR. */
function isReachable(pod: Pod): boolean {
  return pod.spec.hostNetwork !== true && !isFinished(pod) && (pod.status?.podIPs ?? []).length > 0;
}
