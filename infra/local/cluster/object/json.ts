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

/** Equal as JSON documents that hold no undefined fields (see {@link compact}), whatever the order of their fields. */
export function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  // What a write did not touch is the very same object: most comparisons end here.
  if (Object.is(left, right)) return true;
  if (isArray(left)) {
    return (
      isArray(right) &&
      left.length === right.length &&
      left.every((entry, index) => sameJson(entry, right[index]))
    );
  }
  if (!isObject(left) || !isObject(right)) return false;
  let fields = 0;
  for (const field in left) {
    if (!Object.hasOwn(right, field) || !sameJson(left[field], right[field])) return false;
    fields += 1;
  }
  return fields === Object.keys(right).length;
}

/**
 * The document without null and undefined fields, as the API server stores it: a Go client that sends
 * `creationTimestamp: null` means "not set". List entries stay, so that positions keep their meaning. Frozen; what is
 * frozen already was made here or stored before.
 */
export function compact<T extends Json | undefined>(value: T): T;
export function compact(value: Json | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null || isFixed(value)) return value;
  if (isArray(value)) return Object.freeze(value.map((entry) => compact(entry)));
  if (!isObject(value)) return value;
  const kept: Record<string, Json> = {};
  for (const field in value) {
    const entry = value[field];
    if (entry !== null && entry !== undefined) kept[field] = compact(entry);
  }
  return Object.freeze(kept);
}

/** Whether it was frozen: nothing is closed in any other way, and to ask for no more than that is far cheaper. */
function isFixed(value: object): boolean {
  return !Object.isExtensible(value);
}

/** Freezes the whole document: what is stored is handed out without a copy, and a stray write must fail loudly. */
export function frozen<T extends Json>(value: T): T {
  if (typeof value !== 'object' || value === null || isFixed(value)) return value;
  if (isArray(value)) for (const entry of value) frozen(entry);
  else if (isObject(value)) for (const field in value) frozen(value[field] ?? null);
  return Object.freeze(value);
}
