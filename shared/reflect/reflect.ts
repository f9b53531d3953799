import pLimit from 'p-limit';
import { timestamp } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import { describeError } from '../engine/errors.ts';
import { type GardenShoots, GardenTrouble } from '../kubernetes/garden-shoots.ts';
import { withinSeconds } from '../kubernetes/within-seconds.ts';
import type { Migration } from '../migration/migration.ts';
import { DocumentNotUnderstood } from '../store/document-not-understood.ts';
import { closeReflection, openReflections } from './memory.ts';
import { reflectMigration } from './reflect-migration.ts';

/** What was written back, for the log. */
export interface ReflectReport {
  /** Migrations whose Shoots were looked at. */
  readonly looked: number;
  readonly written: number;
  /** Where somebody else, or the garden, wants it otherwise. */
  readonly gaveWay: number;
  /** What stood in the way; the next minute brings the next try. */
  readonly troubles: readonly string[];
}

const NOTHING: ReflectReport = { looked: 0, written: 0, gaveWay: 0, troubles: [] };

/** Less than the minute until the next tick. */
const MOST_SECONDS = 40;
/** Requests to the garden side by side. */
const AT_ONCE = 6;

/**
 * Makes the Shoots of all migrations that are under way, or have just ended, say how these stand. Level-based: looks at what
 * they say and changes what is otherwise, so it may be cut off and repeated at any time.
 *
 * Never throws: what it writes is for readers alone, and must not hold up the tick that it comes after. A garden that gives no
 * answer is not asked about the next Shoot.
 */
export async function reflectMigrations(engine: Engine): Promise<ReflectReport> {
  const { garden } = engine;
  if (garden === undefined) return NOTHING;
  try {
    const migrations = await toBeReflected(engine);
    // Without a migration the client of the garden is not even loaded.
    if (migrations.length === 0) return NOTHING;
    return await withinSeconds(engine, MOST_SECONDS, async (signal) =>
      reflectEach(engine, await garden.open(signal), migrations, garden),
    );
  } catch (error) {
    return { ...NOTHING, troubles: [describeError(error)] };
  }
}

/** What cannot be read holds up none of the others. */
async function toBeReflected({ migrations, documents, clock, log }: Engine): Promise<readonly Migration[]> {
  const unreadable = (error: unknown) => log.warn({ error: describeError(error) }, 'not written back');
  const active = await migrations.active(unreadable);
  const known = new Set(active.map(({ id }) => id));
  const ended: Migration[] = [];
  for (const id of await openReflections(documents)) {
    if (known.has(id)) continue;
    try {
      const migration = await migrations.get(id);
      if (migration !== undefined) ended.push(migration);
      // Deleted by hand: which Shoot it was about is not known any more.
      else await closeReflection(documents, id, timestamp(clock));
    } catch (error) {
      if (!(error instanceof DocumentNotUnderstood)) throw error;
      unreadable(error);
    }
  }
  return [...active, ...ended];
}

async function reflectEach(
  engine: Engine,
  shoots: GardenShoots,
  migrations: readonly Migration[],
  options: { readonly writesConstraints: boolean },
): Promise<ReflectReport> {
  const limited = pLimit(AT_ONCE);
  const troubles: string[] = [];
  let gardenIsAway = false;
  const results = await limited.map(migrations, async (migration) => {
    if (gardenIsAway) return [];
    try {
      return Object.values(await reflectMigration(engine, shoots, migration, options));
    } catch (error) {
      if (error instanceof GardenTrouble) gardenIsAway = true;
      troubles.push(`${migration.id}: ${describeError(error)}`);
      return [];
    }
  });
  const all = results.flat();
  return {
    looked: migrations.length,
    written: all.filter((result) => result === 'written').length,
    gaveWay: all.filter((result) => result === 'gives way').length,
    troubles,
  };
}
