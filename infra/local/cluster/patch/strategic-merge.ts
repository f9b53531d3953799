import type { Json, JsonObject } from '../object/json.ts';
import { isArray, isObject, sameJson } from '../object/json.ts';
import { isSet, mergeKey } from './merge-keys.ts';

/**
 * Strategic merge patch: as a merge patch, but the lists of `merge-keys.ts` are merged entry by entry. Understands
 * `$patch: delete | replace | merge`, `$deleteFromPrimitiveList/…`, `$setElementOrder/…` and `$retainKeys`.
 */
export function strategicMerge(target: Json | undefined, patch: JsonObject): JsonObject {
  if (patch.$patch === 'replace') return withoutDirectives(patch);
  if (patch.$patch === 'delete') return {};
  const base: JsonObject = isObject(target) ? target : {};
  const merged: Record<string, Json | undefined> = retained(base, patch);
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith('$')) applyListDirective(merged, field, value);
    else if (value === null || value === undefined) delete merged[field];
    else merged[field] = mergeField(field, merged[field], value);
  }
  for (const [field, order] of Object.entries(patch)) {
    const list = field.startsWith('$setElementOrder/') ? field.slice('$setElementOrder/'.length) : undefined;
    if (list !== undefined) merged[list] = reordered(list, merged[list], order);
  }
  return merged;
}

function mergeField(field: string, present: Json | undefined, value: Json): Json {
  if (isObject(value)) return strategicMerge(present, value);
  if (!isArray(value)) return value;
  const before = isArray(present) ? present : [];
  if (isSet(field))
    return [...before, ...value.filter((entry) => !before.some((old) => sameJson(old, entry)))];
  const key = mergeKey(field, value, before);
  if (key !== undefined) return mergeList(key, before, value);
  return value.filter(
    (entry) => !(isObject(entry) && entry.$patch === 'replace' && Object.keys(entry).length === 1),
  );
}

function mergeList(key: string, before: readonly Json[], patch: readonly Json[]): Json[] {
  const directives = patch.filter(isObject);
  if (directives.some((entry) => entry.$patch === 'replace')) {
    return directives.filter((entry) => entry[key] !== undefined).map(withoutDirectives);
  }
  let list: Json[] = [...before];
  for (const entry of directives) {
    const index = list.findIndex((old) => isObject(old) && sameJson(old[key], entry[key]));
    if (entry.$patch === 'delete') list = list.filter((_, position) => position !== index);
    else if (index >= 0) list[index] = strategicMerge(list[index], entry);
    else list.push(strategicMerge({}, entry));
  }
  return list;
}

function retained(base: JsonObject, patch: JsonObject): Record<string, Json | undefined> {
  const keys = patch.$retainKeys;
  if (!isArray(keys)) return { ...base };
  return Object.fromEntries(Object.entries(base).filter(([field]) => keys.includes(field)));
}

function applyListDirective(
  merged: Record<string, Json | undefined>,
  field: string,
  value: Json | undefined,
): void {
  if (!field.startsWith('$deleteFromPrimitiveList/') || !isArray(value)) return;
  const list = field.slice('$deleteFromPrimitiveList/'.length);
  const present = merged[list];
  if (isArray(present))
    merged[list] = present.filter((entry) => !value.some((gone) => sameJson(entry, gone)));
}

/** Entries in the order that the patch asks for, entries it does not know behind them. */
function reordered(field: string, present: Json | undefined, order: Json | undefined): Json | undefined {
  if (!isArray(present) || !isArray(order)) return present;
  const key = mergeKey(field, present);
  const identity = (entry: Json) => (key !== undefined && isObject(entry) ? entry[key] : entry);
  const rank = (entry: Json) => {
    const position = order.findIndex((wanted) => sameJson(identity(wanted), identity(entry)));
    return position < 0 ? order.length : position;
  };
  return [...present].sort((left, right) => rank(left) - rank(right));
}

function withoutDirectives(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([field]) => !field.startsWith('$')));
}
