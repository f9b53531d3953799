import { timestamp } from '../../clock.ts';
import type { Engine } from '../../engine/engine.ts';
import { describeError } from '../../engine/errors.ts';
import type { Migration } from '../../migration/migration.ts';
import type { PodRouteRecord } from '../../migration/pod-route.ts';
import {
  lookAtCells,
  type NodeCell,
  type NodesView,
  readRecordedCells,
  type Seen,
  SharedLook,
} from '../../view/index.ts';
import { versionOf } from '../http/answer.ts';
import { type Snapshot, Snapshots, snapshotOf } from './snapshot.ts';

export interface NodesSeen extends Snapshot<NodeCell>, Pick<NodesView, 'source' | 'trouble' | 'at'> {}

/** Between two looks at cloud and cluster, whoever wants them. */
export const LIVE_MS = 10_000;
/** Between two looks at whether the records may have changed. */
const RECORDS_MS = 3_000;
/** After this a look at cloud and cluster is given up. */
const LOOK_SECONDS = 60;
const SNAPSHOTS = 6;

const nameOf = ({ name }: NodeCell) => name;

/** The nodes of one migration as all viewers see them: from the records, and from cloud and cluster. */
export class NodeLook {
  readonly #engine: Engine;
  readonly #present: () => Promise<Migration>;
  readonly #recorded: SharedLook<NodesSeen>;
  readonly #live: SharedLook<NodesSeen>;
  readonly #snapshots = new Snapshots<NodeCell>(SNAPSHOTS);
  #records: { readonly updatedAt: string; readonly routes: ReadonlyMap<string, PodRouteRecord> } | undefined;

  /** `present` says how the migration stands now; `inTurn` has a look at cloud and cluster wait for those at other migrations. */
  constructor(
    engine: Engine,
    present: () => Promise<Migration>,
    inTurn: (look: () => Promise<NodesSeen>) => Promise<NodesSeen>,
  ) {
    this.#engine = engine;
    this.#present = present;
    const { clock } = engine;
    this.#recorded = new SharedLook({ look: () => this.#lookIntoRecords(), everyMs: RECORDS_MS, clock });
    this.#live = new SharedLook({
      look: () => inTurn(() => this.#lookAround()),
      everyMs: LIVE_MS,
      clock,
    });
  }

  async see(live: boolean): Promise<Seen<NodesSeen>> {
    return await (live ? this.#live : this.#recorded).see();
  }

  seenBefore(version: string | undefined): Snapshot<NodeCell> | undefined {
    return this.#snapshots.get(version);
  }

  async #lookIntoRecords(): Promise<NodesSeen> {
    const at = timestamp(this.#engine.clock);
    const migration = await this.#present();
    const cells = await readRecordedCells(migration, () => this.#podRoutes(migration));
    return this.#kept({ cells, source: 'records', at });
  }

  /** Where cloud or cluster cannot be seen the records are still there, with what stood in the way. */
  async #lookAround(): Promise<NodesSeen> {
    const { clock } = this.#engine;
    const at = timestamp(clock);
    const migration = await this.#present();
    const over = new AbortController();
    const patience = clock.sleep(LOOK_SECONDS * 1_000, over.signal).then(
      () => over.abort(new Error(`cloud and cluster took longer than ${LOOK_SECONDS} s`)),
      () => undefined,
    );
    try {
      const podRoutes = () => this.#podRoutes(migration);
      const cells = await lookAtCells(this.#engine, migration, podRoutes, over.signal);
      return this.#kept({ cells, source: 'live', at });
    } catch (error) {
      const cells = await readRecordedCells(migration, () => this.#podRoutes(migration));
      return this.#kept({ cells, source: 'records', at, trouble: describeError(error) });
    } finally {
      over.abort(new Error('the look is over'));
      await patience;
    }
  }

  /** Records are written with the migration: as long as that was not, they are as they were. One read of the store each. */
  async #podRoutes({ id, updatedAt }: Migration): Promise<ReadonlyMap<string, PodRouteRecord>> {
    if (this.#records?.updatedAt === updatedAt) return this.#records.routes;
    const routes = await this.#engine.migrations.podRoutes(id);
    this.#records = { updatedAt, routes };
    return routes;
  }

  #kept({
    cells,
    ...seen
  }: Pick<NodesSeen, 'source' | 'at'> & { trouble?: string; cells: readonly NodeCell[] }): NodesSeen {
    const snapshot = snapshotOf(cells, nameOf);
    const version = versionOf(`${snapshot.version} ${seen.source} ${seen.trouble ?? ''}`);
    return { ...this.#snapshots.keep({ ...snapshot, version }), ...seen };
  }
}
