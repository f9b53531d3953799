import { hasBegun, type Migration } from '../migration/migration.ts';
import type { RolloutPolicy } from '../migration/rollout-policy.ts';
import type { Rollout } from '../store/rollout.ts';
import type { RolloutReason } from './reasons.ts';

/** How many migrations are under way, in all and by where they are. */
export interface Load {
  readonly total: number;
  readonly projects: ReadonlyMap<string, number>;
  readonly namespaces: ReadonlyMap<string, number>;
  readonly seeds: ReadonlyMap<string, number>;
}

/** Shoots of which no seed is known count as if they were on one. */
export function seedOf({ target }: Migration): string {
  return target.seed ?? '';
}

/**
 * Whether it takes up a place: from being let in, or from its first change where no rollout let it in, until it has ended. One that
 * is blocked and was accepted as that takes none, or the rollout could never go on without it; once it moves again it does.
 */
export function takesPlace(migration: Migration, { accepted }: Pick<Rollout, 'accepted'>): boolean {
  const { active, gate, status, id } = migration;
  if (!active || !(gate?.letIn !== undefined || hasBegun(migration))) return false;
  return status.kind !== 'blocked' || !accepted.some((each) => each.migration === id);
}

export function loadOf(migrations: readonly Migration[]): Load {
  return {
    total: migrations.length,
    projects: counts(migrations, ({ target }) => target.project),
    namespaces: counts(migrations, ({ shoot }) => shoot.namespace),
    seeds: counts(migrations, seedOf),
  };
}

export function withOneMore({ total, projects, namespaces, seeds }: Load, migration: Migration): Load {
  return {
    total: total + 1,
    projects: counted(projects, migration.target.project),
    namespaces: counted(namespaces, migration.shoot.namespace),
    seeds: counted(seeds, seedOf(migration)),
  };
}

/** What keeps one more from being under way; undefined where there is a place for it. */
export function fullness(
  migration: Migration,
  load: Load,
  policy: RolloutPolicy,
): { readonly reason: RolloutReason; readonly message: string } | undefined {
  const { target, shoot } = migration;
  const seed = seedOf(migration);
  const limits = [
    ['PlacesTaken', load.total, policy.atOnce, ''],
    [
      'ProjectPlacesTaken',
      load.projects.get(target.project),
      policy.perProject,
      ` in the project ${target.project}`,
    ],
    [
      'NamespacePlacesTaken',
      load.namespaces.get(shoot.namespace),
      policy.perNamespace,
      ` in the namespace ${shoot.namespace}`,
    ],
    [
      'SeedPlacesTaken',
      load.seeds.get(seed),
      policy.perSeed,
      seed === '' ? ' on seeds that are not known' : ` on the seed ${seed}`,
    ],
  ] as const;
  for (const [reason, present = 0, most, where] of limits) {
    if (most !== undefined && present >= most) {
      return { reason, message: `${present} of ${most} are under way${where}` };
    }
  }
  return undefined;
}

function counts(
  migrations: readonly Migration[],
  groupOf: (migration: Migration) => string,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const migration of migrations) {
    const group = groupOf(migration);
    found.set(group, (found.get(group) ?? 0) + 1);
  }
  return found;
}

function counted(counts: ReadonlyMap<string, number>, name: string): ReadonlyMap<string, number> {
  return new Map(counts).set(name, (counts.get(name) ?? 0) + 1);
}
