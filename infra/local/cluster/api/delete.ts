import { at, stringAt } from '../object/json.ts';
import type { KubernetesObject, ObjectKey } from '../object/object.ts';
import { namespaces, pods } from '../resources/core.ts';
import { RESOURCES } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';
import { invalidOptions, notFound, preconditionConflict, unsupportedValue } from '../rules/errors.ts';
import type { Kernel } from './kernel.ts';
import { serverTime } from './kernel.ts';
import type { DeleteOptions } from './requests.ts';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';
const COLLECTORS: readonly string[] = [FOREGROUND, ORPHAN];
const POLICIES: readonly string[] = ['Foreground', 'Background', 'Orphan'];

/** Seconds that a Pod gets when neither it nor the request says anything. */
const DEFAULT_GRACE = 30;

export interface Deletion<T extends KubernetesObject> {
  readonly object: T;
  /** False while finalizers or the grace period hold it. */
  readonly gone: boolean;
}

/**
 * Deletes the object, or marks it for deletion where something still has to happen first: finalizers, a running Pod's
 * grace period, a namespace's content. Repeatable.
 *
 * @throws ApiError 404, 409 when a precondition does not hold.
 */
export function remove<T extends KubernetesObject>(
  kernel: Kernel,
  resource: Resource<T>,
  key: ObjectKey,
  options: DeleteOptions = {},
): Deletion<T> {
  const object = kernel.store.get(resource, key);
  if (object === undefined) throw notFound(resource, key.name);
  checkPreconditions(resource, object, options);
  checkPropagation(options);
  const grace = graceSeconds(resource, object, options);
  if (options.dryRun === true) return { object, gone: grace === 0 };
  if (options.propagationPolicy === 'Orphan') orphanDependents(kernel, object);
  const finalizers = finalizersOf(object, options);
  const held = finalizers.length > 0 || resource.id === namespaces.id;
  if (grace === 0 && !held) return { object: kernel.store.remove(resource, key) ?? object, gone: true };
  return { object: mark(kernel, resource, object, grace, finalizers), gone: false };
}

/**
 * What holds the object. The collector of this cluster looks after dependents by itself, so that its own two finalizers
 * are only shown on what somebody else holds anyway; they are gone with the last of the others.
 */
function finalizersOf(
  { metadata }: KubernetesObject,
  { propagationPolicy }: DeleteOptions,
): readonly string[] {
  const others = (metadata.finalizers ?? []).filter((entry) => !COLLECTORS.includes(entry));
  if (others.length === 0) return [];
  if (propagationPolicy === 'Foreground') return [...others, FOREGROUND];
  return propagationPolicy === 'Orphan' ? [...others, ORPHAN] : (metadata.finalizers ?? []);
}

function checkPropagation({ propagationPolicy }: DeleteOptions): void {
  if (propagationPolicy === undefined || POLICIES.includes(propagationPolicy)) return;
  throw invalidOptions('DeleteOptions', [
    unsupportedValue('propagationPolicy', propagationPolicy, [...POLICIES, 'nil']),
  ]);
}

/** Takes a marked object away once nothing holds it any more; otherwise hands it back. */
export function removeIfReleased<T extends KubernetesObject>(
  kernel: Kernel,
  resource: Resource<T>,
  object: T,
): T {
  const { metadata } = object;
  const holding = (metadata.finalizers ?? []).filter((entry) => !COLLECTORS.includes(entry));
  const held = holding.length > 0 || (metadata.deletionGracePeriodSeconds ?? 0) > 0;
  if (metadata.deletionTimestamp === undefined || held || resource.id === namespaces.id) return object;
  const key = { namespace: metadata.namespace ?? '', name: metadata.name };
  return kernel.store.remove(resource, key) ?? object;
}

function mark<T extends KubernetesObject>(
  kernel: Kernel,
  resource: Resource<T>,
  object: T,
  grace: number,
  finalizers: readonly string[],
): T {
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  // A second deletion can only shorten the grace period.
  if (deletionTimestamp !== undefined && grace >= (deletionGracePeriodSeconds ?? 0)) return object;
  const metadata = {
    ...object.metadata,
    deletionTimestamp: serverTime(kernel.now() + grace * 1_000),
    deletionGracePeriodSeconds: grace,
    ...(finalizers.length > 0 ? { finalizers: [...finalizers] } : {}),
    ...(resource.countedWhenMarked ? { generation: (object.metadata.generation ?? 0) + 1 } : {}),
  };
  const marked =
    resource.id === namespaces.id
      ? { ...object, metadata, status: { phase: 'Terminating' } }
      : { ...object, metadata };
  return kernel.store.put(resource, marked);
}

/** Only a Pod that sits on a node and has not finished is given time. */
function graceSeconds(resource: Resource, object: KubernetesObject, options: DeleteOptions): number {
  const phase = stringAt(object.status, 'phase');
  const finished = phase === 'Succeeded' || phase === 'Failed';
  if (resource.id !== pods.id || finished || stringAt(object.spec, 'nodeName') === undefined) return 0;
  const own = at(object.spec, 'terminationGracePeriodSeconds');
  const wished = options.gracePeriodSeconds ?? (typeof own === 'number' ? own : DEFAULT_GRACE);
  return wished < 0 ? 1 : wished;
}

function checkPreconditions(
  resource: Resource,
  object: KubernetesObject,
  { preconditions }: DeleteOptions,
): void {
  const { uid, resourceVersion } = object.metadata;
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    const why =
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). ` +
      'The object might have been deleted and then recreated';
    throw preconditionConflict(resource, object.metadata.name, why);
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    const why =
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ` +
      `ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw preconditionConflict(resource, object.metadata.name, why);
  }
}

/** Cuts the dependents loose before their owner goes, so that the garbage collector leaves them. */
function orphanDependents(kernel: Kernel, owner: KubernetesObject): void {
  for (const resource of RESOURCES) {
    for (const object of [...kernel.store.each(resource, owner.metadata.namespace)]) {
      const references = object.metadata.ownerReferences ?? [];
      const kept = references.filter((reference) => reference.uid !== owner.metadata.uid);
      if (kept.length === references.length) continue;
      kernel.store.put(resource, { ...object, metadata: { ...object.metadata, ownerReferences: kept } });
    }
  }
}
