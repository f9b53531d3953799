import type { Fields, Json } from './store/documents.ts';

/**
 * Lists and maps that are JSON as they stand and frozen to the bottom. Who meets one again need not look into it: a migration is
 * stored after every act, and most of it is as it was before.
 */
const known = new WeakSet<object>();

/** Whether a list or map is known to be JSON that nobody can change any more. */
export function isFrozenJson(value: object): value is readonly Json[] | Fields {
  return known.has(value);
}

/**
 * A value of the domain as the store keeps it: what comes of `JSON.parse(JSON.stringify(value))`, so absent instead of undefined,
 * frozen to the bottom. Parts that are so already are taken as they are, all others are copied.
 */
export function toFields(value: object): Fields {
  const json = objectJson(value);
  if (isMap(json)) return json;
  throw new TypeError(`the fields of a document are a map, not ${JSON.stringify(json)?.slice(0, 60)}`);
}

/** Freezes lists and maps where they stand, to the bottom; anything else in them is left alone. */
export function frozen<Value>(value: Value): Value {
  freeze(value);
  return value;
}

function jsonOf(value: unknown): Json | undefined {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  // JSON has no -0.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  return typeof value === 'object' ? objectJson(value) : roundTrip(value);
}

function objectJson(value: object): Json | undefined {
  if (isFrozenJson(value)) return value;
  // Not `map`, which leaves a hole where there is one.
  if (Array.isArray(value)) return kept(Array.from(value, itemJson));
  if (!isPlain(value) || 'toJSON' in value || Object.hasOwn(value, '__proto__')) return roundTrip(value);
  const map: Record<string, Json> = {};
  for (const name of Object.keys(value)) {
    const item = jsonOf(Reflect.get(value, name));
    if (item !== undefined) map[name] = item;
  }
  return kept(map);
}

function itemJson(item: unknown): Json {
  return jsonOf(item) ?? null;
}

/** For what is rare: dates and the like, and what JSON leaves out or refuses. */
function roundTrip(value: unknown): Json | undefined {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? undefined : frozen(JSON.parse(text));
}

function kept(made: Readonly<Record<string, Json>> | readonly Json[]): Json {
  known.add(Object.freeze(made));
  return made;
}

/** Whether the value is JSON as it stands. */
function freeze(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean';
  if (value === null || known.has(value)) return true;
  if (!Array.isArray(value) && !isPlain(value)) return false;
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let isJson = true;
  for (const item of items) if (!freeze(item)) isJson = false;
  Object.freeze(value);
  if (isJson) known.add(value);
  return isJson;
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

function isMap(json: Json | undefined): json is Fields {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
