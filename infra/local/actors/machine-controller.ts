import type { ActorContext } from './context.ts';
import { actorQueue, nodesSubnetName } from './context.ts';
import { drainStep } from './machines/drain.ts';
import { Fleet } from './machines/fleet.ts';
import type { Machine } from './machines/machine.ts';
import { vmOrder } from './machines/machine-class.ts';
import type { MachineDeployment } from './machines/machine-deployment.ts';
import { isAvailable } from './machines/node-health.ts';
import { holdNode, isOrderedAway, letNodeGo } from './machines/node-order.ts';
import type { Share } from './machines/rolling-update.ts';
import { nextRollingStep, rollingUpdateOfZone } from './machines/rolling-update.ts';
import { Waiters } from './waiters.ts';
import type { WorkQueue } from './work-queue.ts';
import type { Actor, ClusterChange } from './world.ts';

export interface PoolRollout {
  /**
   * Machines that exist by this instant (milliseconds since the epoch) are replaced. It also identifies the
   * rollout.
   */
  readonly initiatedAt: number;
  readonly maxSurge: Share;
  readonly maxUnavailable: Share;
}

const DEFAULT_SURGE: Share = 3;
const MACHINES_AT_A_TIME = 200;
const DEPLOYMENTS_AT_A_TIME = 10;

/**
 * The machine-controller-manager of a shoot: keeps as many machines as there were at the start, replaces
 * unhealthy ones, and rolls a worker pool when told to, new machines first, old ones drained before their VM
 * and Node are deleted.
 */
export class MachineController implements Actor {
  readonly #context: ActorContext;
  readonly #fleet: Fleet;
  readonly #machines: WorkQueue;
  readonly #deployments: WorkQueue;
  readonly #rollouts = new Map<string, PoolRollout>();
  readonly #waiters = new Waiters();
  #unsubscribe: (() => void) | undefined;

  constructor(context: ActorContext) {
    this.#context = context;
    this.#fleet = new Fleet(context.technicalId, context.random);
    const queue = (workers: number, reconcile: (key: string) => Promise<number | undefined>) =>
      actorQueue(context, 'machine-controller', workers, reconcile);
    this.#machines = queue(MACHINES_AT_A_TIME, (name) => this.#reconcileMachine(name));
    this.#deployments = queue(DEPLOYMENTS_AT_A_TIME, async (key) => this.#reconcileDeployment(key));
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#context.cluster.onChange((change) => this.#observe(change));
    for (const vm of await this.#context.infrastructure.vms()) this.#lookAt(this.#fleet.adopt(vm));
    for (const name of this.#fleet.machines.keys()) this.#machines.add(name);
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#waiters.rejectAll(new Error('the machine controller was stopped'));
    await Promise.all([this.#machines.stop(), this.#deployments.stop()]);
  }

  /** Begins to replace the pool's machines. The same rollout twice is one. */
  roll(pool: string, rollout: PoolRollout): void {
    if (this.#rollouts.get(pool)?.initiatedAt === rollout.initiatedAt) return;
    this.#rollouts.set(pool, rollout);
    for (const machine of this.#fleet.machines.values()) {
      if (machine.pool !== pool || machine.createdAt > rollout.initiatedAt) continue;
      this.#fleet.deploymentOf(machine).change(machine, { outdated: true });
    }
    for (const { key } of this.#fleet.deploymentsOf(pool)) this.#deployments.add(key);
  }

  /**
   * Resolves when the pool has no outdated machine left, not even a leaving one, and all its machines are
   * available.
   */
  async rolled(pool: string, signal?: AbortSignal): Promise<void> {
    await this.#waiters.until(() => this.#fleet.isWhole(pool), signal);
  }

  /** Replaces one machine as a rollout would; resolves when it is gone and its successor available. */
  async replace(nodeName: string): Promise<void> {
    const machine = this.#fleet.machine(nodeName);
    const deployment = this.#fleet.deploymentOf(machine);
    deployment.change(machine, { outdated: true });
    this.#deployments.add(deployment.key);
    await this.#waiters.until(() => {
      return !this.#fleet.machines.has(nodeName) && this.#fleet.isWhole(machine.pool);
    });
  }

  /** Adds machines to a pool, its zones in turn; resolves with their names when all are available. */
  async add(count: number, pool = this.#fleet.pools()[0]): Promise<readonly string[]> {
    const zones = pool === undefined ? [] : this.#fleet.zonesOf(pool);
    const added: Machine[] = [];
    for (let index = 0; index < count; index += 1) {
      const zone = zones[index % zones.length];
      if (pool === undefined || zone === undefined) {
        throw new Error('there is no worker pool to add machines to');
      }
      const deployment = this.#fleet.deploymentOf({ pool, zone });
      deployment.replicas += 1;
      added.push(this.#order(deployment));
    }
    await this.#waiters.until(() => added.every(({ available }) => available));
    return added.map(({ name }) => name);
  }

  /** Takes one machine away without a successor; resolves when its VM and Node are gone. */
  async remove(nodeName: string): Promise<void> {
    const machine = this.#fleet.machine(nodeName);
    if (machine.phase !== 'leaving') {
      this.#fleet.deploymentOf(machine).replicas -= 1;
      this.#leave(machine);
    }
    await this.#waiters.until(() => !this.#fleet.machines.has(nodeName));
  }

  #observe(change: ClusterChange): void {
    const name = change.kind === 'Node' ? change.name : change.pod.spec.nodeName;
    const machine = name === undefined ? undefined : this.#fleet.machines.get(name);
    if (machine === undefined) return;
    if (change.kind === 'Pod') {
      if (change.gone && machine.phase === 'leaving') this.#machines.add(machine.name);
      return;
    }
    this.#machines.add(machine.name);
    if (this.#lookAt(machine)) this.#deployments.add(this.#fleet.deploymentOf(machine).key);
  }

  /** Takes over whether the machine is available; true when that is news. */
  #lookAt(machine: Machine): boolean {
    const available = isAvailable(this.#context.cluster.node(machine.name));
    if (available === machine.available) return false;
    this.#fleet.deploymentOf(machine).change(machine, { available });
    return true;
  }

  #reconcileDeployment(key: string): undefined {
    const deployment = this.#fleet.deployments.get(key);
    if (deployment === undefined) return;
    const zones = this.#fleet.zonesOf(deployment.pool);
    const zone = {
      index: zones.indexOf(deployment.zone),
      of: zones.length,
      replicas: deployment.replicas,
    };
    const limits = this.#rollouts.get(deployment.pool) ?? { maxSurge: DEFAULT_SURGE, maxUnavailable: 0 };
    const step = nextRollingStep(
      rollingUpdateOfZone(limits, zone),
      deployment.replicas,
      deployment.outdated,
      deployment.current,
    );
    for (let count = 0; count < step.create; count += 1) this.#order(deployment);
    for (const machine of deployment.nextToLeave(step.remove)) this.#leave(machine);
    this.#waiters.check();
  }

  async #reconcileMachine(name: string): Promise<number | undefined> {
    const machine = this.#fleet.machines.get(name);
    if (machine === undefined) return undefined;
    if (machine.phase === 'ordered') return this.#make(machine);
    if (machine.phase === 'leaving') return this.#takeAway(machine);
    const node = this.#context.cluster.node(name);
    if (node !== undefined && isOrderedAway(node, this.#context.nodeOrders)) return this.#replace(machine);
    if (node !== undefined) await holdNode(this.#context, node);
    return this.#watchHealth(machine);
  }

  async #make(machine: Machine): Promise<number | undefined> {
    const { infrastructure, technicalId } = this.#context;
    if ((await infrastructure.vm(machine.name)) === undefined) {
      const subnet = await infrastructure.subnet(nodesSubnetName(technicalId));
      if (subnet === undefined) throw new Error(`the subnet ${nodesSubnetName(technicalId)} does not exist`);
      await infrastructure.createVm(vmOrder(machine, subnet));
    }
    // It may have been told to leave while its VM was made.
    if (machine.phase === 'ordered') {
      this.#fleet.deploymentOf(machine).change(machine, { phase: 'present' });
    }
    return 0;
  }

  async #takeAway(machine: Machine): Promise<number | undefined> {
    const { clock, infrastructure } = this.#context;
    machine.drainedSince ??= clock.now();
    // Where no kubelet is left, nobody ends pods: their Node's end does.
    if ((await infrastructure.vm(machine.name)) !== undefined) {
      const wait = await drainStep(this.#context, machine.name, machine.drainedSince);
      if (wait !== undefined) return wait;
    }
    await infrastructure.deleteVm(machine);
    await letNodeGo(this.#context, machine.name);
    this.#fleet.release(machine);
    this.#deployments.add(this.#fleet.deploymentOf(machine).key);
    return undefined;
  }

  /** The number of machines stays: its deployment orders a successor. */
  #replace(machine: Machine): number {
    this.#leave(machine);
    return 0;
  }

  #watchHealth(machine: Machine): number | undefined {
    const { clock, delays } = this.#context;
    if (machine.available) {
      machine.hasBeenAvailable = true;
      machine.unhealthySince = undefined;
      this.#waiters.check();
      return undefined;
    }
    machine.unhealthySince ??= clock.now();
    const deadline = machine.hasBeenAvailable
      ? machine.unhealthySince + delays.machineHealthTimeout
      : machine.createdAt + delays.machineCreationTimeout;
    if (clock.now() < deadline) return deadline - clock.now();
    // One at a time in a deployment, so that an outage does not empty a zone.
    if (this.#fleet.deploymentOf(machine).isReplacingFailed) return delays.retryLongest;
    machine.failed = true;
    this.#leave(machine);
    return undefined;
  }

  #order(deployment: MachineDeployment): Machine {
    const machine = this.#fleet.order(deployment, this.#context.clock.now());
    this.#machines.add(machine.name);
    return machine;
  }

  #leave(machine: Machine): void {
    const deployment = this.#fleet.deploymentOf(machine);
    deployment.change(machine, { phase: 'leaving' });
    this.#machines.add(machine.name);
    this.#deployments.add(deployment.key);
  }
}
