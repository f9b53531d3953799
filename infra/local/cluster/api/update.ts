import type { Json, JsonObject } from '../object/json.ts';
import { compact, sameJson } from '../object/json.ts';
import type { KubernetesObject, Manifest, ObjectKey, ObjectMeta } from '../object/object.ts';
import type { Resource } from '../resources/resource.ts';
import { badRequest, conflict, invalid, invalidValue, notFound } from '../rules/errors.ts';
import { checkFields, readManifest } from './admission.ts';
import { removeIfReleased } from './delete.ts';
import type { Kernel } from './kernel.ts';
import { ruleContext } from './kernel.ts';
import type { UpdateOptions } from './requests.ts';

/**
 * Replaces the object, or only its status. A write that changes nothing stores nothing and keeps the version.
 *
 * @throws ApiError 404, 409 when the given resourceVersion or UID is not the present one, 422 for the rules.
 */
export function update<T extends KubernetesObject>(
  kernel: Kernel,
  resource: Resource<T>,
  key: ObjectKey,
  body: Json,
  options: UpdateOptions = {},
): T {
  const previous = kernel.store.get(resource, key);
  const manifest = readManifest(resource, body);
  checkIdentity(resource, key, manifest, previous);
  if (previous === undefined) throw notFound(resource, key.name);
  const version = manifest.metadata.resourceVersion ?? '';
  if (version === '' && !resource.unconditionalUpdate) {
    const missing = invalidValue('metadata.resourceVersion', 0, 'must be specified for an update');
    throw invalid(resource, key.name, [missing]);
  }
  if (version !== '' && version !== previous.metadata.resourceVersion) throw conflict(resource, key.name);
  const proposed =
    options.subresource === 'status'
      ? withStatus(resource, previous, manifest)
      : withContent(resource, previous, manifest);
  return write(kernel, resource, previous, proposed, options);
}

function write<T extends KubernetesObject>(
  kernel: Kernel,
  resource: Resource<T>,
  previous: T,
  proposed: KubernetesObject,
  options: UpdateOptions,
): T {
  const checked = checkFields(resource, compact(proposed));
  const completed =
    resource.rules.complete?.(checked, previous, ruleContext(kernel, options.dryRun === true)) ?? checked;
  const errors = resource.rules.violations?.(completed, previous) ?? [];
  if (errors.length > 0) throw invalid(resource, previous.metadata.name, errors);
  const next = counted(resource, previous, compact(completed));
  if (sameJson(next, previous)) return previous;
  if (options.dryRun === true) return next;
  const stored = kernel.store.put(resource, next);
  return removeIfReleased(kernel, resource, stored);
}

/** The next object through the main endpoint: content as given, status and the server's own metadata as they were. */
function withContent(resource: Resource, previous: KubernetesObject, manifest: Manifest): KubernetesObject {
  const metadata = keptMetadata(previous, manifest);
  const base = { ...manifest, apiVersion: previous.apiVersion, kind: previous.kind, metadata };
  return resource.statusSubresource ? { ...base, status: previous.status } : base;
}

/** The next object through `/status`: only the status, and for core kinds (as in the real server) labels and annotations. */
function withStatus(resource: Resource, previous: KubernetesObject, manifest: Manifest): KubernetesObject {
  const metadata = resource.group === '' ? keptMetadata(previous, manifest) : previous.metadata;
  return { ...previous, metadata, status: manifest.status };
}

function keptMetadata(previous: KubernetesObject, manifest: Manifest): ObjectMeta {
  const { managedFields: _untracked, selfLink: _obsolete, ...given } = manifest.metadata;
  const { name, namespace, uid, resourceVersion, creationTimestamp, generation } = previous.metadata;
  const { deletionTimestamp, deletionGracePeriodSeconds, generateName } = previous.metadata;
  return {
    ...given,
    name,
    namespace,
    generateName,
    uid,
    resourceVersion,
    creationTimestamp,
    generation,
    deletionTimestamp,
    deletionGracePeriodSeconds,
  };
}

/** Counts the generation up when anything but metadata and status changed. */
function counted<T extends KubernetesObject>(resource: Resource<T>, previous: T, next: T): T {
  if (!resource.counted || sameJson(contentOf(next), contentOf(previous))) return next;
  const generation = (previous.metadata.generation ?? 0) + 1;
  return { ...next, metadata: { ...next.metadata, generation } };
}

function contentOf({ metadata: _metadata, status: _status, ...content }: KubernetesObject): JsonObject {
  return content;
}

function checkIdentity(
  resource: Resource,
  key: ObjectKey,
  manifest: Manifest,
  previous: KubernetesObject | undefined,
): void {
  const name = manifest.metadata.name ?? key.name;
  if (name !== key.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${key.name})`);
  }
  const namespace = manifest.metadata.namespace ?? key.namespace;
  if (namespace !== key.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const { uid } = manifest.metadata;
  if (previous !== undefined && uid !== undefined && uid !== previous.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${previous.metadata.uid}`;
    throw conflict(resource, key.name, why);
  }
}
