/**
 * The port to the document store. It asks of a store only what Firestore promises: versioned documents, optimistic
 * preconditions, and batches that are applied whole or not at all. There are no held transactions: a process
 * killed inside one blocks the document for a minute and contenders starve.
 *
 * Adapters: `firestore.ts` beside this file; an embedded one in `infra/local`. Both answer to
 * `test/contract/documents.ts`.
 */
export interface Documents {
  /**
   * The document at `path` as it is now, or undefined when there is none.
   *
   * @throws StoreUnavailable when the store could not be asked or did not answer.
   */
  get(path: DocumentPath): Promise<VersionedDocument | undefined>;

  /**
   * Documents directly in `collection`, ordered by id, at most `limit` (default and maximum 500) of them after
   * the id `after`. `where` keeps those whose top-level field equals the value.
   *
   * @throws StoreUnavailable when the store could not be asked or did not answer.
   */
  list(collection: CollectionPath, query?: DocumentQuery): Promise<readonly VersionedDocument[]>;

  /**
   * Applies all writes atomically, or none. Not repeatable in general: a caller that got no answer reads again
   * before it decides. Tells the version that each written document has now, in the order of the writes; undefined for a delete.
   *
   * @throws DocumentExists when a `create` finds a document.
   * @throws StaleDocument when the version of a `replace` or `delete` is no longer the current one (or
   *   the document is gone).
   * @throws DocumentTooLarge before anything is sent when a document would exceed 1 MiB.
   * @throws StoreUnavailable when the store could not be asked or did not answer; the writes may have happened,
   *   or may still happen: an unconditional `put` or `delete` must be harmless when it comes late.
   * @throws TypeError or RangeError before anything is sent for what no store takes (`rules.ts`): a path that names
   *   no document, one document written twice, a value that is not JSON, a list directly inside a list, an
   *   {@link EXPIRES_AT} that is no moment, too many writes.
   */
  commit(writes: readonly Write[]): Promise<readonly (Version | undefined)[]>;
}

/** Slash-separated path with an even number of segments, e.g. `migrations/m-1/routes/r-7`. */
export type DocumentPath = string;
/** Slash-separated path with an odd number of segments, e.g. `migrations`. */
export type CollectionPath = string;

/**
 * Opaque: changes with every effective write to the document, never reused for other content. A write that leaves
 * the fields as they were is not effective: who must tell two holders apart writes something that differs.
 */
export type Version = string & { readonly __brand: 'Version' };

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Fields = { readonly [key: string]: Json };

/**
 * The one top-level field that means something to a store: the moment after which the document may go, a `Timestamp` of
 * `clock.ts`. Firestore, where infra/gcp/firestore.tf has a TTL policy on the collection, removes it within about a day of that;
 * the embedded store keeps it. Until then it is as any other document. Which documents have one: `expiry.ts`.
 */
export const EXPIRES_AT = 'expiresAt';

export interface VersionedDocument {
  readonly path: DocumentPath;
  /** The last segment of the path. */
  readonly id: string;
  readonly fields: Fields;
  readonly version: Version;
}

export interface DocumentQuery {
  readonly where?: { readonly field: string; readonly equals: string | number | boolean };
  readonly limit?: number;
  readonly after?: string;
}

export type Write =
  | { readonly kind: 'create'; readonly path: DocumentPath; readonly fields: Fields }
  /** Unconditional: creates or overwrites. */
  | { readonly kind: 'put'; readonly path: DocumentPath; readonly fields: Fields }
  /** Overwrites the whole document if it still has this version. */
  | {
      readonly kind: 'replace';
      readonly path: DocumentPath;
      readonly fields: Fields;
      readonly ifVersion: Version;
    }
  | { readonly kind: 'delete'; readonly path: DocumentPath; readonly ifVersion?: Version };

/** Names the document in every message, so that a log line says which one it was. */
abstract class DocumentError extends Error {
  readonly path: DocumentPath;
  constructor(path: DocumentPath, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.path = path;
  }
}

/** A `create` found a document at its path. */
export class DocumentExists extends DocumentError {
  constructor(path: DocumentPath, options?: ErrorOptions) {
    super(path, `document ${path} exists already`, options);
  }
}

/** The document was changed or deleted since it was read: read again and decide again. */
export class StaleDocument extends DocumentError {
  constructor(path: DocumentPath, options?: ErrorOptions) {
    super(path, `document ${path} was changed by somebody else since it was read`, options);
  }
}

/** More than 1 MiB in one document (Firestore's limit). */
export class DocumentTooLarge extends DocumentError {
  constructor(path: DocumentPath, bytes: number) {
    super(
      path,
      `document ${path} would hold ${bytes} bytes; at most ${MAX_DOCUMENT_BYTES} are allowed, ${MAX_FIELD_BYTES} of them in one field`,
    );
  }
}

/** The store did not answer, or answered that it cannot serve now. Worth a retry. */
export class StoreUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnavailable';
  }
}

export const MAX_DOCUMENT_BYTES = 1_048_576;
/** Of one top-level field's value. */
export const MAX_FIELD_BYTES = 1_048_487;
/** Documents in one answer to a list. */
export const MAX_LIST = 500;
/** Writes in one batch; callers split longer lists and make each part safe to repeat. */
export const MAX_WRITES_PER_COMMIT = 400;
