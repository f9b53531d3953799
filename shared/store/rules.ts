import { isFrozenJson } from '../frozen-json.ts';
import type { CollectionPath, DocumentPath, Fields, Write } from './documents.ts';
import {
  DocumentTooLarge,
  EXPIRES_AT,
  MAX_DOCUMENT_BYTES,
  MAX_FIELD_BYTES,
  MAX_WRITES_PER_COMMIT,
} from './documents.ts';
import { documentBytes, largestFieldBytes } from './size.ts';

/**
 * What Firestore would refuse is refused by every adapter before anything is sent, with the place named; so the
 * embedded store takes nothing that production does not (limits: Firestore's "Quotas and limits", checked against
 * the emulator). A violation is a mistake in the program, never worth a retry.
 */
export function checkWrites(writes: readonly Write[]): void {
  if (writes.length > MAX_WRITES_PER_COMMIT) {
    throw new RangeError(`a commit takes at most ${MAX_WRITES_PER_COMMIT} writes, not ${writes.length}`);
  }
  const paths = new Set<DocumentPath>();
  let total = 0;
  for (const write of writes) {
    checkDocumentPath(write.path);
    if (paths.has(write.path)) {
      throw new TypeError(`document ${write.path} is written twice in one commit`);
    }
    paths.add(write.path);
    if (write.kind !== 'delete') total += checkFields(write.path, write.fields);
  }
  if (total > MAX_COMMIT_BYTES) {
    throw new RangeError(`a commit takes at most ${MAX_COMMIT_BYTES} bytes, not ${total}`);
  }
}

/** gRPC's default limit, which the emulator keeps by not answering for a minute (local-components.md §4). */
const MAX_COMMIT_BYTES = 4_000_000;
const MAX_NESTING = 20;
const MAX_NAME_BYTES = 1500;
const MOST_PATHS = 1_000;

/** @throws TypeError when `path` does not name a document. */
export function checkDocumentPath(path: DocumentPath): void {
  if (checkedSegments(path) % 2 !== 0) {
    throw new TypeError(`document path "${path}" must have an even number of segments`);
  }
}

/** @throws TypeError when `path` does not name a collection. */
export function checkCollectionPath(path: CollectionPath): void {
  if (checkedSegments(path) % 2 !== 1) {
    throw new TypeError(`collection path "${path}" must have an odd number of segments`);
  }
}

/** How many segments a path has that were all found fit: the same documents are asked for again and again. */
const fitPaths = new Map<string, number>();

function checkedSegments(path: string): number {
  const before = fitPaths.get(path);
  if (before !== undefined) return before;
  const segments = path.split('/');
  for (const segment of segments) {
    const allowed = segment !== '' && segment !== '.' && segment !== '..' && !/^__.*__$/s.test(segment);
    if (!allowed || !segment.isWellFormed() || Buffer.byteLength(segment) > MAX_NAME_BYTES) {
      throw new TypeError(
        `path "${path.slice(0, 200)}": segment "${segment.slice(0, 60)}" must be 1 to ${MAX_NAME_BYTES} bytes and not ".", ".." or __like_this__`,
      );
    }
  }
  if (fitPaths.size >= MOST_PATHS) fitPaths.clear();
  fitPaths.set(path, segments.length);
  return segments.length;
}

/** Bytes of the document. */
function checkFields(path: DocumentPath, fields: Fields): number {
  for (const [name, value] of Object.entries(fields)) {
    checkName(path, name, name);
    checkValue(path, name, value, 0);
    if (name === EXPIRES_AT) checkMoment(path, name, value);
  }
  const bytes = documentBytes(path, fields);
  if (bytes > MAX_DOCUMENT_BYTES || largestFieldBytes(fields) > MAX_FIELD_BYTES) {
    throw new DocumentTooLarge(path, bytes);
  }
  return bytes;
}

/** A form in which every store gives it back as it was; Firestore's timestamps end with the year 9999. */
function checkMoment(path: DocumentPath, place: string, value: unknown): void {
  const known = typeof value === 'string' && /^\d{4}-/.test(value) && !Number.isNaN(Date.parse(value));
  if (known && new Date(value).toISOString() === value) return;
  throw unfit(
    path,
    place,
    'the moment after which a document may go is written like 2026-01-31T12:00:00.000Z',
  );
}

/** Lists and maps that were found fit and cannot have changed since, with the levels of lists and maps that they are. */
const levelsOf = new WeakMap<object, number>();

/** Levels of lists and maps that the value is: 0 for what is neither. */
// Takes unknown: the types keep honest callers out, but values read from a manifest arrive through casts of others.
function checkValue(
  path: DocumentPath,
  place: string,
  value: unknown,
  nesting: number,
  inList = false,
): number {
  if (value === null || typeof value === 'boolean') return 0;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw unfit(path, place, `${value} is not a JSON number`);
    return 0;
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw unfit(path, place, 'half a surrogate pair has no UTF-8 form');
    return 0;
  }
  if (typeof value !== 'object') throw unfit(path, place, `${typeof value} is not a JSON value`);
  if (inList && Array.isArray(value)) throw unfit(path, place, 'a list directly inside a list is not stored');
  const before = levelsOf.get(value);
  if (before !== undefined && nesting + before <= MAX_NESTING) return before;
  if (nesting === MAX_NESTING) throw unfit(path, place, `lies deeper than ${MAX_NESTING} lists and maps`);
  const levels = 1 + checkItems(path, place, value, nesting + 1);
  if (isFrozenJson(value)) levelsOf.set(value, levels);
  return levels;
}

function checkItems(path: DocumentPath, place: string, of: object, nesting: number): number {
  let levels = 0;
  if (Array.isArray(of)) {
    for (const [index, item] of of.entries()) {
      levels = Math.max(levels, checkValue(path, `${place}[${index}]`, item, nesting, true));
    }
    return levels;
  }
  if (!isPlain(of)) throw unfit(path, place, `an instance of ${of.constructor.name} is not a JSON value`);
  for (const [name, item] of Object.entries(of)) {
    checkName(path, `${place}.${name}`, name);
    levels = Math.max(levels, checkValue(path, `${place}.${name}`, item, nesting));
  }
  return levels;
}

function checkName(path: DocumentPath, place: string, name: string): void {
  if (fitNames.has(name)) return;
  // One byte less than Firestore takes: its adapter may have to put an escape before the name.
  if (!name.isWellFormed() || Buffer.byteLength(name) >= MAX_NAME_BYTES) {
    throw unfit(path, place, `a field name must be well-formed and shorter than ${MAX_NAME_BYTES} bytes`);
  }
  if (fitNames.size < MOST_NAMES) fitNames.add(name);
}

/** The product's own names, which every write has again. */
const fitNames = new Set<string>();
const MOST_NAMES = 1_000;

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function unfit(path: DocumentPath, place: string, problem: string): TypeError {
  return new TypeError(`document ${path}, field ${place.slice(0, 200)}: ${problem}`);
}
