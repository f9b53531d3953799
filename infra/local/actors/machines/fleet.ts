import { nameSuffix } from '../../cluster/identifiers.ts';
import type { Random } from '../../random.ts';
import type { Vm } from '../world.ts';
import type { Machine } from './machine.ts';
import { newMachine } from './machine.ts';
import { MachineDeployment } from './machine-deployment.ts';

/** The machines there are and how many there shall be. Knows no time and calls nobody. */
export class Fleet {
  readonly #machines = new Map<string, Machine>();
  readonly #deployments = new Map<string, MachineDeployment>();
  readonly #technicalId: string;
  readonly #random: Random;

  constructor(technicalId: string, random: Random) {
    this.#technicalId = technicalId;
    this.#random = random;
  }

  /** By name, in the order in which they came. */
  get machines(): ReadonlyMap<string, Machine> {
    return this.#machines;
  }

  /** By {@link MachineDeployment.key}. */
  get deployments(): ReadonlyMap<string, MachineDeployment> {
    return this.#deployments;
  }

  /** Takes a VM that was there before as one of its own. */
  adopt(vm: Vm): Machine {
    const machine: Machine = { ...newMachine(vm), phase: 'present', hasBeenAvailable: true };
    this.#take(machine).replicas += 1;
    return machine;
  }

  order({ pool, zone }: MachineDeployment, now: number): Machine {
    const place = `z${this.zonesOf(pool).indexOf(zone) + 1}`;
    let name = '';
    do name = `${this.#technicalId}-${pool}-${place}-${nameSuffix(this.#random)}`;
    while (this.#machines.has(name));
    const machine = newMachine({ name, pool, zone, createdAt: now });
    this.#take(machine);
    return machine;
  }

  /** Forgets a machine that is gone. */
  release(machine: Machine): void {
    this.#machines.delete(machine.name);
    this.deploymentOf(machine).release(machine);
  }

  /** @throws Error when there is no machine of this name. */
  machine(name: string): Machine {
    const machine = this.#machines.get(name);
    if (machine === undefined) throw new Error(`there is no machine ${name}`);
    return machine;
  }

  deploymentOf({ pool, zone }: Pick<Machine, 'pool' | 'zone'>): MachineDeployment {
    const key = `${pool}/${zone}`;
    const deployment = this.#deployments.get(key) ?? new MachineDeployment(key, pool, zone);
    this.#deployments.set(key, deployment);
    return deployment;
  }

  /** The pool's machine deployments, one for each zone. */
  deploymentsOf(pool: string): readonly MachineDeployment[] {
    return [...this.#deployments.values()].filter((deployment) => deployment.pool === pool);
  }

  pools(): string[] {
    return [...new Set([...this.#deployments.values()].map(({ pool }) => pool))].sort();
  }

  zonesOf(pool: string): string[] {
    return this.deploymentsOf(pool)
      .map(({ zone }) => zone)
      .sort();
  }

  /** True when the pool has all its machines, each of them present, available and not to be replaced. */
  isWhole(pool: string): boolean {
    const deployments = this.deploymentsOf(pool);
    const missing = deployments.reduce((sum, { replicas, size }) => sum + replicas - size, 0);
    return missing <= 0 && deployments.every(({ isSettled }) => isSettled);
  }

  #take(machine: Machine): MachineDeployment {
    this.#machines.set(machine.name, machine);
    const deployment = this.deploymentOf(machine);
    deployment.take(machine);
    return deployment;
  }
}
