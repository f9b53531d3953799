import type { DocumentSnapshot, Firestore, WriteResult } from '@google-cloud/firestore';
import { FieldPath, FieldValue, Timestamp } from '@google-cloud/firestore';
import { withinDeadline } from '../deadline.ts';
import type { Documents, Version, VersionedDocument, Write } from './documents.ts';
import { MAX_LIST } from './documents.ts';
import { commitError, readError } from './firestore-errors.ts';
import { ABSENT_FIELD, fromStored, storedField, storedName, toStored } from './firestore-fields.ts';
import { checkCollectionPath, checkDocumentPath, checkWrites } from './rules.ts';

/** The client by itself repeats a read for more than a minute and a commit for ten; no step can wait so long. */
const DEADLINE_MS = 15_000;

/**
 * The store in Firestore, with a client from {@link openFirestore}. A version is the document's `updateTime` with all
 * its nanoseconds.
 *
 * A commit that ended in StoreUnavailable may still be applied: the service may have it, and the client repeats what
 * the service refused for the moment. And when the first try was applied but its answer lost, the client's repetition meets its
 * own document: DocumentExists and StaleDocument do not prove that somebody else wrote. Conditional writes are safe
 * under both, a `put` only where coming late does no harm.
 *
 * @param deadline milliseconds of wall time that one call may take.
 */
export function firestoreDocuments(firestore: Firestore, deadline = DEADLINE_MS): Documents {
  return {
    async get(path) {
      checkDocumentPath(path);
      const snapshot = await answer(`reading ${path}`, firestore.doc(path).get());
      return versioned(snapshot);
    },

    async list(collection, { where, limit = MAX_LIST, after } = {}) {
      checkCollectionPath(collection);
      let query = firestore
        .collection(collection)
        .orderBy(FieldPath.documentId())
        .limit(Math.min(limit, MAX_LIST));
      if (where !== undefined) {
        const { field, equals } = where;
        query = query.where(new FieldPath(storedName(field)), '==', storedField(field, equals));
      }
      if (after !== undefined) query = query.startAfter(after);
      const { docs } = await answer(`listing ${collection}`, query.get());
      return docs.flatMap((snapshot) => versioned(snapshot) ?? []);
    },

    async commit(writes) {
      checkWrites(writes);
      if (writes.length === 0) return [];
      const batch = firestore.batch();
      for (const write of writes) addTo(batch, firestore, write);
      try {
        const results = await withinDeadline(`writing ${names(writes)}`, deadline, batch.commit());
        return versionsAfter(writes, results);
      } catch (error) {
        const versions = async (): Promise<ReadonlyMap<string, Version | undefined>> => {
          const references = writes.map(({ path }) => firestore.doc(path));
          const snapshots = await withinDeadline(
            'reading versions',
            deadline,
            firestore.getAll(...references),
          );
          return new Map(snapshots.map((snapshot) => [snapshot.ref.path, versionAt(snapshot.updateTime)]));
        };
        throw await commitError(error, writes, versions);
      }
    },
  };

  async function answer<T>(what: string, asked: Promise<T>): Promise<T> {
    try {
      return await withinDeadline(what, deadline, asked);
    } catch (error) {
      throw readError(error, what);
    }
  }
}

function addTo(batch: ReturnType<Firestore['batch']>, firestore: Firestore, write: Write): void {
  const document = firestore.doc(write.path);
  switch (write.kind) {
    case 'create':
      batch.create(document, toStored(write.fields));
      return;
    case 'put':
      batch.set(document, toStored(write.fields));
      return;
    case 'replace':
      // `set` overwrites a whole document but carries no precondition; `update` carries one but leaves the fields it
      // does not name. Writes of a batch are applied in order and together, so an update that changes nothing
      // guards the set behind it. A delete as the guard would give the document a new creation time.
      batch.update(document, new FieldPath(ABSENT_FIELD), FieldValue.delete(), {
        lastUpdateTime: updateTime(write.ifVersion),
      });
      batch.set(document, toStored(write.fields));
      return;
    case 'delete':
      if (write.ifVersion === undefined) batch.delete(document);
      else batch.delete(document, { lastUpdateTime: updateTime(write.ifVersion) });
  }
}

function versioned(snapshot: DocumentSnapshot): VersionedDocument | undefined {
  const fields = snapshot.data();
  const version = versionAt(snapshot.updateTime);
  if (fields === undefined || version === undefined) return undefined;
  const { path } = snapshot.ref;
  return { path, id: snapshot.id, fields: fromStored(path, fields), version };
}

/** The last operation on a document tells the time that it was changed at; a `replace` is two. */
function versionsAfter(
  writes: readonly Write[],
  results: readonly WriteResult[],
): readonly (Version | undefined)[] {
  let operations = 0;
  return writes.map(({ kind }) => {
    operations += kind === 'replace' ? 2 : 1;
    return kind === 'delete' ? undefined : versionAt(results[operations - 1]?.writeTime);
  });
}

/** Seconds and nanoseconds, so that no digit is lost: `1795217138.700304000`. */
function versionAt(time: Timestamp | undefined): Version | undefined {
  if (time === undefined) return undefined;
  return `${time.seconds}.${String(time.nanoseconds).padStart(9, '0')}` as Version;
}

function updateTime(version: Version): Timestamp {
  const [, seconds, nanoseconds] = /^(\d+)\.(\d{9})$/.exec(version) ?? [];
  if (seconds === undefined || nanoseconds === undefined) {
    throw new TypeError(`"${version}" is not a version of a Firestore document`);
  }
  return new Timestamp(Number(seconds), Number(nanoseconds));
}

function names(writes: readonly Write[]): string {
  const [first] = writes;
  const rest = writes.length - 1;
  return rest === 0 ? `${first?.path}` : `${first?.path} and ${rest} more`;
}
