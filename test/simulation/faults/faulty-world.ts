import { createInProcessWorld, type InProcessWorld } from '../../../infra/local/in-process/index.ts';
import {
  type ArmedFaults,
  armFaults,
  type Fault,
  nameOf,
} from '../../../infra/local/simulation/faults/index.ts';
import type { Verdict } from '../../../infra/local/simulation/verdict.ts';

/** What was seen of a migration of three nodes by overlap. */
export interface Seen {
  readonly world: InProcessWorld;
  readonly armed: ArmedFaults;
  readonly ending: Verdict['ending'];
  /** What left the functions, each with the simulated second since the change of the shoot. */
  readonly calls: readonly { readonly name: string; readonly at: number }[];
}

/** The caller stops its world. */
export async function migratedWith(faults: readonly Fault[], seed = 5): Promise<Seen> {
  const options = { nodes: 3, seed, strategy: 'overlap', instances: 2 } as const;
  const world = await createInProcessWorld({ ...options, clients: 'direct' });
  const beganAt = world.clock.now();
  const calls: { name: string; at: number }[] = [];
  world.outgoing.onOutgoing((call) => {
    calls.push({ name: nameOf(call), at: (world.clock.now() - beganAt) / 1_000 });
    return undefined;
  });
  const armed = armFaults(world, { ...options, networkPlugin: 'calico', switches: {}, faults });
  await world.changeShoot();
  const { status } = await world.runUntil('ended');
  return { world, armed, ending: endingOf(status.kind), calls };
}

function endingOf(status: string): Verdict['ending'] {
  if (status === 'aborted') return 'led back';
  return status === 'succeeded' || status === 'blocked' ? status : 'stuck';
}

/** How often something was asked. */
export function times({ calls }: Pick<Seen, 'calls'>, name: string): number {
  return calls.filter((call) => call.name.startsWith(name)).length;
}

/** The longest time without this call, in simulated seconds, from its first one on. */
export function longestPauseAfter({ calls }: Pick<Seen, 'calls'>, name: string): number {
  const first = calls.findIndex((call) => call.name.startsWith(name));
  const after = calls.slice(first);
  return Math.max(...after.slice(1).map(({ at }, index) => at - (after[index]?.at ?? at)));
}
