import { Timestamp } from '@google-cloud/firestore';
import { EXPIRES_AT, type Fields, type Json } from './documents.ts';

/**
 * Field names as Firestore can hold them. It reserves names like `__this__`, has no empty name, and its Node client
 * silently loses a field called `__proto__`; such names get a `~` in front, and so do those that start with one,
 * so that every name comes back as it was.
 */
const ESCAPE = '~';

/** Never in a document that was written through this adapter: `~` is always followed by something it escapes. */
export const ABSENT_FIELD = '~absent';

export function storedName(name: string): string {
  return name === '' || name.startsWith(ESCAPE) || /^__.*__$/s.test(name) ? ESCAPE + name : name;
}

function originalName(name: string): string {
  return name.startsWith(ESCAPE) ? name.slice(ESCAPE.length) : name;
}

/** The fields as they are given to Firestore's client. */
export function toStored(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [storedName(name), storedField(name, value)]),
  );
}

/**
 * A top-level field's value as Firestore holds it. A TTL policy passes over documents in which the moment is no timestamp
 * ("Manage data retention with TTL policies"), so this one is stored as that; all other times are texts.
 */
export function storedField(name: string, value: Json): unknown {
  if (name === EXPIRES_AT && typeof value === 'string') return Timestamp.fromMillis(Date.parse(value));
  return storedValue(value);
}

function storedValue(value: Json): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return isList(value) ? value.map(storedValue) : storedMap(value);
}

function storedMap(map: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => [storedName(name), storedValue(value)]),
  );
}

/**
 * The fields as they were written.
 *
 * @throws TypeError when somebody else wrote a value that JSON does not have (another timestamp, bytes, a reference).
 */
export function fromStored(path: string, stored: object): Fields {
  return originalMap(path, stored, (name, value) =>
    name === EXPIRES_AT && value instanceof Timestamp ? value.toDate().toISOString() : value,
  );
}

function originalMap(
  path: string,
  stored: object,
  before: (name: string, value: unknown) => unknown = (_, value) => value,
): Fields {
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => [
      originalName(name),
      jsonValue(`${path}: ${name}`, before(name, value)),
    ]),
  );
}

function jsonValue(place: string, value: unknown): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item) => jsonValue(place, item));
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return originalMap(place, value);
  }
  throw new TypeError(`document ${place} holds a value that is not JSON`);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
