import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { HistoryEntry } from '../migration/history.ts';
import { historyEntrySchema } from '../migration/history.ts';
import { type Migration, migrationSchema } from '../migration/migration.ts';
import { type PodRouteRecord, podRouteSchema } from '../migration/pod-route.ts';
import { retry } from '../retry.ts';
import {
  DocumentExists,
  type DocumentQuery,
  type Documents,
  type Fields,
  type Json,
  MAX_WRITES_PER_COMMIT,
  StaleDocument,
  StoreUnavailable,
  type VersionedDocument,
  type Write,
} from './documents.ts';

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

  constructor(options: { documents: Documents; clock: Clock; newId: () => string }) {
    this.#documents = options.documents;
    this.#clock = options.clock;
    this.#newId = options.newId;
  }

  async get(id: string): Promise<Migration | undefined> {
    const document = await this.#documents.get(migrationPath(id));
    return document === undefined ? undefined : parseDocument(migrationSchema, document);
  }

  /** The shoot's active migration, else its newest one, else undefined. `key` is `namespace/name`. */
  async findByShoot(key: string): Promise<Migration | undefined> {
    const found = await this.#all('migrations', migrationSchema, {
      where: { field: 'shootKey', equals: key },
    });
    const newestFirst = found.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
    return newestFirst.find(({ active }) => active) ?? newestFirst[0];
  }

  /** All that have not ended. One that cannot be understood is thrown, or handed to `unreadable` and left out. */
  async active(unreadable?: (error: unknown) => void): Promise<readonly Migration[]> {
    const query = { where: { field: 'active', equals: true } };
    return await this.#all('migrations', migrationSchema, query, unreadable);
  }

  /**
   * Changes a migration: `decide` is given what is stored now and returns what shall be, or undefined to leave it.
   * It is called again whenever somebody else wrote in between. Returns the migration as it then stands.
   *
   * @throws StoreUnavailable when the store could not be reached, or too many others kept writing.
   */
  async change(
    id: string,
    decide: (current: Migration) => MigrationChange | undefined,
  ): Promise<Migration | undefined> {
    const path = migrationPath(id);
    const writeId = this.#newId();
    return await retry(
      async () => {
        const document = await this.#documents.get(path);
        if (document === undefined) return undefined;
        const current = parseDocument(migrationSchema, document);
        if (current.writeId === writeId) return current;
        const change = decide(current);
        if (change === undefined) return current;
        const history = change.history ?? [];
        const next = {
          ...change.migration,
          writeId,
          updatedAt: new Date(this.#clock.now()).toISOString() as Migration['updatedAt'],
          historyLength: current.historyLength + history.length,
        };
        await this.#documents.commit([
          { kind: 'replace', path, fields: migrationFields(next), ifVersion: document.version },
          ...history.map((entry, index) => historyWrite(id, current.historyLength + index, entry)),
          ...(change.writes ?? []),
        ]);
        return next;
      },
      { ...CONTENTION, clock: this.#clock, isWorthARetry },
    );
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
    return await this.#all(`${migrationPath(id)}/history`, historyEntrySchema, {});
  }

  async podRoutes(id: string): Promise<ReadonlyMap<string, PodRouteRecord>> {
    const records = await this.#all(`${migrationPath(id)}/routes`, podRouteSchema, {});
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

  async #all<Item>(
    collection: string,
    schema: z.ZodType<Item>,
    query: DocumentQuery,
    unreadable: (error: unknown) => void = rethrow,
  ): Promise<Item[]> {
    const items: Item[] = [];
    for (let after: string | undefined; ; ) {
      const page = await this.#documents.list(collection, {
        ...query,
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      });
      for (const document of page) {
        try {
          items.push(parseDocument(schema, document));
        } catch (error) {
          unreadable(error);
        }
      }
      if (page.length < PAGE) return items;
      after = page.at(-1)?.id;
    }
  }
}

const PAGE = 300;
const CONTENTION = { attempts: 12, firstPauseMs: 20, longestPauseMs: 2_000 };

function rethrow(error: unknown): never {
  throw error;
}

/** `DocumentExists` too: a client that repeats a commit by itself meets what its own first attempt created. */
function isWorthARetry(error: unknown): boolean {
  return (
    error instanceof StaleDocument || error instanceof DocumentExists || error instanceof StoreUnavailable
  );
}

export function migrationPath(id: string): string {
  return `migrations/${id}`;
}

/** Names the document and the fields when what is stored is not what this version of the product understands. */
export function parseDocument<Item>(schema: z.ZodType<Item>, document: VersionedDocument): Item {
  const parsed = schema.safeParse(document.fields);
  if (parsed.success) return parsed.data;
  throw new Error(`document ${document.path} cannot be understood: ${z.prettifyError(parsed.error)}`);
}

/** A value of the domain as the store keeps it: plain JSON, absent instead of undefined. */
export function toFields(value: object): Fields {
  return JSON.parse(JSON.stringify(value)) as { readonly [key: string]: Json };
}

function migrationFields(migration: Migration): Fields {
  // Queries see top-level fields only.
  return { ...toFields(migration), shootKey: migration.shoot.key };
}

function historyWrite(id: string, index: number, entry: HistoryEntry): Write {
  const name = String(index).padStart(8, '0');
  return { kind: 'create', path: `${migrationPath(id)}/history/${name}`, fields: toFields(entry) };
}
