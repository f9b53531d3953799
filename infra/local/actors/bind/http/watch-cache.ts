import { Watch } from '@kubernetes/client-node';
import { systemClock } from '../../../../../shared/clock.ts';
import type { Json } from '../../../cluster/object/json.ts';
import { at, stringAt } from '../../../cluster/object/json.ts';
import type { KubernetesObject, ObjectKey } from '../../../cluster/object/object.ts';
import { keyOf } from '../../../cluster/object/object.ts';
import type { Resource } from '../../../cluster/resources/resource.ts';
import type { ApiClient } from './client.ts';
import { parseObject, pathOf } from './client.ts';
import type { Query } from './connection.ts';

export interface CacheChange<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
  readonly previous: T | undefined;
}

export interface WatchCacheOptions<T extends KubernetesObject> {
  readonly client: ApiClient;
  readonly resource: Resource<T>;
  readonly namespace?: string;
  /** `fieldSelector`, `labelSelector`. */
  readonly query?: Query;
  readonly onChange?: (change: CacheChange<T>) => void;
  /** Told of what is tried again: a connection that broke, an object that cannot be read. */
  readonly report?: (error: unknown) => void;
}

/** Before the next try; wall time, since sockets live by it. */
const PAUSE_MS = 200;

/** The version to go on from is no longer kept: only a new list helps. */
class HistoryGone extends Error {}

/**
 * The objects of a resource as they are, kept up to date by a watch, as a controller's informer does it. After a break it goes
 * on from the last version it saw; when the server no longer knows that one it lists anew and tells the difference. So every
 * object that is there is told of, and so is every one that goes; states in between may be skipped.
 */
export class WatchCache<T extends KubernetesObject> {
  readonly #options: WatchCacheOptions<T>;
  readonly #objects = new Map<string, T>();
  readonly #stopped = new AbortController();
  /** Up to here everything was told. */
  #seen = '0';
  /** Nobody knows what happened since {@link #seen}. */
  #behind = true;
  #running: Promise<void> | undefined;

  constructor(options: WatchCacheOptions<T>) {
    this.#options = options;
  }

  /** Resolves when the cache knows what is there. @throws when the first list fails. */
  async start(): Promise<void> {
    await this.#relist();
    this.#running = this.#run();
  }

  /** Nothing is told once it resolves. Repeatable. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  get({ namespace, name }: ObjectKey): T | undefined {
    return this.#objects.get(`${namespace}/${name}`);
  }

  values(): Iterable<T> {
    return this.#objects.values();
  }

  /**
   * Takes in what the server answered to a write, so that whoever wrote reads it at once. The watch tells it too, in its own
   * time: whichever comes second is no news. (Versions of one resource can be compared: KEP-5504.)
   */
  learn(object: T): void {
    const present = this.#objects.get(pathOfKey(object));
    const known = present?.metadata.resourceVersion ?? this.#seen;
    if (this.#stopped.signal.aborted || !isLater(object.metadata.resourceVersion, known)) return;
    this.#put(object);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        if (this.#behind) await this.#relist();
        await this.#follow(this.#seen);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof HistoryGone) this.#behind = true;
        else this.#options.report?.(error);
      }
      // Also after a good end: a server that ends each watch at once must not be asked without a pause.
      await systemClock.sleep(PAUSE_MS, signal).catch(() => undefined);
    }
  }

  async #relist(): Promise<void> {
    const { client, resource, namespace, query } = this.#options;
    const { items, resourceVersion } = await client.list(resource, {
      ...(namespace !== undefined && { namespace }),
      ...(query !== undefined && { query }),
    });
    if (this.#stopped.signal.aborted) return;
    const listed = new Set(items.map(pathOfKey));
    for (const present of [...this.#objects.values()]) {
      // One that is newer than the list came by an answer to a write.
      if (listed.has(pathOfKey(present)) || isLater(present.metadata.resourceVersion, resourceVersion))
        continue;
      this.#drop(present);
    }
    for (const item of items) {
      const present = this.#objects.get(pathOfKey(item));
      if (present === undefined || isLater(item.metadata.resourceVersion, present.metadata.resourceVersion)) {
        this.#put(item);
      }
    }
    this.#seen = resourceVersion;
    this.#behind = false;
  }

  /** Resolves when the server ends the watch, as it does every few minutes. */
  async #follow(from: string): Promise<void> {
    const { client, resource, namespace, query } = this.#options;
    const { signal } = this.#stopped;
    const ended = Promise.withResolvers<void>();
    const watch = new Watch(client.connection.kubeconfig);
    const parameters = { ...query, resourceVersion: from, allowWatchBookmarks: true };
    const take = (type: string, object: Json) => {
      try {
        if (!signal.aborted) this.#take(type, object);
      } catch (error) {
        // Thrown from here it would be swallowed by the client.
        ended.reject(error);
      }
    };
    const done = (error: unknown) => {
      // The client gives up a connection on which nothing came for half a minute.
      const quiet = error instanceof DOMException && error.name === 'TimeoutError';
      if (error === undefined || error === null || quiet) ended.resolve();
      else ended.reject(at(Object(error), 'statusCode') === 410 ? new HistoryGone() : error);
    };
    const connection = await watch.watch(pathOf(resource, namespace), parameters, take, done);
    const stop = () => connection.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      await ended.promise;
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
    }
  }

  #take(type: string, json: Json): void {
    if (type === 'ERROR') {
      if (at(json, 'code') === 410) throw new HistoryGone();
      throw new Error(`watch of ${this.#options.resource.plural}: ${stringAt(json, 'message')}`);
    }
    const version = stringAt(json, 'metadata', 'resourceVersion') ?? '';
    if (type !== 'BOOKMARK') {
      const object = parseObject(this.#options.resource, json);
      const present = this.#objects.get(pathOfKey(object));
      const isNews = present === undefined || isLater(version, present.metadata.resourceVersion);
      if (type !== 'DELETED') {
        if (isNews) this.#put(object);
      } else if (present?.metadata.uid === object.metadata.uid) {
        // Whatever version an answer to a write showed: that very object is gone for good.
        this.#drop(object);
      }
    }
    this.#seen = version;
  }

  #put(object: T): void {
    const key = pathOfKey(object);
    const previous = this.#objects.get(key);
    if (previous !== undefined && previous.metadata.uid !== object.metadata.uid) {
      // Deleted and made anew while nobody looked: two objects, of which the first is gone.
      this.#drop(previous);
      this.#put(object);
      return;
    }
    this.#objects.set(key, object);
    this.#tell({ type: previous === undefined ? 'ADDED' : 'MODIFIED', object, previous });
  }

  #drop(object: T): void {
    const key = pathOfKey(object);
    const previous = this.#objects.get(key);
    this.#objects.delete(key);
    this.#tell({ type: 'DELETED', object, previous });
  }

  #tell(change: CacheChange<T>): void {
    this.#options.onChange?.(change);
  }
}

function pathOfKey(object: KubernetesObject): string {
  const { namespace, name } = keyOf(object);
  return `${namespace}/${name}`;
}

function isLater(version: string, other: string): boolean {
  return BigInt(version) > BigInt(other);
}
