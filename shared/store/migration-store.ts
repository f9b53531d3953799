import { type Clock, timestamp } from '../clock.ts';
import { frozen, toFields } from '../frozen-json.ts';
import type { HistoryEntry } from '../migration/history.ts';
import { historyEntrySchema } from '../migration/history.ts';
import { type Migration, soundMigrationSchema } from '../migration/migration.ts';
import { type PodRouteRecord, podRouteSchema } from '../migration/pod-route.ts';
import { retry } from '../retry.ts';
import { DocumentNotUnderstood } from './document-not-understood.ts';
import {
  DocumentExists,
  type DocumentQuery,
  type Documents,
  type Fields,
  MAX_WRITES_PER_COMMIT,
  StaleDocument,
  StoreUnavailable,
  type Version,
  type VersionedDocument,
  type Write,
} from './documents.ts';
import { pageByPage } from './page-by-page.ts';
import { documentReader, ownReader, type Reader } from './reader.ts';

/** The migration in the document `migrations/{id}`; frozen. */
export const readMigration = ownReader(soundMigrationSchema, 'id');
const readHistoryEntry = documentReader(historyEntrySchema);
const readPodRoute = ownReader(podRouteSchema, 'name');

/** What a change of a migration's document comes to; written whole or not at all. */
export interface MigrationChange {
  readonly migration: Migration;
  readonly history?: readonly HistoryEntry[];
  /** Other documents that change with it, e.g. records of pod routes. */
  readonly writes?: readonly Write[];
}

/**
 * The migrations in the product's own words, over the document store. All changes are optimistic: read, decide,
 * write if nobody else wrote, else again. A write whose answer was lost is recognised by its `writeId`.
 */
export class MigrationStore {
  readonly #documents: Documents;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #random: (() => number) | undefined;
  /** Of migrations that were read or written here, the version of the document that says exactly that. */
  readonly #versions = new WeakMap<Migration, Version>();

  /**
   * @param options `random`: a number in [0, 1) that spreads the pauses between attempts; injected where runs must be repeatable.
   */
  constructor(options: { documents: Documents; clock: Clock; newId: () => string; random?: () => number }) {
    this.#documents = options.documents;
    this.#clock = options.clock;
    this.#newId = options.newId;
    this.#random = options.random;
  }

  async get(id: string): Promise<Migration | undefined> {
    const document = await this.#documents.get(migrationPath(id));
    return document === undefined ? undefined : this.#read(document);
  }

  /** The shoot's active migration, else its newest one, else undefined. `key` is `namespace/name`. */
  async findByShoot(key: string): Promise<Migration | undefined> {
    const found = await this.#all('migrations', readMigration, {
      where: { field: 'shootKey', equals: key },
    });
    const newestFirst = found.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
    return newestFirst.find(({ active }) => active) ?? newestFirst[0];
  }

  /** All that have not ended. One that cannot be understood is thrown, or handed to `unreadable` and left out. */
  async active(unreadable?: (error: unknown) => void): Promise<readonly Migration[]> {
    const query = { where: { field: 'active', equals: true } };
    return await this.#all('migrations', readMigration, query, unreadable);
  }

  /**
   * Changes a migration: `decide` is given what is stored now and returns what shall be, or undefined to leave it.
   * It is called again whenever somebody else wrote in between. Returns the migration as it then stands.
   *
   * `last` is the migration as it was last got or changed here: if nobody wrote since, it is not read again, and if somebody did,
   * that shows when it is written. Only for a `decide` that may be given what is out of date as long as that is not stored.
   *
   * @throws StoreUnavailable when the store could not be reached, or too many others kept writing.
   */
  async change(
    id: string,
    decide: (current: Migration) => MigrationChange | undefined,
    last?: Migration,
  ): Promise<Migration | undefined> {
    const path = migrationPath(id);
    const writeId = this.#newId();
    let unread = last;
    return await retry(
      async () => {
        const remembered = unread;
        unread = undefined;
        const version = remembered && this.#versions.get(remembered);
        if (remembered !== undefined && version !== undefined) {
          try {
            return await this.#decideAndWrite(remembered, version, writeId, decide);
          } catch (error) {
            if (!isConflict(error)) throw error;
          }
        }
        const document = await this.#documents.get(path);
        if (document === undefined) return undefined;
        const current = this.#read(document);
        if (current.writeId === writeId) return current;
        return await this.#decideAndWrite(current, document.version, writeId, decide);
      },
      { ...CONTENTION, clock: this.#clock, isWorthARetry, random: this.#random },
    );
  }

  #read(document: VersionedDocument): Migration {
    const migration = readMigration(document);
    this.#versions.set(migration, document.version);
    return migration;
  }

  /** @throws StaleDocument or DocumentExists when `current` is no longer what is stored. */
  async #decideAndWrite(
    current: Migration,
    version: Version,
    writeId: string,
    decide: (current: Migration) => MigrationChange | undefined,
  ): Promise<Migration> {
    const change = decide(current);
    if (change === undefined) return current;
    const { id, historyLength } = current;
    const history = change.history ?? [];
    const next: Migration = frozen({
      ...change.migration,
      writeId,
      updatedAt: timestamp(this.#clock),
      historyLength: historyLength + history.length,
    });
    const [written] = await this.#documents.commit([
      { kind: 'replace', path: migrationPath(id), fields: migrationFields(next), ifVersion: version },
      ...history.map((entry, index) => historyWrite(id, historyLength + index, entry)),
      ...(change.writes ?? []),
    ]);
    if (written !== undefined) this.#versions.set(next, written);
    return next;
  }

  /** The writes that start a migration; to be committed with the shoot's own document. */
  startWrites(migration: Migration, history: readonly HistoryEntry[]): readonly Write[] {
    const fields = migrationFields({ ...migration, historyLength: history.length, writeId: this.#newId() });
    return [
      { kind: 'create', path: migrationPath(migration.id), fields },
      ...history.map((entry, index) => historyWrite(migration.id, index, entry)),
    ];
  }

  async history(id: string): Promise<readonly HistoryEntry[]> {
    return await this.#all(`${migrationPath(id)}/history`, readHistoryEntry, {});
  }

  /** At most `limit` (up to 500) entries after number `after`; one that cannot be understood has its number alone. */
  async historyAfter(
    id: string,
    after: number,
    limit: number,
  ): Promise<readonly { readonly n: number; readonly entry: HistoryEntry | undefined }[]> {
    const documents = await this.#documents.list(`${migrationPath(id)}/history`, {
      limit,
      ...(after < 0 ? {} : { after: historyName(after) }),
    });
    return documents.map((document) => ({ n: Number(document.id), entry: understood(document) }));
  }

  async podRoutes(id: string): Promise<ReadonlyMap<string, PodRouteRecord>> {
    const records = await this.#all(`${migrationPath(id)}/routes`, readPodRoute, {});
    return new Map(records.map((record) => [record.name, record]));
  }

  /** Writes for route records, in portions that fit into one commit beside the migration itself. */
  podRouteWrites(id: string, records: readonly PodRouteRecord[]): readonly (readonly Write[])[] {
    const writes = records.map(
      (record): Write => ({
        kind: 'put',
        path: `${migrationPath(id)}/routes/${record.name}`,
        fields: toFields(record),
      }),
    );
    const portion = MAX_WRITES_PER_COMMIT - 10;
    return Array.from({ length: Math.ceil(writes.length / portion) }, (_, index) =>
      writes.slice(index * portion, (index + 1) * portion),
    );
  }

  #all<Item>(
    collection: string,
    read: Reader<Item>,
    query: DocumentQuery,
    unreadable: (error: unknown) => void = rethrow,
  ): Promise<Item[]> {
    return pageByPage(this.#documents, collection, { ...query, limit: PAGE }, (document) => {
      try {
        return read(document);
      } catch (error) {
        unreadable(error);
        return undefined;
      }
    });
  }
}

const PAGE = 300;
const CONTENTION = { attempts: 12, firstPauseMs: 20, longestPauseMs: 2_000 };

function rethrow(error: unknown): never {
  throw error;
}

/** `DocumentExists` too: a client that repeats a commit by itself meets what its own first attempt created. */
function isConflict(error: unknown): boolean {
  return error instanceof StaleDocument || error instanceof DocumentExists;
}

function isWorthARetry(error: unknown): boolean {
  return isConflict(error) || error instanceof StoreUnavailable;
}

export function migrationPath(id: string): string {
  return `migrations/${id}`;
}

function migrationFields(migration: Migration): Fields {
  // Queries see top-level fields only.
  return toFields({ ...migration, shootKey: migration.shoot.key });
}

function historyName(index: number): string {
  return String(index).padStart(8, '0');
}

function understood(document: VersionedDocument): HistoryEntry | undefined {
  try {
    return readHistoryEntry(document);
  } catch (error) {
    if (error instanceof DocumentNotUnderstood) return undefined;
    throw error;
  }
}

function historyWrite(id: string, index: number, entry: HistoryEntry): Write {
  return {
    kind: 'create',
    path: `${migrationPath(id)}/history/${historyName(index)}`,
    fields: toFields(entry),
  };
}
