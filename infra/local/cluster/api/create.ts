import { nameSuffix, uuid } from '../identifiers.ts';
import type { Json } from '../object/json.ts';
import { compact } from '../object/json.ts';
import type { KubernetesObject, Manifest, ObjectMeta } from '../object/object.ts';
import { ownedAfterUpdate } from '../ownership/ownership.ts';
import { namespaces } from '../resources/core.ts';
import type { Resource } from '../resources/resource.ts';
import { apiVersionOf } from '../resources/resource.ts';
import { ApiError, alreadyExists, badRequest, forbidden, invalid, notFound } from '../rules/errors.ts';
import { checkFields, conforming, labelViolations, nameViolations, readManifest } from './admission.ts';
import type { Kernel } from './kernel.ts';
import { ruleContext, serverTime } from './kernel.ts';
import type { WriteOptions } from './requests.ts';

export interface CreateOptions extends WriteOptions {
  /** Of an object that is created by server-side apply. */
  readonly managedFields?: Json;
}

/**
 * @throws ApiError 400 (another kind, another namespace), 403 (namespace going away), 404 (no such namespace), 409
 *   (there is one by that name), 422 (rules).
 */
export function create<T extends KubernetesObject>(
  kernel: Kernel,
  resource: Resource<T>,
  namespace: string,
  body: Json,
  options: CreateOptions = {},
): T {
  const manifest = readManifest(resource, conforming(resource, body, options.fieldValidation), options);
  const given = manifest.metadata.namespace ?? namespace;
  if (given !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  checkNamespace(kernel, resource, namespace, manifest);
  if (manifest.metadata.resourceVersion) {
    throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  const metadata = freshMetadata(kernel, resource, namespace, manifest);
  const { status, ...content } = manifest;
  const kept = !resource.statusSubresource || resource.statusOnCreate ? { status } : {};
  const admitted = admit(kernel, resource, { ...content, ...kept, metadata }, options);
  const object = recorded(kernel, resource, admitted, options);
  if (kernel.store.get(resource, { namespace, name: metadata.name }) !== undefined) {
    throw alreadyExists(resource, metadata.name);
  }
  return options.dryRun === true ? object : kernel.store.put(resource, object);
}

function recorded<T extends KubernetesObject>(
  kernel: Kernel,
  resource: Resource<T>,
  object: T,
  { fieldManager, managedFields }: CreateOptions,
): T {
  if (fieldManager === undefined) return object;
  const writer = { manager: fieldManager, subresource: '', now: serverTime(kernel.now()) };
  const owned = managedFields ?? ownedAfterUpdate(resource, undefined, object, writer);
  return { ...object, metadata: { ...object.metadata, managedFields: owned } };
}

/**
 * Puts an object of a scenario into the store as it is said to be: with its UID, creation time and status, and without
 * asking for its namespace.
 *
 * @throws ApiError as {@link create}.
 */
export function restore<T extends KubernetesObject>(kernel: Kernel, resource: Resource<T>, body: Json): T {
  const manifest = readManifest(resource, body);
  const namespace = resource.namespaced ? (manifest.metadata.namespace ?? 'default') : '';
  const fresh = freshMetadata(kernel, resource, namespace, manifest);
  const { uid, creationTimestamp, generation } = manifest.metadata;
  const metadata = compact({
    ...fresh,
    uid: uid ?? fresh.uid,
    creationTimestamp: creationTimestamp ?? fresh.creationTimestamp,
    generation: generation ?? fresh.generation,
  });
  const object = admit(kernel, resource, { ...manifest, metadata }, {});
  if (kernel.store.get(resource, { namespace, name: metadata.name }) !== undefined) {
    throw alreadyExists(resource, metadata.name);
  }
  return kernel.store.put(resource, object);
}

function admit<T extends KubernetesObject>(
  kernel: Kernel,
  resource: Resource<T>,
  content: Manifest & { readonly metadata: ObjectMeta },
  { dryRun, typed }: WriteOptions,
): T {
  const apiVersion = apiVersionOf(resource);
  const name = content.metadata.name;
  const misnamed = nameViolations(name);
  if (misnamed.length > 0) throw invalid(resource, name, misnamed);
  const checked = checkFields(resource, compact({ ...content, apiVersion, kind: resource.kind }), { typed });
  const completed =
    resource.rules.complete?.(checked, undefined, ruleContext(kernel, dryRun === true)) ?? checked;
  const errors = [
    ...labelViolations(completed.metadata.labels),
    ...(resource.rules.violations?.(completed, undefined) ?? []),
  ];
  if (errors.length > 0) throw invalid(resource, name, errors);
  return compact(completed);
}

function freshMetadata(
  kernel: Kernel,
  resource: Resource,
  namespace: string,
  manifest: Manifest,
): ObjectMeta {
  const { managedFields: _untracked, selfLink: _obsolete, ...given } = manifest.metadata;
  const name = given.name ?? (given.generateName ? given.generateName + nameSuffix(kernel.random) : '');
  return compact<ObjectMeta>({
    ...given,
    name,
    namespace: resource.namespaced ? namespace : undefined,
    uid: uuid(kernel.random),
    resourceVersion: '',
    creationTimestamp: serverTime(kernel.now()),
    generation: resource.counted || resource.countedWhenMarked ? 1 : undefined,
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
  });
}

function checkNamespace(kernel: Kernel, resource: Resource, namespace: string, manifest: Manifest): void {
  if (!resource.namespaced) return;
  if (namespace === '') throw badRequest('an empty namespace may not be set during creation');
  const found = kernel.store.get(namespaces, { namespace: '', name: namespace });
  if (found === undefined) throw notFound(namespaces, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(resource, manifest.metadata.name ?? '', why, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ]);
}
