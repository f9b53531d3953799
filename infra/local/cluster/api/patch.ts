import type { Json, JsonObject } from '../object/json.ts';
import { isObject, objectAt, stringAt } from '../object/json.ts';
import type { KubernetesObject, ObjectKey } from '../object/object.ts';
import { apply } from '../ownership/ownership.ts';
import { applyPatch } from '../patch/patch.ts';
import type { Resource } from '../resources/resource.ts';
import { apiVersionOf } from '../resources/resource.ts';
import {
  ApiError,
  badRequest,
  conflict,
  invalid,
  invalidOptions,
  invalidValue,
  notFound,
  requiredValue,
} from '../rules/errors.ts';
import { conform } from '../schema/conform.ts';
import { schemaOf } from '../schema/schema-of.ts';
import { conforming } from './admission.ts';
import { create } from './create.ts';
import type { Kernel } from './kernel.ts';
import { serverTime } from './kernel.ts';
import type { Patch, PatchOptions } from './requests.ts';
import { update } from './update.ts';

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
  resource: Resource<T>,
  key: ObjectKey,
  { kind, body }: Patch,
  options: PatchOptions,
): PatchResult<T> {
  const present = kernel.store.get(resource, key);
  if (kind === 'apply') return applied(kernel, resource, key, body, present, options);
  if (present === undefined) throw notFound(resource, key.name);
  const patched = applyPatch(resource, present, kind, body);
  checkUid(resource, present, patched);
  const { fieldValidation, ...rest } = options;
  const next = decoded(resource, patched, fieldValidation);
  return { object: update(kernel, resource, key, next, rest), created: false };
}

/** What a patch leaves is decoded as a body is, but the patch is blamed. */
function decoded(resource: Resource, patched: JsonObject, validation: PatchOptions['fieldValidation']): Json {
  try {
    return conforming(resource, patched, validation);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const why = error.message.replace(/^.* cannot be handled as a \w+: /, '');
    throw invalid({ kind: '', plural: '', group: '' }, '', [
      invalidValue('patch', JSON.stringify(patched), why),
    ]);
  }
}

/** A PUT of another object’s UID is taken for a conflict; a patch that writes one, for a change of what may not change. */
function checkUid(resource: Resource, present: KubernetesObject, patched: JsonObject): void {
  const uid = stringAt(patched, 'metadata', 'uid');
  if (uid === undefined || uid === present.metadata.uid) return;
  throw invalid(resource, present.metadata.name, [invalidValue('metadata.uid', uid, 'field is immutable')]);
}

function applied<T extends KubernetesObject>(
  kernel: Kernel,
  resource: Resource<T>,
  key: ObjectKey,
  body: Json,
  present: T | undefined,
  options: PatchOptions,
): PatchResult<T> {
  const { fieldManager = '', force = false, fieldValidation, ...rest } = options;
  if (fieldManager === '') {
    throw invalidOptions('PatchOptions', [requiredValue('fieldManager', 'is required for apply patch')]);
  }
  const configuration = configurationOf(resource, key, body, fieldValidation !== undefined);
  const version = stringAt(configuration, 'metadata', 'resourceVersion');
  if (present !== undefined && version !== undefined && version !== present.metadata.resourceVersion) {
    throw conflict(resource, key.name);
  }
  const writer = {
    manager: fieldManager,
    subresource: options.subresource ?? '',
    now: serverTime(kernel.now()),
  };
  const { object, managedFields } = apply(resource, present, configuration, writer, force);
  const writing = { ...rest, fieldManager, managedFields };
  return present === undefined
    ? { object: create(kernel, resource, key.namespace, configuration, writing), created: true }
    : { object: update(kernel, resource, key, object, writing), created: false };
}

/** @throws ApiError 400 for what is no configuration of this kind, 500 for fields that the kind does not have. */
function configurationOf(resource: Resource, key: ObjectKey, body: Json, checked: boolean): JsonObject {
  if (!isObject(body)) throw badRequest('error decoding patch: expected an object');
  const apiVersion = apiVersionOf(resource);
  if (checked && body.kind === undefined) {
    throw badRequest('invalid object type: /, Kind=');
  }
  const metadata = objectAt(body, 'metadata');
  if (metadata.managedFields !== undefined && metadata.managedFields !== null) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const namespace = key.namespace === '' ? {} : { namespace: key.namespace };
  const named = { ...body, metadata: { name: key.name, ...namespace, ...metadata } };
  if (!checked) return named;
  const { value, unknown, mistyped } = conform(schemaOf(resource), named);
  const [field] = [...unknown].sort();
  const why = field === undefined ? mistyped : `.${field}: field not declared in schema`;
  if (why !== undefined) {
    const place = `${stringAt(metadata, 'namespace') ?? ''}/${key.name}; ${apiVersion}, Kind=${resource.kind}`;
    throw new ApiError(500, '', `failed to create typed patch object (${place}): ${why}`);
  }
  return isObject(value) ? value : named;
}
