import type { Json, JsonObject } from '../object/json.ts';
import { isArray, isObject, sameJson } from '../object/json.ts';
import type { Schema } from '../schema/schema.ts';
import { entriesByStep, entryStep, fieldSchema, isGranularObject } from './entries.ts';
import type { FieldSet } from './field-set.ts';
import { fieldStep, pathOf } from './field-set.ts';

/** Kept by the server, and nobody's: structured-merge-diff's `stripMeta`. */
const UNOWNED = new Set(['apiVersion', 'kind']);
const UNOWNED_METADATA = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]);

/** The object without what nobody owns. */
export function ownable(object: JsonObject): JsonObject {
  const content: Record<string, Json | undefined> = {};
  for (const [field, value] of Object.entries(object)) {
    if (!UNOWNED.has(field) && field !== 'metadata') content[field] = value;
  }
  const { metadata } = object;
  if (isObject(metadata)) {
    const kept = Object.entries(metadata).filter(([field]) => !UNOWNED_METADATA.has(field));
    if (kept.length > 0) content.metadata = Object.fromEntries(kept);
  }
  return content;
}

/** The fields that a value says. */
export function fieldsOf(schema: Schema, value: Json): FieldSet {
  const found = new Set<string>();
  collect(schema, value, '', found);
  return found;
}

function collect(schema: Schema, value: Json, path: string, found: Set<string>): void {
  if (isGranularObject(schema, value)) {
    for (const [name, entry] of Object.entries(value)) {
      if (entry === undefined) continue;
      const here = pathOf(path, fieldStep(name));
      collect(fieldSchema(schema, name), entry, here, found);
      // An entry of a map is a member itself, as is what is empty.
      if (schema.kind === 'map' || (isObject(entry) && Object.keys(entry).length === 0)) found.add(here);
    }
    return;
  }
  if (schema.kind === 'list' && schema.merging !== 'atomic' && isArray(value)) {
    for (const entry of value) {
      const here = pathOf(path, entryStep(schema, entry) ?? '');
      found.add(here);
      collect(schema.entry, entry, here, found);
    }
    return;
  }
  if (path !== '') found.add(path);
}

export interface Comparison {
  /** Added or given another value. */
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

/** What became of each field from one value to the next. */
export function compare(schema: Schema, before: Json, after: Json): Comparison {
  const changed = new Set<string>();
  const removed = new Set<string>();
  compareAt(schema, before, after, '', changed, removed);
  return { changed, removed };
}

function compareAt(
  schema: Schema,
  before: Json | undefined,
  after: Json | undefined,
  path: string,
  changed: Set<string>,
  removed: Set<string>,
): void {
  if (before === after) return;
  if (before === undefined || after === undefined) {
    const found = before === undefined ? changed : removed;
    collect(schema, before ?? after ?? null, path, found);
    if (path !== '') found.add(path);
    return;
  }
  if (isGranularObject(schema, before) && isGranularObject(schema, after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const here = pathOf(path, fieldStep(name));
      compareAt(fieldSchema(schema, name), before[name], after[name], here, changed, removed);
    }
    return;
  }
  if (schema.kind === 'list' && schema.merging !== 'atomic' && isArray(before) && isArray(after)) {
    const [old, next] = [entriesByStep(schema, before), entriesByStep(schema, after)];
    for (const step of new Set([...old.keys(), ...next.keys()])) {
      compareAt(schema.entry, old.get(step), next.get(step), pathOf(path, step), changed, removed);
    }
    return;
  }
  if (!sameJson(before, after)) changed.add(path);
}

/** The value with everything that the configuration says in it. */
export function merge(schema: Schema, value: Json | undefined, configuration: Json): Json {
  if (isGranularObject(schema, configuration)) {
    const merged: Record<string, Json | undefined> = { ...(isObject(value) ? value : {}) };
    for (const [name, entry] of Object.entries(configuration)) {
      if (entry !== undefined) merged[name] = merge(fieldSchema(schema, name), merged[name], entry);
    }
    return merged;
  }
  if (schema.kind === 'list' && schema.merging !== 'atomic' && isArray(configuration)) {
    const merged = entriesByStep(schema, isArray(value) ? value : []);
    for (const [step, entry] of entriesByStep(schema, configuration)) {
      merged.set(step, merge(schema.entry, merged.get(step), entry));
    }
    return [...merged.values()];
  }
  return configuration;
}

/** The value without the fields that `goes` says; what is empty afterwards and was not before goes too, if it may. */
export function without(schema: Schema, value: Json, goes: (path: string) => boolean, path = ''): Json {
  if (isGranularObject(schema, value)) {
    const kept: Record<string, Json | undefined> = {};
    for (const [name, entry] of Object.entries(value)) {
      const here = pathOf(path, fieldStep(name));
      if (entry === undefined || goes(here)) continue;
      const left = without(fieldSchema(schema, name), entry, goes, here);
      if (left === entry || !isEmpty(left)) kept[name] = left;
    }
    return Object.keys(kept).length === Object.keys(value).length &&
      Object.entries(kept).every(([name, entry]) => entry === value[name])
      ? value
      : kept;
  }
  if (schema.kind === 'list' && schema.merging !== 'atomic' && isArray(value)) {
    const kept = value.flatMap((entry) => {
      const here = pathOf(path, entryStep(schema, entry) ?? '');
      return goes(here) ? [] : [without(schema.entry, entry, goes, here)];
    });
    return kept.length === value.length && kept.every((entry, index) => entry === value[index])
      ? value
      : kept;
  }
  return value;
}

function isEmpty(value: Json): boolean {
  return isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}
