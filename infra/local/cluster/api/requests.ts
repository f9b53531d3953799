import type { Json, JsonObject } from '../object/json.ts';
import type { PatchKind } from '../patch/patch.ts';

export interface WriteOptions {
  /** The caller is one of the cluster's own controllers, whose objects the compiler has checked: their fields are not again. */
  readonly typed?: boolean;
  /** Every check and default, but nothing stored. */
  readonly dryRun?: boolean;
  /** As whom the writer will be known in `managedFields`; without it, writes of objects that nobody owns leave no record. */
  readonly fieldManager?: string;
  /** Without it, fields are taken as they are: for callers that know the types. */
  readonly fieldValidation?: FieldValidation;
}

/** What becomes of fields that the kind does not have, which are never stored, and of fields given twice. */
export interface FieldValidation {
  readonly mode: 'Strict' | 'Warn' | 'Ignore';
  /** Paths of fields that the body named twice. */
  readonly duplicates: readonly string[];
  /** Called with each sentence that the client is to be told. */
  warn(sentence: string): void;
}

export interface UpdateOptions extends WriteOptions {
  readonly subresource?: 'status';
  /** Under which endpoint the write is recorded when it is none of these: `scale`, say. */
  readonly endpoint?: string;
}

export interface PatchOptions extends UpdateOptions {
  /** Take what others own; only for server-side apply. */
  readonly force?: boolean;
}

export interface Patch {
  readonly kind: PatchKind;
  readonly body: Json;
}

export interface DeleteOptions extends WriteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  /** As `resourceVersionMatch` says: exactly this version, or any that is not older. */
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
}

export interface WatchOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Start after this version; without one (or with '0') the present objects come first, as ADDED. */
  readonly resourceVersion?: string;
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  /** Over HTTP, empty when not given; `sendInitialEvents` asks for NotOlderThan. */
  readonly resourceVersionMatch?: string;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: JsonObject;
}
