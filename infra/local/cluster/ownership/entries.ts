import type { Json, JsonObject } from '../object/json.ts';
import { isObject } from '../object/json.ts';
import type { ListOf, Schema } from '../schema/schema.ts';
import { ANYTHING } from '../schema/schema.ts';
import { KEY_DEFAULTS } from '../schema/topology.ts';

/** How an entry of a list is known: the step of its path. Undefined where entries are not told apart. */
export function entryStep(list: ListOf, entry: Json): string | undefined {
  if (list.merging === 'atomic') return undefined;
  if (list.merging === 'set') return `v:${JSON.stringify(entry)}`;
  if (!isObject(entry)) return undefined;
  const keys: Record<string, Json> = {};
  for (const key of [...list.merging].sort()) {
    const value = entry[key] ?? KEY_DEFAULTS[key];
    if (value !== undefined) keys[key] = value;
  }
  return `k:${JSON.stringify(keys)}`;
}

/** Entries by their steps, in the list's order. */
export function entriesByStep(list: ListOf, entries: readonly Json[]): Map<string, Json> {
  return new Map(entries.map((entry) => [entryStep(list, entry) ?? '', entry]));
}

/** The schema of a field of an object. Of what no schema knows, objects are taken for maps and lists for atomic. */
export function fieldSchema(schema: Schema, name: string): Schema {
  if (schema.kind === 'struct') return schema.fields.get(name) ?? ANYTHING;
  return schema.kind === 'map' ? schema.entry : ANYTHING;
}

/** Whether the value is owned field by field rather than as one. */
export function isGranularObject(schema: Schema, value: Json | undefined): value is JsonObject {
  if (!isObject(value)) return false;
  if (schema.kind === 'struct' || schema.kind === 'map') return !schema.atomic;
  return schema.kind === 'any';
}
