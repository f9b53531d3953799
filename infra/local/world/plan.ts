import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import { newMigration } from '../../../shared/engine/new-migration.ts';
import type { Wishes } from '../../../shared/engine/nudge.ts';
import type { Reachability } from '../../../shared/kubernetes/reachability.ts';
import type { Plan } from '../../../shared/migration/plan.ts';
import { createLogger } from '../../../shared/runtime/logger.ts';
import { portsOpener } from '../../../shared/runtime/ports.ts';
import { readSettings } from '../../../shared/runtime/settings.ts';
import { planNow } from '../../../shared/steps/preflight/index.ts';
import type { LocalShoot } from './shoot-file.ts';
import type { Surroundings } from './surroundings.ts';

export interface Asked {
  readonly shoot: LocalShoot;
  readonly clock: Clock;
  readonly wishes: Partial<Wishes>;
  readonly signal: AbortSignal;
}

/**
 * The plan that the functions would make here: the same adapters, ports and checks, of a migration that is stored nowhere.
 * Reads only.
 */
export async function planHere(
  { compute, cluster, garden, project }: Pick<Surroundings, 'compute' | 'cluster' | 'garden' | 'project'>,
  { shoot: { shoot }, clock, wishes, signal }: Asked,
): Promise<Plan> {
  const folder = await mkdtemp(join(tmpdir(), 'shoot-dualstack-plan-'));
  try {
    const settings = readSettings({
      GOOGLE_CLOUD_PROJECT: project,
      COMPUTE_ENDPOINT: compute.url,
      SHOOT_KUBECONFIG: join(folder, 'shoot.kubeconfig'),
      GARDEN_KUBECONFIG: join(folder, 'garden.kubeconfig'),
    });
    await writeFile(join(folder, 'shoot.kubeconfig'), cluster.kubeconfig);
    await writeFile(join(folder, 'garden.kubeconfig'), garden.kubeconfig);
    const beginning = { shoot, project, number: 1, wishes: { ...NO_WISHES, ...wishes }, held: undefined };
    const { migration } = newMigration({ clock, newId: randomUUID }, beginning);
    const openPorts = portsOpener({
      settings,
      clock,
      log: createLogger('silent'),
      reachability: nobodyLooks,
    });
    const ports = await openPorts(migration, signal);
    return await planNow({ migration, ports, clock });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const NO_WISHES = { strategy: undefined, acknowledgeTrafficLoss: undefined };

/** A plan is made without a look at the data plane, which would set up a probe. */
const nobodyLooks: Reachability = { prepare: refuse, unreached: refuse, remove: refuse };

async function refuse(): Promise<never> {
  throw new Error('a plan is made without looking at the data plane');
}
