import type { JsonObject } from '../object/json.ts';
import { isObject, objectAt } from '../object/json.ts';
import type { KubernetesObject, ObjectKey } from '../object/object.ts';
import { serverSideApply } from '../patch/apply.ts';
import { applyPatch } from '../patch/patch.ts';
import type { Resource } from '../resources/resource.ts';
import { badRequest, notFound } from '../rules/errors.ts';
import { create } from './create.ts';
import type { Kernel } from './kernel.ts';
import type { Patch, PatchOptions } from './requests.ts';
import { update } from './update.ts';

const MANAGER_REQUIRED =
  'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch';

/** What each manager applied last, by object UID and manager: the memory that managedFields is in the real server. */
export type AppliedConfigurations = Map<string, JsonObject>;

export interface PatchResult<T extends KubernetesObject> {
  readonly object: T;
  readonly created: boolean;
}

/**
 * Changes the object as the patch says. A resourceVersion in the patch must be the present one.
 *
 * @throws ApiError 400, 404, 409, 415, 422 as for the patch kind and for an update.
 */
export function patch<T extends KubernetesObject>(
  kernel: Kernel,
  applied: AppliedConfigurations,
  resource: Resource<T>,
  key: ObjectKey,
  { kind, body }: Patch,
  options: PatchOptions,
): PatchResult<T> {
  const present = kernel.store.get(resource, key);
  if (kind !== 'apply') {
    if (present === undefined) throw notFound(resource, key.name);
    const patched = applyPatch(resource, present, kind, body);
    return { object: update(kernel, resource, key, patched, options), created: false };
  }
  if (!isObject(body)) throw badRequest('error decoding patch: expected an object');
  const configuration = named(body, key);
  const manager = options.fieldManager ?? '';
  if (manager === '') throw badRequest(MANAGER_REQUIRED);
  if (present === undefined) {
    const object = create(kernel, resource, key.namespace, configuration, options);
    if (options.dryRun !== true) applied.set(`${object.metadata.uid}/${manager}`, configuration);
    return { object, created: true };
  }
  const memory = `${present.metadata.uid}/${manager}`;
  const merged = serverSideApply(present, configuration, applied.get(memory) ?? {});
  const object = update(kernel, resource, key, merged, options);
  if (options.dryRun !== true) applied.set(memory, configuration);
  return { object, created: false };
}

function named(body: JsonObject, key: ObjectKey): JsonObject {
  const metadata = objectAt(body, 'metadata');
  const namespace = key.namespace === '' ? {} : { namespace: key.namespace };
  return { ...body, metadata: { name: key.name, ...namespace, ...metadata } };
}
