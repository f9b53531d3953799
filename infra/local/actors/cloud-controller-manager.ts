import { isNodeReady } from '../cluster/kinds/node.ts';
import type { CloudControllerArguments } from './cloud-controller/arguments.ts';
import { cloudControllerArguments } from './cloud-controller/arguments.ts';
import { allocateFromCloud, wantsCloudCidr } from './cloud-controller/cloud-allocator.ts';
import { isRunning, oldestRunningPod } from './cloud-controller/leader.ts';
import { initialiseNode } from './cloud-controller/node-initialisation.ts';
import { RangeAllocator } from './cloud-controller/range-allocator.ts';
import { reconcileRoutes } from './cloud-controller/route-controller.ts';
import type { ActorContext } from './context.ts';
import { actorQueue } from './context.ts';
import type { WorkQueue } from './work-queue.ts';
import type { Actor, ClusterChange } from './world.ts';

/** The process in the pod that leads. Its arguments are those it was started with. */
interface Process {
  readonly uid: string;
  readonly arguments: CloudControllerArguments;
  readonly ranges: RangeAllocator | undefined;
}

/** Node syncs at a time, as Gardener asks (`--concurrent-node-syncs`). */
const NODE_SYNCS = 10;
const CLOUD_ALLOCATOR_WORKERS = 30;
/** The CloudAllocator gives a node up after so many failures, until it changes (make-before-break.md §6.3). */
const CLOUD_ALLOCATOR_ATTEMPTS = 20;

/**
 * The cloud-controller-manager of a GCP shoot: initialises nodes, deletes those whose VM is gone, gives pod
 * CIDRs, keeps routes. It is what its running pods were told, not what the Deployment says by now; without a
 * running pod nothing happens.
 */
export class CloudControllerManager implements Actor {
  readonly #context: ActorContext;
  readonly #election: WorkQueue;
  readonly #nodes: WorkQueue;
  readonly #cloudAllocator: WorkQueue;
  readonly #rangeAllocator: WorkQueue;
  readonly #routes: WorkQueue;
  readonly #unsubscribe: (() => void)[] = [];
  #process: Process | undefined;

  constructor(context: ActorContext) {
    this.#context = context;
    const queue = (
      workers: number,
      reconcile: (key: string) => Promise<number | undefined>,
      attempts?: number,
    ) => actorQueue(context, 'cloud-controller-manager', workers, reconcile, attempts);
    this.#election = queue(1, async () => this.#elect());
    this.#nodes = queue(NODE_SYNCS, (name) => this.#syncNode(name));
    this.#rangeAllocator = queue(1, (name) => this.#allocateRange(name));
    this.#cloudAllocator = queue(
      CLOUD_ALLOCATOR_WORKERS,
      (name) => this.#allocateFromCloud(name),
      CLOUD_ALLOCATOR_ATTEMPTS,
    );
    this.#routes = queue(1, () => this.#passRoutes());
  }

  async start(): Promise<void> {
    const { cluster, infrastructure } = this.#context;
    this.#unsubscribe.push(
      cluster.onChange((change) => this.#observe(change)),
      infrastructure.onVmChange((name) => this.#nodes.add(name)),
    );
    this.#election.add('election');
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#process = undefined;
    const queues = [this.#election, this.#nodes, this.#rangeAllocator, this.#cloudAllocator, this.#routes];
    await Promise.all(queues.map((queue) => queue.stop()));
  }

  #observe(change: ClusterChange): void {
    if (change.kind === 'Node') {
      if (change.node === undefined || this.#process === undefined) return;
      this.#nodes.add(change.name);
      return;
    }
    const { pod, gone } = change;
    if (pod.metadata.namespace !== 'kube-system') return;
    const runs = !gone && isRunning(pod);
    if (this.#process === undefined) {
      if (runs) this.#election.addAfter('election', this.#context.delays.leaderElection);
    } else if (pod.metadata.uid === this.#process.uid && !runs) {
      // The process has ended with this very change: none of its calls is made after it.
      this.#process = undefined;
      this.#election.addAfter('election', this.#context.delays.leaderElection);
    }
  }

  #elect(): undefined {
    if (this.#process !== undefined) return;
    const pod = oldestRunningPod(this.#context.cluster);
    if (pod === undefined) return;
    const given = cloudControllerArguments(pod, this.#context.technicalId);
    const { allocateNodeCidrs, cidrAllocatorType, clusterCidr, nodeMaskSize } = given;
    const allocatesRanges = allocateNodeCidrs && cidrAllocatorType === 'RangeAllocator';
    this.#process = {
      uid: pod.metadata.uid,
      arguments: given,
      ranges:
        allocatesRanges && clusterCidr !== undefined
          ? new RangeAllocator(this.#context, clusterCidr, nodeMaskSize)
          : undefined,
    };
    for (const { metadata } of this.#context.cluster.nodes()) {
      this.#nodes.add(metadata.name);
      // Every node once at the start; later only those that change and want something.
      if (usesCloudAllocator(given)) this.#cloudAllocator.add(metadata.name);
    }
    this.#routes.add('routes');
  }

  async #syncNode(name: string): Promise<undefined> {
    const process = this.#process;
    const node = this.#context.cluster.node(name);
    if (process === undefined || node === undefined) return;
    const vm = await this.#context.infrastructure.vm(name);
    if (this.#process !== process) return;
    if (vm === undefined) {
      // The real one asks the cloud only about nodes that have stopped being ready.
      if (!isNodeReady(node)) await this.#context.cluster.deleteNode(name);
      return;
    }
    await initialiseNode(this.#context, name, vm);
    const present = this.#context.cluster.node(name);
    if (present === undefined) return;
    if (usesCloudAllocator(process.arguments) && wantsCloudCidr(present)) this.#cloudAllocator.add(name);
    const hasNone = (present.spec?.podCIDRs ?? []).length === 0;
    if (process.ranges !== undefined && hasNone) this.#rangeAllocator.add(name);
  }

  async #allocateRange(name: string): Promise<undefined> {
    const node = this.#context.cluster.node(name);
    if (node !== undefined) await this.#process?.ranges?.allocate(node);
  }

  async #allocateFromCloud(name: string): Promise<undefined> {
    const process = this.#process;
    if (process === undefined || !usesCloudAllocator(process.arguments)) return;
    const vm = await this.#context.infrastructure.vm(name);
    const node = this.#context.cluster.node(name);
    if (node === undefined || this.#process !== process) return;
    await allocateFromCloud(this.#context, node, vm, process.arguments.dualStack);
  }

  async #passRoutes(): Promise<number | undefined> {
    const process = this.#process;
    if (process === undefined) return;
    const { configureCloudRoutes, clusterName, clusterCidr } = process.arguments;
    if (!configureCloudRoutes || clusterCidr === undefined) return;
    const acting = () => this.#process === process;
    await reconcileRoutes(this.#context, { name: clusterName, cidr: clusterCidr }, acting);
    return this.#context.delays.routePass;
  }
}

function usesCloudAllocator({ allocateNodeCidrs, cidrAllocatorType }: CloudControllerArguments): boolean {
  return allocateNodeCidrs && cidrAllocatorType === 'CloudAllocator';
}
