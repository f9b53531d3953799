import { nameSuffix } from '../../cluster/identifiers.ts';
import type { Random } from '../../random.ts';
import type { Vm } from '../world.ts';

/** A machine of the shoot, from its order to the end of its VM. */
export interface Machine {
  readonly name: string;
  readonly pool: string;
  readonly zone: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** `ordered`: its VM is not made yet. `leaving`: drained, then deleted. */
  phase: 'ordered' | 'present' | 'leaving';
  /** To be replaced by the rollout under way. */
  outdated: boolean;
  /** It leaves because it was unhealthy for too long. */
  failed: boolean;
  hasBeenAvailable: boolean;
  unhealthySince: number | undefined;
  drainedSince: number | undefined;
}

/**
 * The machines of one pool in one zone, as one machine deployment of the machine-controller-manager keeps
 * them.
 */
export interface MachineDeployment {
  readonly key: string;
  readonly pool: string;
  readonly zone: string;
  replicas: number;
}

/** The machines there are and how many there shall be. Knows no time and calls nobody. */
export class Fleet {
  readonly machines = new Map<string, Machine>();
  readonly deployments = new Map<string, MachineDeployment>();
  readonly #technicalId: string;
  readonly #random: Random;

  constructor(technicalId: string, random: Random) {
    this.#technicalId = technicalId;
    this.#random = random;
  }

  /** Takes a VM that was there before as one of its own. */
  adopt(vm: Vm): void {
    const machine = newMachine(vm.name, vm.pool, vm.zone, vm.createdAt);
    this.machines.set(vm.name, { ...machine, phase: 'present', hasBeenAvailable: true });
    this.#deployment(vm.pool, vm.zone).replicas += 1;
  }

  order(deployment: MachineDeployment, now: number): Machine {
    const { pool, zone } = deployment;
    const place = `z${this.zonesOf(pool).indexOf(zone) + 1}`;
    let name = '';
    do name = `${this.#technicalId}-${pool}-${place}-${nameSuffix(this.#random)}`;
    while (this.machines.has(name));
    const machine = newMachine(name, pool, zone, now);
    this.machines.set(name, machine);
    return machine;
  }

  /** @throws Error when there is no machine of this name. */
  machine(name: string): Machine {
    const machine = this.machines.get(name);
    if (machine === undefined) throw new Error(`there is no machine ${name}`);
    return machine;
  }

  deploymentOf(machine: Pick<Machine, 'pool' | 'zone'>): MachineDeployment {
    return this.#deployment(machine.pool, machine.zone);
  }

  /** Machines of the deployment that count as its replicas. */
  membersOf({ pool, zone }: MachineDeployment): Machine[] {
    return [...this.machines.values()].filter(
      (machine) => machine.pool === pool && machine.zone === zone && machine.phase !== 'leaving',
    );
  }

  pools(): string[] {
    return [...new Set([...this.deployments.values()].map(({ pool }) => pool))].sort();
  }

  zonesOf(pool: string): string[] {
    return [...this.deployments.values()]
      .filter((entry) => entry.pool === pool)
      .map(({ zone }) => zone)
      .sort();
  }

  #deployment(pool: string, zone: string): MachineDeployment {
    const key = `${pool}/${zone}`;
    const deployment = this.deployments.get(key) ?? { key, pool, zone, replicas: 0 };
    this.deployments.set(key, deployment);
    return deployment;
  }
}

function newMachine(name: string, pool: string, zone: string, createdAt: number): Machine {
  return {
    name,
    pool,
    zone,
    createdAt,
    phase: 'ordered',
    outdated: false,
    failed: false,
    hasBeenAvailable: false,
    unhealthySince: undefined,
    drainedSince: undefined,
  };
}
