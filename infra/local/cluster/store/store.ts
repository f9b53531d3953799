import { frozen } from '../object/json.ts';
import type { KubernetesObject, ObjectKey } from '../object/object.ts';
import type { Resource } from '../resources/resource.ts';

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: Resource;
  /** As it is now; for DELETED as it last was, with the version of its deletion. */
  readonly object: KubernetesObject;
  readonly previous: KubernetesObject | undefined;
  readonly version: number;
}

/** An object with its place in the order of lists. */
export interface Placed<T extends KubernetesObject = KubernetesObject> {
  /** `namespace/name`, `/name` without a namespace. */
  readonly path: string;
  readonly object: T;
}

export type ChangeListener = (change: Change) => void;

/**
 * What etcd and the watch cache are to the API server: versioned objects, one counter for all of them, and the last
 * `historyLimit` changes for watches that come back. Knows no rule of any kind.
 */
export class ObjectStore {
  readonly #collections = new Map<string, Map<string, Map<string, KubernetesObject>>>();
  /** What {@link ordered} put in order last, and what changed since: a long list is asked for page by page. */
  readonly #ordered = new Map<string, { readonly placed: readonly Placed[]; readonly changes: Change[] }>();
  /** What {@link orderedAt} put together last: the pages of one list ask for the same version, which never changes. */
  readonly #past = new Map<string, { readonly version: number; readonly placed: readonly Placed[] }>();
  readonly #listeners = new Set<ChangeListener>();
  readonly #history: Change[] = [];
  readonly #historyLimit: number;
  #version = 1;
  #oldest = 1;

  constructor(historyLimit: number) {
    this.#historyLimit = historyLimit;
  }

  /** Version of the latest change. */
  get version(): number {
    return this.#version;
  }

  get<T extends KubernetesObject>(resource: Resource<T>, key: ObjectKey): T | undefined {
    // Only objects that passed the resource's own schema are put under its id, so what is found there is a T.
    return this.#collections.get(resource.id)?.get(key.namespace)?.get(key.name) as T | undefined;
  }

  /** All of a resource, or those of one namespace, in no promised order. */
  *each<T extends KubernetesObject>(resource: Resource<T>, namespace?: string): Generator<T> {
    const collection = this.#collections.get(resource.id);
    if (collection === undefined) return;
    const groups = namespace === undefined ? collection.values() : [collection.get(namespace) ?? new Map()];
    for (const group of groups) {
      for (const object of group.values()) yield object as T;
    }
  }

  /** As {@link each}, ordered by namespace and name as the API server lists. */
  list<T extends KubernetesObject>(resource: Resource<T>, namespace?: string): T[] {
    const objects: T[] = [];
    for (const { object } of this.ordered(resource)) {
      if (namespace === undefined || (object.metadata.namespace ?? '') === namespace) objects.push(object);
    }
    return objects;
  }

  /** All of a resource in that order; cheap as long as the resource does not change. */
  ordered<T extends KubernetesObject>(resource: Resource<T>): readonly Placed<T>[] {
    const known = this.#ordered.get(resource.id);
    // As in `get`: under a resource's id stand only objects of its kind.
    if (known?.changes.length === 0) return known.placed as readonly Placed<T>[];
    const few = known !== undefined && known.changes.length * WORTH_SORTING < known.placed.length;
    const placed = few
      ? (withChanges(known.placed, known.changes) as readonly Placed<T>[])
      : inOrder(this.each(resource));
    this.#ordered.set(resource.id, { placed, changes: [] });
    return placed;
  }

  /** Stores the object under its next version and returns it, frozen. */
  put<T extends KubernetesObject>(resource: Resource<T>, object: T): T {
    const namespace = object.metadata.namespace ?? '';
    const name = object.metadata.name;
    const previous = this.get(resource, { namespace, name });
    this.#version += 1;
    const stored = frozen<T>({
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(this.#version) },
    });
    this.#group(resource, namespace).set(name, stored);
    this.#record({
      type: previous === undefined ? 'ADDED' : 'MODIFIED',
      resource,
      object: stored,
      previous,
      version: this.#version,
    });
    return stored;
  }

  /** Removes the object, if it is there, and returns it with the version of its deletion. */
  remove<T extends KubernetesObject>(resource: Resource<T>, key: ObjectKey): T | undefined {
    const previous = this.get(resource, key);
    if (previous === undefined) return undefined;
    this.#version += 1;
    const last = frozen<T>({
      ...previous,
      metadata: { ...previous.metadata, resourceVersion: String(this.#version) },
    });
    this.#group(resource, key.namespace).delete(key.name);
    this.#record({ type: 'DELETED', resource, object: last, previous, version: this.#version });
    return last;
  }

  /** The changes after `version`, or undefined when some of them are forgotten already. */
  since(version: number): readonly Change[] | undefined {
    if (version < this.#oldest) return undefined;
    return this.#history.slice(this.#firstAfter(version));
  }

  /**
   * All of a resource in order, as they were at a version; undefined when that is forgotten. Costs nothing as long as
   * the resource did not change since.
   */
  orderedAt<T extends KubernetesObject>(
    resource: Resource<T>,
    version: number,
  ): readonly Placed<T>[] | undefined {
    if (version < this.#oldest) return undefined;
    const known = this.#past.get(resource.id);
    // As in `get`: under a resource's id stand only objects of its kind.
    if (known?.version === version) return known.placed as readonly Placed<T>[];
    const later = this.#history
      .slice(this.#firstAfter(version))
      .filter((change) => change.resource.id === resource.id);
    if (later.length === 0) return this.ordered(resource);
    const past = new Map(this.ordered(resource).map((placed) => [placed.path, placed]));
    for (const { object, previous } of later.reverse()) {
      const path = placeOf(object);
      if (previous === undefined) past.delete(path);
      else past.set(path, { path, object: previous as T });
    }
    const placed = [...past.values()].sort(byPath);
    this.#past.set(resource.id, { version, placed });
    return placed;
  }

  /** Where in the history the changes after `version` begin; the history is in the order of versions. */
  #firstAfter(version: number): number {
    let [low, high] = [0, this.#history.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#history[middle]?.version ?? 0) > version) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The oldest version from which a watch can still start. */
  get oldestVersion(): number {
    return this.#oldest;
  }

  /** Forgets the history, so that every watch from an earlier version is answered 410 Gone. */
  compact(): void {
    this.#history.length = 0;
    this.#past.clear();
    this.#oldest = this.#version;
  }

  /** Calls `listener` for every change from now on, in order, before the write returns. */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #group(resource: Resource, namespace: string): Map<string, KubernetesObject> {
    const collection = this.#collections.get(resource.id) ?? new Map();
    this.#collections.set(resource.id, collection);
    const group = collection.get(namespace) ?? new Map();
    collection.set(namespace, group);
    return group;
  }

  /** A resource that nobody lists any more is forgotten, so that its changes do not pile up. */
  #noteInOrder(change: Change): void {
    const known = this.#ordered.get(change.resource.id);
    if (known === undefined) return;
    if (known.changes.length * WORTH_SORTING < known.placed.length) known.changes.push(change);
    else this.#ordered.delete(change.resource.id);
  }

  #record(change: Change): void {
    this.#noteInOrder(change);
    this.#history.push(change);
    // Trimmed in blocks: dropping one entry for each change would copy the whole window every time.
    if (this.#history.length > this.#historyLimit * 1.25) {
      const dropped = this.#history.splice(0, this.#history.length - this.#historyLimit);
      this.#oldest = dropped.at(-1)?.version ?? this.#oldest;
    }
    for (const listener of this.#listeners) listener(change);
  }
}

/** When so many changes are a whole list's worth, it is put in order anew. */
const WORTH_SORTING = 4;

/** The list with the changes in their places. */
function withChanges(placed: readonly Placed[], changes: readonly Change[]): readonly Placed[] {
  const changed = [...placed];
  for (const { type, object } of changes) {
    const path = placeOf(object);
    const at = firstFrom(changed, path);
    const isThere = changed[at]?.path === path;
    if (type === 'DELETED') changed.splice(at, isThere ? 1 : 0);
    else changed.splice(at, isThere ? 1 : 0, { path, object });
  }
  return changed;
}

/** Where in the list the path stands, or would. */
function firstFrom(placed: readonly Placed[], path: string): number {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((placed[middle]?.path ?? '') < path) low = middle + 1;
    else high = middle;
  }
  return low;
}

function inOrder<T extends KubernetesObject>(objects: Iterable<T>): Placed<T>[] {
  return [...objects].map((object) => ({ object, path: placeOf(object) })).sort(byPath);
}

const placeOf = ({ metadata }: KubernetesObject) => `${metadata.namespace ?? ''}/${metadata.name}`;
const byPath = (left: Placed, right: Placed) => (left.path < right.path ? -1 : 1);
