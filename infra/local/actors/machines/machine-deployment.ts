import type { Machine, Standing } from './machine.ts';
import type { MachineCounts } from './rolling-update.ts';

/**
 * The machines of one pool in one zone, as one machine deployment of the machine-controller-manager keeps
 * them. Its counts follow each change: to count anew at every change of a Node would make a rollout's cost
 * grow with the square of its nodes.
 */
export class MachineDeployment {
  readonly key: string;
  readonly pool: string;
  readonly zone: string;
  /** How many machines there shall be. */
  replicas = 0;
  /** In the order in which they came; the leaving ones too. */
  readonly #machines = new Set<Machine>();
  readonly #outdated = { available: 0, unavailable: 0 };
  readonly #current = { available: 0, unavailable: 0 };
  #settled = 0;

  constructor(key: string, pool: string, zone: string) {
    this.key = key;
    this.pool = pool;
    this.zone = zone;
  }

  /** All machines, the leaving ones too. */
  get size(): number {
    return this.#machines.size;
  }

  /** Those to be replaced, without the leaving ones: they are no replicas any more. */
  get outdated(): MachineCounts {
    return this.#outdated;
  }

  /** Those to be kept, without the leaving ones. */
  get current(): MachineCounts {
    return this.#current;
  }

  /** True when each machine is present, available and to be kept. */
  get isSettled(): boolean {
    return this.#settled === this.#machines.size;
  }

  /** True while a machine that was unhealthy for too long is leaving. */
  get isReplacingFailed(): boolean {
    return this.#machines.values().some(({ failed }) => failed);
  }

  /** Nothing happens when it was taken before. */
  take(machine: Machine): void {
    if (this.#machines.has(machine)) return;
    this.#machines.add(machine);
    this.#count(machine, 1);
  }

  /** Nothing happens when it was released before. */
  release(machine: Machine): void {
    if (this.#machines.delete(machine)) this.#count(machine, -1);
  }

  /** Changes what is counted of a machine, also of one that was released. */
  change(machine: Machine, change: Partial<Standing>): void {
    const counted = this.#machines.has(machine);
    if (counted) this.#count(machine, -1);
    Object.assign(machine, change);
    if (counted) this.#count(machine, 1);
  }

  /** The outdated machines whose turn it is to leave: those that serve nobody first, else the oldest. */
  nextToLeave(count: number): readonly Machine[] {
    if (count === 0) return [];
    const outdated = [...this.#machines].filter((machine) => machine.outdated && machine.phase !== 'leaving');
    const serving = outdated.filter(({ available }) => available);
    return [...outdated.filter(({ available }) => !available), ...serving].slice(0, count);
  }

  #count({ phase, outdated, available }: Standing, by: 1 | -1): void {
    if (phase === 'leaving') return;
    (outdated ? this.#outdated : this.#current)[available ? 'available' : 'unavailable'] += by;
    if (phase === 'present' && available && !outdated) this.#settled += by;
  }
}
