import { isDeepStrictEqual } from 'node:util';
import type {
  Documents,
  Fields,
  Version,
  VersionedDocument,
  Write,
} from '../../../../shared/store/documents.ts';
import { DocumentExists, MAX_LIST, StaleDocument } from '../../../../shared/store/documents.ts';
import { checkCollectionPath, checkDocumentPath, checkWrites } from '../../../../shared/store/rules.ts';

export interface EmbeddedDocuments extends Documents {
  clear(): void;
}

/** A document at rest is its JSON text: nobody can hold a reference into the store. */
interface Stored {
  readonly json: string;
  readonly version: Version;
}

/** Firestore's semantics in memory. Every operation is one synchronous step, so commits are atomic by nature. */
export function embeddedDocuments(): EmbeddedDocuments {
  const collections = new Map<string, Map<string, Stored>>();
  let writesSoFar = 0;

  function find(path: string): Stored | undefined {
    const [collection, id] = split(path);
    return collections.get(collection)?.get(id);
  }

  function store(path: string, fields: Fields): void {
    const json = JSON.stringify(fields);
    const before = find(path);
    // Firestore leaves updateTime as it is when a write changes nothing (local-components.md §4).
    if (before !== undefined && isDeepStrictEqual(JSON.parse(before.json), JSON.parse(json))) return;
    const [collection, id] = split(path);
    const documents = collections.get(collection) ?? new Map<string, Stored>();
    collections.set(collection, documents);
    writesSoFar += 1;
    documents.set(id, { json, version: `write-${writesSoFar}` as Version });
  }

  function remove(path: string): void {
    const [collection, id] = split(path);
    collections.get(collection)?.delete(id);
  }

  return {
    async get(path) {
      checkDocumentPath(path);
      const stored = find(path);
      return stored && versioned(path, stored);
    },

    async list(collection, { where, limit = MAX_LIST, after } = {}) {
      checkCollectionPath(collection);
      return [...(collections.get(collection) ?? [])]
        .filter(([id]) => after === undefined || byUtf8(id, after) > 0)
        .sort(([a], [b]) => byUtf8(a, b))
        .map(([id, stored]) => versioned(`${collection}/${id}`, stored))
        .filter(({ fields }) => where === undefined || ownField(fields, where.field) === where.equals)
        .slice(0, Math.min(limit, MAX_LIST));
    },

    async commit(writes) {
      checkWrites(writes);
      for (const write of writes) checkPrecondition(write, find(write.path));
      for (const write of writes) {
        if (write.kind === 'delete') remove(write.path);
        else store(write.path, write.fields);
      }
    },

    clear() {
      collections.clear();
    },
  };
}

function checkPrecondition(write: Write, current: Stored | undefined): void {
  if (write.kind === 'create') {
    if (current !== undefined) throw new DocumentExists(write.path);
    return;
  }
  const expected = write.kind === 'put' ? undefined : write.ifVersion;
  if (expected !== undefined && expected !== current?.version) throw new StaleDocument(write.path);
}

function versioned(path: string, { json, version }: Stored): VersionedDocument {
  const [, id] = split(path);
  return { path, id, fields: JSON.parse(json), version };
}

function ownField(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function split(path: string): readonly [collection: string, id: string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, slash), path.slice(slash + 1)];
}

/** Firestore orders ids by their UTF-8 bytes; JavaScript compares UTF-16 units, which differs beyond U+FFFF. */
function byUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
