import type { Engine } from '../../shared/engine/engine.ts';
import { takeInShootChange } from '../../shared/engine/intake.ts';
import type { Nudge } from '../../shared/engine/nudge.ts';
import { type NudgeResult, runStep } from '../../shared/engine/run-step.ts';
import type { HistoryEntry } from '../../shared/migration/history.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import type { Shoot } from '../../shared/migration/shoot.ts';
import { FIRST } from './scripted-step.ts';
import type { TestEngine } from './test-engine.ts';
import { toyShoot } from './toy-shoot.ts';

/** A migration that has just been started, with whatever else a test wants of it. Its first nudge is published. */
export async function startedMigration(
  engine: Engine,
  changes: Partial<Migration> = {},
  shoot: Shoot = toyShoot(['IPv4', 'IPv6']),
): Promise<Migration> {
  const before = toyShoot(['IPv4']);
  const result = await takeInShootChange(engine, { before, after: shoot, project: engine.project });
  if (result.kind !== 'started') throw new Error(`no migration was started: ${JSON.stringify(result)}`);
  const stored = await engine.migrations.change(result.migration, (current) => ({
    migration: { ...current, ...changes },
  }));
  if (stored === undefined) throw new Error(`migration ${result.migration} is not stored`);
  return stored;
}

/** What is stored of the migration now. */
export async function stored(engine: Engine, { id }: Pick<Migration, 'id'>): Promise<Migration> {
  const migration = await engine.migrations.get(id);
  if (migration === undefined) throw new Error(`migration ${id} is not stored`);
  return migration;
}

/** The history's events, e.g. `waiting Rolling` or `done`. */
export async function eventsOf(engine: Engine, { id }: Pick<Migration, 'id'>): Promise<readonly string[]> {
  const history = await engine.migrations.history(id);
  return history.map(eventOf);
}

function eventOf({ event, reason }: HistoryEntry): string {
  return reason === undefined ? event : `${event} ${reason}`;
}

export function nudgeFor(migration: Migration, cause: Nudge['cause'] = 'engine'): Nudge {
  return { shoot: migration.shoot.key, migration: migration.id, cause };
}

/** What becomes of a nudge of the first step; time passes until that is known. */
export async function runFirst(
  engine: TestEngine,
  migration: Migration,
  cause?: Nudge['cause'],
): Promise<NudgeResult> {
  return await engine.clock.until(runStep(engine, FIRST, nudgeFor(migration, cause)));
}
