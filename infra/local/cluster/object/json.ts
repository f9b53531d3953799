import { isDeepStrictEqual } from 'node:util';

/** What JSON can hold. `undefined` is allowed as a field's value, so that optional fields can be spread; it is never stored. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [field: string]: Json | undefined };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The field of an object as an object, empty when it is absent or something else. */
export function objectAt(value: Json | undefined, ...path: readonly string[]): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

/** The field of an object as a string, undefined when it is absent or something else. */
export function stringAt(value: Json | undefined, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The value at a path of field names, undefined where the path leaves the document. */
export function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let found = value;
  for (const field of path) {
    if (!isObject(found)) return undefined;
    found = found[field];
  }
  return found;
}

/** Equal as JSON documents that hold no undefined fields (see {@link compact}). */
export function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  return left === right || isDeepStrictEqual(left, right);
}

/**
 * The document without null and undefined fields, as the API server stores it: a Go client that sends
 * `creationTimestamp: null` means "not set". List entries stay, so that positions keep their meaning. What was stored
 * before, and is frozen since, is so already.
 */
export function compact<T extends Json | undefined>(value: T): T;
export function compact(value: Json | undefined): Json | undefined {
  if (Object.isFrozen(value)) return value;
  if (isArray(value)) return value.map((entry) => compact(entry));
  if (!isObject(value)) return value;
  const kept: Record<string, Json> = {};
  for (const [field, entry] of Object.entries(value)) {
    if (entry !== null && entry !== undefined) kept[field] = compact(entry);
  }
  return kept;
}

/** Freezes the whole document: what is stored is handed out without a copy, and a stray write must fail loudly. */
export function frozen<T extends Json>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const entry of Object.values(value)) {
    if (typeof entry === 'object' && entry !== null) frozen(entry);
  }
  return Object.freeze(value);
}
