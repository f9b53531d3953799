import type { Json, JsonObject } from '../object/json.ts';
import { isObject } from '../object/json.ts';
import type { Resource } from '../resources/resource.ts';
import { badRequest, unsupportedMediaType } from '../rules/errors.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMerge } from './strategic-merge.ts';

export type PatchKind = 'json' | 'merge' | 'strategic' | 'apply';

export const PATCH_MEDIA_TYPES: Readonly<Record<string, PatchKind>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/**
 * The object with the patch applied, not yet validated. Server-side apply is not here: it needs to know what was
 * applied before.
 *
 * @throws ApiError 400 or 422 for a patch that cannot be read or does not fit, 415 for a strategic merge of a custom
 *   resource.
 */
export function applyPatch(
  resource: Resource,
  target: JsonObject,
  kind: Exclude<PatchKind, 'apply'>,
  patch: Json,
): JsonObject {
  if (kind === 'strategic' && !resource.strategicMerge) {
    const accepted = Object.keys(PATCH_MEDIA_TYPES).filter((type) => PATCH_MEDIA_TYPES[type] !== 'strategic');
    throw unsupportedMediaType(accepted);
  }
  if (kind !== 'json' && !isObject(patch)) throw badRequest('error decoding patch: expected a JSON object');
  const patched = patchedBy(kind, target, patch);
  if (!isObject(patched)) throw badRequest('the patch does not leave an object');
  return patched;
}

function patchedBy(kind: Exclude<PatchKind, 'apply'>, target: JsonObject, patch: Json): Json {
  if (kind === 'json') return jsonPatch(target, patch);
  return kind === 'strategic' && isObject(patch) ? strategicMerge(target, patch) : mergePatch(target, patch);
}
