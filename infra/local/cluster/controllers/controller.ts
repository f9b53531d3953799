import type { Random } from '../../random.ts';
import type { ClusterApi } from '../api/cluster-api.ts';
import type { Delays, Span } from '../delays.ts';
import type { KubernetesObject } from '../object/object.ts';
import { keyOf, type ObjectKey } from '../object/object.ts';
import { pods } from '../resources/core.ts';
import type { Resource } from '../resources/resource.ts';
import { byController, byNode, PodIndex } from '../store/pod-index.ts';
import type { Change, ObjectStore } from '../store/store.ts';

/**
 * A level-based controller: a change only says what to look at again, and `reconcile` brings that about from what the
 * store holds now. May be called any number of times for the same key.
 */
export interface Controller {
  readonly name: string;
  observe(change: Change): void;
  reconcile(key: string): void;
}

/** Where a controller puts what it wants to look at again. */
export interface Queue {
  add(key: string): void;
  /** After a time drawn from the span, in simulated milliseconds. */
  addAfter(key: string, delay: Span): void;
}

/** What the controllers share. */
export interface Surroundings {
  readonly api: ClusterApi;
  readonly store: ObjectStore;
  readonly podsByNode: PodIndex;
  readonly podsByController: PodIndex;
  readonly delays: Delays;
  readonly random: Random;
  /** RFC 3339 to the second. */
  now(): string;
}

export function createSurroundings(api: ClusterApi, delays: Delays, now: () => string): Surroundings {
  const podsByNode = new PodIndex(byNode);
  const podsByController = new PodIndex(byController);
  api.kernel.store.subscribe((change) => {
    const pod = changed(change, pods);
    if (pod === undefined) return;
    podsByNode.observe(pod.object, pod.previous, change.type);
    podsByController.observe(pod.object, pod.previous, change.type);
  });
  const { store, random } = api.kernel;
  return { api, store, podsByNode, podsByController, delays, random, now };
}

export interface Changed<T extends KubernetesObject> {
  readonly object: T;
  readonly previous: T | undefined;
}

/** The change if it is one of this resource. */
export function changed<T extends KubernetesObject>(
  change: Change,
  resource: Resource<T>,
): Changed<T> | undefined {
  if (change.resource.id !== resource.id) return undefined;
  // What is stored under a resource's id passed that resource's schema.
  return { object: change.object as T, previous: change.previous as T | undefined };
}

export function pathOf(object: KubernetesObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

export function keyOfPath(path: string): ObjectKey {
  const slash = path.indexOf('/');
  return slash < 0
    ? { namespace: path, name: '' }
    : { namespace: path.slice(0, slash), name: path.slice(slash + 1) };
}

/** Path of the controller of that kind which owns the object. */
export function controllerPath(object: KubernetesObject, kind: string): string | undefined {
  const owner = object.metadata.ownerReferences?.find((entry) => entry.controller === true);
  return owner?.kind === kind ? `${object.metadata.namespace ?? ''}/${owner.name}` : undefined;
}

/** Writes the status, if it differs, onto the object as it is now. */
export function writeStatus<T extends KubernetesObject>(
  { api, store }: Surroundings,
  resource: Resource<T>,
  object: T,
  status: T['status'],
): void {
  const present = store.get(resource, keyOf(object));
  if (present === undefined || present.metadata.uid !== object.metadata.uid) return;
  api.replaceStatus(resource, present, status);
}
