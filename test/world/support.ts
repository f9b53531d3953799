import { onTestFinished } from 'vitest';
import { localShoot } from '../../infra/local/world/shoot-file.ts';
import { startWorld, type World, type WorldOptions } from '../../infra/local/world/world.ts';
import type { HistoryEntry } from '../../shared/migration/history.ts';
import type { Migration } from '../../shared/migration/migration.ts';

export const SHOOT = 'garden-core/api';

/** Simulated seconds in a second of the wall: a migration of a few nodes takes some ten seconds. */
const SPEED = 90;

/** A world with the example shoot that ends with the test. */
export async function exampleWorld(
  nodes: number,
  options: Partial<Omit<WorldOptions, 'nodes' | 'shoot'>> = {},
): Promise<World> {
  const world = await startWorld({ shoot: localShoot(undefined, nodes), nodes, speed: SPEED, ...options });
  onTestFinished(async () => await world.stop());
  return world;
}

/** Resolves with the migration as soon as it is as wanted; rejects when it is blocked instead. */
export async function until(world: World, wanted: (migration: Migration) => boolean): Promise<Migration> {
  for (;;) {
    const migration = await world.migrations.findByShoot(SHOOT);
    if (migration !== undefined && wanted(migration)) return migration;
    if (migration?.status.kind === 'blocked') {
      throw new Error(`blocked: ${migration.status.reason}: ${migration.status.message}`);
    }
    await world.clock.sleep(5_000);
  }
}

export function succeeded(migration: Migration): boolean {
  return migration.status.kind === 'succeeded';
}

export async function historyOf(world: World, migration: Migration): Promise<readonly HistoryEntry[]> {
  return await world.migrations.history(migration.id);
}

/** Entries of the history that say that something was done. */
export function acts(history: readonly HistoryEntry[]): readonly string[] {
  return history.filter(({ event }) => event === 'acted').map(({ message }) => message);
}
