import { isNodeReady } from '../../cluster/kinds/node.ts';
import type { JsonObject } from '../../cluster/object/json.ts';
import { UNINITIALIZED_TAINT } from '../cloud-controller/node-initialisation.ts';
import { setNodeCondition, wholeSeconds } from '../conditions.ts';
import type { ActorContext } from '../context.ts';
import { actorQueue } from '../context.ts';
import type { WorkQueue } from '../work-queue.ts';
import type { Actor, Vm } from '../world.ts';
import { CRITICAL_COMPONENTS_TAINT } from './node-health.ts';

const KUBELETS = 200;
const NO_NETWORK =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady ' +
  'message:Network plugin returns error: cni plugin not initialized';

/**
 * The part of all kubelets that concerns the Node object: a VM that has booted registers one, once, and says
 * Ready when it has a pod CIDR. Running pods is the Kubernetes simulator's; it starts none before the node is
 * Ready, the CNI's own among them, so Ready cannot wait for the CNI here: {@link CriticalComponents} does.
 */
export class Kubelets implements Actor {
  readonly #context: ActorContext;
  readonly #queue: WorkQueue;
  readonly #unsubscribe: (() => void)[] = [];
  /** When a VM that runs will have booted. */
  readonly #booted = new Map<string, number>();
  /** VMs whose kubelet has registered: it does not do so again when somebody deletes the Node. */
  readonly #registered = new Set<string>();
  /** When a node that has a pod CIDR will say Ready. */
  readonly #readyAt = new Map<string, number>();

  constructor(context: ActorContext) {
    this.#context = context;
    this.#queue = actorQueue(context, 'kubelet', KUBELETS, (name) => this.#reconcile(name));
  }

  async start(): Promise<void> {
    const { cluster, infrastructure } = this.#context;
    this.#unsubscribe.push(
      cluster.onChange((change) => {
        if (change.kind !== 'Node' || change.node === undefined || isNodeReady(change.node)) return;
        this.#queue.add(change.name);
      }),
      infrastructure.onVmChange((name) => this.#queue.add(name)),
    );
    for (const { metadata } of cluster.nodes()) this.#registered.add(metadata.name);
    for (const { name } of await infrastructure.vms()) this.#queue.add(name);
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    await this.#queue.stop();
  }

  async #reconcile(name: string): Promise<number | undefined> {
    const { cluster, clock, delays, infrastructure } = this.#context;
    const vm = await infrastructure.vm(name);
    if (vm === undefined || !vm.running) {
      if (vm === undefined) this.#registered.delete(name);
      this.#booted.delete(name);
      return undefined;
    }
    if (!this.#registered.has(name)) {
      const bootedAt = this.#booted.get(name) ?? clock.now() + delays.boot;
      this.#booted.set(name, bootedAt);
      if (clock.now() < bootedAt) return bootedAt - clock.now();
      await cluster.createNode(this.#newNode(vm));
      this.#registered.add(name);
      return undefined;
    }
    return this.#becomeReady(name);
  }

  async #becomeReady(name: string): Promise<number | undefined> {
    const { cluster, clock, delays } = this.#context;
    const node = cluster.node(name);
    if (node === undefined || isNodeReady(node)) return undefined;
    if ((node.spec?.podCIDRs ?? []).length === 0) return undefined;
    const readyAt = this.#readyAt.get(name) ?? clock.now() + delays.ready;
    this.#readyAt.set(name, readyAt);
    if (clock.now() < readyAt) return readyAt - clock.now();
    this.#readyAt.delete(name);
    const message = 'kubelet is posting ready status';
    await setNodeCondition(this.#context, name, {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message,
    });
    return undefined;
  }

  /**
   * As a kubelet with an external cloud provider registers: without addresses, provider ID and zone. The
   * machine like its peers.
   */
  #newNode(vm: Vm): JsonObject {
    const { cluster, clock, technicalId } = this.#context;
    const peer = cluster.nodes()[0]?.status ?? {};
    const { capacity, allocatable, nodeInfo } = peer;
    const ready = {
      type: 'Ready',
      status: 'False',
      reason: 'KubeletNotReady',
      message: NO_NETWORK,
      lastTransitionTime: wholeSeconds(clock),
    };
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: vm.name,
        labels: {
          'kubernetes.io/hostname': vm.name,
          'kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
          'node.kubernetes.io/role': 'node',
          'worker.gardener.cloud/pool': vm.pool,
          'worker.gardener.cloud/system-components': 'true',
          'shoot.gardener.cloud/technical-id': technicalId,
        },
      },
      spec: {
        taints: [
          { key: UNINITIALIZED_TAINT, value: 'true', effect: 'NoSchedule' },
          { key: CRITICAL_COMPONENTS_TAINT, effect: 'NoSchedule' },
        ],
      },
      status: { conditions: [ready], capacity, allocatable, nodeInfo },
    };
  }
}
