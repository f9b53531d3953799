import type { Json, JsonObject } from '../object/json.ts';
import { at, compact, sameJson } from '../object/json.ts';
import type { KubernetesObject, Manifest, ObjectKey, ObjectMeta } from '../object/object.ts';
import { asksToForget, ownedAfterUpdate, sameOwnership } from '../ownership/ownership.ts';
import type { Resource } from '../resources/resource.ts';
import type { FieldError } from '../rules/errors.ts';
import { badRequest, conflict, forbiddenValue, invalid, invalidValue, notFound } from '../rules/errors.ts';
import { checkFields, conforming, labelViolations, readManifest } from './admission.ts';
import { removeIfReleased } from './delete.ts';
import type { Kernel } from './kernel.ts';
import { ruleContext, serverTime } from './kernel.ts';
import type { UpdateOptions } from './requests.ts';

/** As whom the cluster's own controllers are recorded. */
const CLUSTER = 'kube-controller-manager';

export interface ApplyingOptions extends UpdateOptions {
  /** Of an object that is changed by server-side apply. */
  readonly managedFields?: Json;
}

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
  options: ApplyingOptions = {},
): T {
  const previous = kernel.store.get(resource, key);
  const manifest = readManifest(resource, conforming(resource, body, options.fieldValidation), {
    previous,
    typed: options.typed,
  });
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
  options: ApplyingOptions,
): T {
  const parsed = checkFields(resource, compact(proposed), { previous, typed: options.typed });
  // What a write of the status does not touch stays the very same, so that nobody has to compare it.
  const checked = options.subresource === 'status' ? { ...parsed, spec: previous.spec } : parsed;
  const completed =
    resource.rules.complete?.(checked, previous, ruleContext(kernel, options.dryRun === true)) ?? checked;
  const errors = [
    ...lateFinalizers(completed, previous),
    ...labelViolations(completed.metadata.labels),
    ...(resource.rules.violations?.(completed, previous) ?? []),
  ];
  if (errors.length > 0) throw invalid(resource, previous.metadata.name, errors);
  const counted = withGeneration(resource, previous, compact(completed));
  const next = recorded(kernel, resource, previous, counted, options);
  if (next === previous || options.dryRun === true) return next;
  const stored = kernel.store.put(resource, next);
  return removeIfReleased(kernel, resource, stored);
}

/**
 * Replaces the status of an object as the cluster's own controllers do, whose statuses have the right form and pass no
 * rule. One that says the same stores nothing.
 */
export function replaceStatus<T extends KubernetesObject>(
  kernel: Kernel,
  resource: Resource<T>,
  previous: T,
  status: T['status'],
): T {
  const compacted = compact<Json | undefined>(status);
  if (sameJson(compacted, previous.status)) return previous;
  const next = recorded(
    kernel,
    resource,
    previous,
    { ...previous, status: compacted },
    { subresource: 'status' },
  );
  return removeIfReleased(kernel, resource, kernel.store.put(resource, next));
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
  const { managedFields: written, selfLink: _obsolete, ...given } = manifest.metadata;
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
    ...(asksToForget(written) ? {} : { managedFields: previous.metadata.managedFields }),
  };
}

/** With the record of who owns what, as far as one is kept; `previous` itself when nothing changed. */
function recorded<T extends KubernetesObject>(
  kernel: Kernel,
  resource: Resource<T>,
  previous: T,
  next: T,
  options: ApplyingOptions,
): T {
  const { managedFields } = options;
  if (sameJson(next, previous)) {
    if (managedFields === undefined || sameOwnership(managedFields, previous.metadata.managedFields))
      return previous;
  }
  const forgotten =
    previous.metadata.managedFields !== undefined && next.metadata.managedFields === undefined;
  if (forgotten || (options.fieldManager === undefined && previous.metadata.managedFields === undefined))
    return next;
  const writer = {
    manager: options.fieldManager ?? CLUSTER,
    subresource: options.endpoint ?? options.subresource ?? '',
    now: serverTime(kernel.now()),
  };
  const owned = managedFields ?? ownedAfterUpdate(resource, previous, next, writer);
  return { ...next, metadata: { ...next.metadata, managedFields: owned } };
}

/** Counts the generation up when anything but metadata and status changed. */
function withGeneration<T extends KubernetesObject>(resource: Resource<T>, previous: T, next: T): T {
  const counts = resource.counted || (resource.countedWhenMarked && !isBinding(previous, next));
  if (!counts || sameJson(contentOf(next), contentOf(previous))) return next;
  const generation = (previous.metadata.generation ?? 0) + 1;
  return { ...next, metadata: { ...next.metadata, generation } };
}

/** A Pod that is put on its node does not count that as a change of what its owner wished for. */
function isBinding(previous: KubernetesObject, next: KubernetesObject): boolean {
  return at(previous, 'spec', 'nodeName') === undefined && at(next, 'spec', 'nodeName') !== undefined;
}

function contentOf({ metadata: _metadata, status: _status, ...content }: KubernetesObject): JsonObject {
  return content;
}

/** What is being deleted can only be released. */
function lateFinalizers(next: KubernetesObject, previous: KubernetesObject): FieldError[] {
  if (previous.metadata.deletionTimestamp === undefined) return [];
  const before = previous.metadata.finalizers ?? [];
  const added = (next.metadata.finalizers ?? []).filter((entry) => !before.includes(entry));
  if (added.length === 0) return [];
  const list = added.map((entry) => `"${entry}"`).join(', ');
  const why = 'no new finalizers can be added if the object is being deleted, found new finalizers';
  return [forbiddenValue('metadata.finalizers', `${why} []string{${list}}`)];
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
