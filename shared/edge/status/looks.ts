import pLimit from 'p-limit';
import { type Clock, systemClock } from '../../clock.ts';
import type { Engine } from '../../engine/engine.ts';
import { isAtGate } from '../../engine/gate.ts';
import type { Migration } from '../../migration/migration.ts';
import { type HistoryPage, readHistory, SharedLook, SharedLooks, type Turns } from '../../view/index.ts';
import { Problem } from '../http/problem.ts';
import { FleetLook } from './fleet-look.ts';
import { NodeLook } from './node-look.ts';

/** Migrations whose looks are kept; somebody may ask for all of a thousand. */
const MOST_KEPT = 200;
const MIGRATION_MS = 2_000;
const HISTORY_MS = 2_000;
/** Looks at cloud and cluster at once: each may hold thousands of nodes, and takes of quotas that the steps have need of. */
export const LIVE_AT_ONCE = 8;

/** What one function instance sees for all who ask it. */
export interface Looks {
  readonly engine: Engine;
  /** Of the people who watch, not of the world: how often a stream looks, and how long it lasts. */
  readonly pace: Clock;
  readonly fleet: FleetLook;
  /** @throws Problem when there is none, DocumentNotUnderstood */
  migration(id: string): Promise<Migration>;
  /** `key` is `namespace/name`. @throws Problem, DocumentNotUnderstood */
  migrationOf(key: string): Promise<Migration>;
  /** What the fleet says of a migration that may wait for others; undefined for any other. @throws StoreUnavailable */
  turnOf(migration: Migration): Promise<ReturnType<Turns['whys']['get']>>;
  nodes(id: string): NodeLook;
  history(id: string, range: { readonly after: number; readonly limit: number }): Promise<HistoryPage>;
}

export function looksOf(engine: Engine, pace: Clock = systemClock): Looks {
  const { clock, migrations } = engine;
  const looks = <Value>(everyMs: number, look: (name: string) => Promise<Value>) =>
    new SharedLooks(MOST_KEPT, (name) => new SharedLook({ look: () => look(name), everyMs, clock }));
  const byId = looks(MIGRATION_MS, (id) => migrations.get(id));
  const byShoot = looks(MIGRATION_MS, (key) => migrations.findByShoot(key));
  const pages = looks(HISTORY_MS, async (name) => {
    const [id = '', after, limit] = name.split(' ');
    return await readHistory(migrations, id, { after: Number(after), limit: Number(limit) });
  });
  const nodes = new Map<string, NodeLook>();
  const inTurn = pLimit(LIVE_AT_ONCE);

  async function migration(id: string): Promise<Migration> {
    const { value } = await byId.of(id).see();
    if (value === undefined) throw new Problem(404, `There is no migration ${id}.`);
    return value;
  }

  const fleet = new FleetLook(engine);
  return {
    engine,
    pace,
    fleet,
    migration,
    turnOf: async (each) =>
      isAtGate(each) || each.paused ? (await fleet.see()).value.turns.whys.get(each.id) : undefined,
    migrationOf: async (key) => {
      const { value } = await byShoot.of(key).see();
      if (value === undefined) throw new Problem(404, `No migration of the shoot ${key} is known.`);
      return value;
    },
    nodes: (id) => {
      const known = nodes.get(id) ?? new NodeLook(engine, () => migration(id), inTurn);
      nodes.delete(id);
      nodes.set(id, known);
      const [oldest] = nodes.keys();
      if (nodes.size > MOST_KEPT && oldest !== undefined) nodes.delete(oldest);
      return known;
    },
    history: async (id, { after, limit }) => (await pages.of(`${id} ${after} ${limit}`).see()).value,
  };
}
