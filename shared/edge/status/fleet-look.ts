import type { Engine } from '../../engine/engine.ts';
import type { Migration } from '../../migration/migration.ts';
import {
  type Counts,
  countPhases,
  type FleetRow,
  fleetRow,
  inOrder,
  onePerShoot,
  readMigrations,
  readOrTell,
  readSteering,
  SharedLook,
  type Turns,
  turnsOf,
  type Unreadable,
} from '../../view/index.ts';
import { versionOf } from '../http/answer.ts';
import { type Snapshot, Snapshots, snapshotOf } from './snapshot.ts';

export interface FleetSeen extends Snapshot<FleetRow> {
  readonly counts: Counts;
  readonly unreadable: readonly Unreadable[];
  readonly turns: Turns;
}

/** What is under way, in one query of the store. */
const ACTIVE_MS = 3_000;
/** What has ended stays as it is. */
const ENDED_MS = 60_000;
const SNAPSHOTS = 12;

const nameOf = ({ id }: FleetRow) => id;

/**
 * The fleet as all viewers see it. A query costs a read of the store for each migration that it finds, so those that have
 * ended are listed once a minute; one that ends in between is read by itself.
 */
export class FleetLook {
  readonly #engine: Pick<Engine, 'documents' | 'clock'>;
  readonly #ended: SharedLook<Awaited<ReturnType<typeof readMigrations>>>;
  readonly #all: SharedLook<FleetSeen>;
  readonly #snapshots = new Snapshots<FleetRow>(SNAPSHOTS);
  #active: ReadonlySet<string> = new Set();
  #endedSince = new Map<string, Migration | Unreadable>();

  constructor(engine: Pick<Engine, 'documents' | 'clock'>) {
    this.#engine = engine;
    const { documents, clock } = engine;
    this.#ended = new SharedLook({
      look: async () => await readMigrations(documents, false),
      everyMs: ENDED_MS,
      clock,
    });
    this.#all = new SharedLook({ look: () => this.#look(), everyMs: ACTIVE_MS, clock });
  }

  /** @throws StoreUnavailable */
  async see(): Promise<{ readonly value: FleetSeen; readonly at: number }> {
    return await this.#all.see();
  }

  /** What a client saw that says so by its version; undefined when that is too long ago, or was seen elsewhere. */
  seenBefore(version: string | undefined): Snapshot<FleetRow> | undefined {
    return this.#snapshots.get(version);
  }

  async #look(): Promise<FleetSeen> {
    const { documents, clock } = this.#engine;
    const [active, ended, steering] = await Promise.all([
      readMigrations(documents, true),
      this.#ended.see(),
      readSteering(documents),
    ]);
    const ids = new Set(active.migrations.map(({ id }) => id));
    for (const id of [...this.#active].filter((each) => !ids.has(each))) {
      const document = await documents.get(`migrations/${id}`);
      if (document !== undefined) this.#endedSince.set(id, readOrTell(document));
    }
    this.#active = ids;
    for (const { id } of [...ended.value.migrations, ...ended.value.unreadable]) this.#endedSince.delete(id);
    const between = [...this.#endedSince.values()].filter(({ id }) => !ids.has(id));
    const migrations = [
      ...active.migrations,
      ...ended.value.migrations.filter(({ id }) => !ids.has(id)),
      ...between.flatMap((each) => ('trouble' in each ? [] : [each])),
    ];
    const unreadable = [
      ...active.unreadable,
      ...ended.value.unreadable,
      ...between.flatMap((each) => ('trouble' in each ? [each] : [])),
      ...steering.unreadable,
    ];
    const now = clock.now();
    const over = migrations.filter((migration) => !migration.active);
    const turns = turnsOf({ now, active: active.migrations, ended: over, ...steering });
    const rows = inOrder(
      onePerShoot(migrations).map((migration) => fleetRow(migration, now, turns.whys.get(migration.id))),
    );
    const snapshot = snapshotOf(rows, nameOf);
    const version = versionOf(`${snapshot.version} ${JSON.stringify(unreadable)}`);
    const kept = this.#snapshots.keep({ ...snapshot, version });
    return { ...kept, counts: countPhases(rows), unreadable, turns };
  }
}
