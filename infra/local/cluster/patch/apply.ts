import type { Json, JsonObject } from '../object/json.ts';
import { isArray, isObject } from '../object/json.ts';
import { mergeKey } from './merge-keys.ts';
import { strategicMerge } from './strategic-merge.ts';

/**
 * Server-side apply in its useful part: what the configuration says is set, what the same manager said last time and
 * says no longer goes, and everything else stays. Ownership conflicts between managers are not tracked.
 */
export function serverSideApply(target: JsonObject, configuration: JsonObject, last: JsonObject): JsonObject {
  return strategicMerge(strategicMerge(target, removals(last, configuration)), configuration);
}

/** The patch that takes away what `last` had and `next` has not. */
function removals(last: JsonObject, next: JsonObject): JsonObject {
  const patch: Record<string, Json> = {};
  for (const [field, before] of Object.entries(last)) {
    const after = next[field];
    if (after === undefined) patch[field] = null;
    else if (isObject(before) && isObject(after)) patch[field] = removals(before, after);
    else if (isArray(before) && isArray(after)) {
      const gone = listRemovals(field, before, after);
      if (gone.length > 0) patch[field] = gone;
    }
  }
  return patch;
}

function listRemovals(field: string, before: readonly Json[], after: readonly Json[]): Json[] {
  const key = mergeKey(field, before, after);
  if (key === undefined) return [];
  return before.filter(isObject).flatMap((entry): Json[] => {
    const kept = after.find((other) => isObject(other) && other[key] === entry[key]);
    if (kept === undefined) return [{ [key]: entry[key], $patch: 'delete' }];
    const nested = isObject(kept) ? removals(entry, kept) : {};
    return Object.keys(nested).length > 0 ? [{ ...nested, [key]: entry[key] }] : [];
  });
}
