import { toFields } from '../../../../shared/frozen-json.ts';
import type {
  Documents,
  Fields,
  Json,
  Version,
  VersionedDocument,
  Write,
} from '../../../../shared/store/documents.ts';
import { DocumentExists, MAX_LIST, StaleDocument } from '../../../../shared/store/documents.ts';
import { checkCollectionPath, checkDocumentPath, checkWrites } from '../../../../shared/store/rules.ts';

export interface EmbeddedDocuments extends Documents {
  clear(): void;
}

/**
 * Firestore's semantics in memory. Every operation is one synchronous step, so commits are atomic by nature. A document at rest
 * is frozen to the bottom: who holds a reference into the store cannot change what is in it.
 */
export function embeddedDocuments(): EmbeddedDocuments {
  const collections = new Map<string, Map<string, VersionedDocument>>();
  let writesSoFar = 0;

  function find(path: string): VersionedDocument | undefined {
    const [collection, id] = split(path);
    return collections.get(collection)?.get(id);
  }

  function store(path: string, written: Fields): void {
    const fields = toFields(written);
    const [collection, id] = split(path);
    const documents = collections.get(collection) ?? new Map<string, VersionedDocument>();
    const before = documents.get(id);
    // Firestore leaves updateTime as it is when a write changes nothing (local-components.md §4).
    if (before !== undefined && isSameJson(before.fields, fields)) return;
    collections.set(collection, documents);
    writesSoFar += 1;
    const version = `write-${writesSoFar}` as Version;
    documents.set(id, Object.freeze({ path, id, fields, version }));
  }

  function remove(path: string): void {
    const [collection, id] = split(path);
    collections.get(collection)?.delete(id);
  }

  return {
    async get(path) {
      checkDocumentPath(path);
      return find(path);
    },

    async list(collection, { where, limit = MAX_LIST, after } = {}) {
      checkCollectionPath(collection);
      return [...(collections.get(collection)?.values() ?? [])]
        .filter(({ id }) => after === undefined || byUtf8(id, after) > 0)
        .filter(({ fields }) => where === undefined || ownField(fields, where.field) === where.equals)
        .sort((a, b) => byUtf8(a.id, b.id))
        .slice(0, Math.min(limit, MAX_LIST));
    },

    async commit(writes) {
      checkWrites(writes);
      for (const write of writes) checkPrecondition(write, find(write.path));
      for (const write of writes) {
        if (write.kind === 'delete') remove(write.path);
        else store(write.path, write.fields);
      }
      return writes.map(({ path }) => find(path)?.version);
    },

    clear() {
      collections.clear();
    },
  };
}

function checkPrecondition(write: Write, current: VersionedDocument | undefined): void {
  if (write.kind === 'create') {
    if (current !== undefined) throw new DocumentExists(write.path);
    return;
  }
  const expected = write.kind === 'put' ? undefined : write.ifVersion;
  if (expected !== undefined && expected !== current?.version) throw new StaleDocument(write.path);
}

function ownField(of: Exclude<Json, null | boolean | number | string>, name: string): Json | undefined {
  return Object.hasOwn(of, name) ? Reflect.get(of, name) : undefined;
}

function split(path: string): readonly [collection: string, id: string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, slash), path.slice(slash + 1)];
}

/** Firestore orders ids by their UTF-8 bytes, which is by code points; JavaScript compares UTF-16 units: not so beyond U+FFFF. */
function byUtf8(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    if (a.charCodeAt(at) !== b.charCodeAt(at)) return (a.codePointAt(at) ?? 0) - (b.codePointAt(at) ?? 0);
  }
  return a.length - b.length;
}

/** Whatever the order of their fields. */
function isSameJson(one: Json, other: Json): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const names = Object.keys(one);
  if (Array.isArray(one) !== Array.isArray(other) || names.length !== Object.keys(other).length) return false;
  return names.every((name) => {
    const [left, right] = [ownField(one, name), ownField(other, name)];
    return left !== undefined && right !== undefined && isSameJson(left, right);
  });
}
