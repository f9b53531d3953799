import type { Documents, Fields, VersionedDocument } from '../../../shared/store/documents.ts';

/** What a test of the contract works with: a store, and a collection that nobody else uses. */
export interface Scene {
  readonly documents: Documents;
  readonly collection: string;
  /** Of a document that does not exist yet. */
  readonly path: string;
  /** How another process reaches the same store. */
  readonly environment: Readonly<Record<string, string>>;
  /** Overwrites the document (the one at `path` unless told otherwise) and reads it back. */
  put(fields: Fields, at?: string): Promise<VersionedDocument>;
  /** Reads the document, which must be there. */
  existing(at?: string): Promise<VersionedDocument>;
}
