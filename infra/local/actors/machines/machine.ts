/** What the machine deployment of a machine counts about it; changed through the deployment only. */
export interface Standing {
  /** `ordered`: its VM is not made yet. `leaving`: drained, then deleted. */
  readonly phase: 'ordered' | 'present' | 'leaving';
  /** To be replaced by the rollout under way. */
  readonly outdated: boolean;
  /** As its Node last said. */
  readonly available: boolean;
}

/** A machine of the shoot, from its order to the end of its VM. */
export interface Machine extends Standing {
  readonly name: string;
  readonly pool: string;
  readonly zone: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** It leaves because it was unhealthy for too long. */
  failed: boolean;
  hasBeenAvailable: boolean;
  unhealthySince: number | undefined;
  drainedSince: number | undefined;
}

/** A machine that has just been ordered. */
export function newMachine({
  name,
  pool,
  zone,
  createdAt,
}: Pick<Machine, 'name' | 'pool' | 'zone' | 'createdAt'>): Machine {
  return {
    name,
    pool,
    zone,
    createdAt,
    phase: 'ordered',
    outdated: false,
    available: false,
    failed: false,
    hasBeenAvailable: false,
    unhealthySince: undefined,
    drainedSince: undefined,
  };
}
