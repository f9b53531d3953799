import type { Json } from '../object/json.ts';
import type { KubernetesObject, ObjectKey } from '../object/object.ts';
import type { Resource } from '../resources/resource.ts';
import { notFound } from '../rules/errors.ts';
import { bind } from './bind.ts';
import { create, restore } from './create.ts';
import type { Deletion } from './delete.ts';
import { remove } from './delete.ts';
import { evict } from './evict.ts';
import type { Kernel } from './kernel.ts';
import type { ListResult } from './list.ts';
import { list } from './list.ts';
import type { PatchResult } from './patch.ts';
import { patch } from './patch.ts';
import type {
  DeleteOptions,
  ListOptions,
  Patch,
  PatchOptions,
  UpdateOptions,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './requests.ts';
import { replaceStatus, update } from './update.ts';
import type { Watch } from './watch.ts';
import { watch } from './watch.ts';

/**
 * The verbs of the API server, without HTTP: every rule applies, every call is answered at once. HTTP, the in-process
 * client and the controllers all go through here.
 */
export class ClusterApi {
  readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** @throws ApiError 404 */
  get<T extends KubernetesObject>(resource: Resource<T>, key: ObjectKey): T {
    const object = this.kernel.store.get(resource, key);
    if (object === undefined) throw notFound(resource, key.name);
    return object;
  }

  list<T extends KubernetesObject>(resource: Resource<T>, options: ListOptions = {}): ListResult<T> {
    return list(this.kernel.store, resource, options);
  }

  create<T extends KubernetesObject>(
    resource: Resource<T>,
    namespace: string,
    body: Json,
    options?: WriteOptions,
  ): T {
    return create(this.kernel, resource, namespace, body, options);
  }

  /** Puts a scenario's object into the store as it is said to be. */
  restore<T extends KubernetesObject>(resource: Resource<T>, body: Json): T {
    return restore(this.kernel, resource, body);
  }

  update<T extends KubernetesObject>(
    resource: Resource<T>,
    key: ObjectKey,
    body: Json,
    options?: UpdateOptions,
  ): T {
    return update(this.kernel, resource, key, body, options);
  }

  /** For the cluster's own controllers: {@link replaceStatus}. */
  replaceStatus<T extends KubernetesObject>(resource: Resource<T>, object: T, status: T['status']): T {
    return replaceStatus(this.kernel, resource, object, status);
  }

  patch<T extends KubernetesObject>(
    resource: Resource<T>,
    key: ObjectKey,
    change: Patch,
    options: PatchOptions = {},
  ): PatchResult<T> {
    return patch(this.kernel, resource, key, change, options);
  }

  delete<T extends KubernetesObject>(
    resource: Resource<T>,
    key: ObjectKey,
    options?: DeleteOptions,
  ): Deletion<T> {
    return remove(this.kernel, resource, key, options);
  }

  evict(key: ObjectKey, options?: DeleteOptions): void {
    evict(this.kernel, key, options);
  }

  /** Puts a Pod on a node. */
  bind(key: ObjectKey, node: string, options?: WriteOptions): void {
    bind(this.kernel, key, node, options);
  }

  watch(resource: Resource, options: WatchOptions, sink: (event: WatchEvent) => void): Watch {
    return watch(this.kernel.store, resource, options, sink);
  }
}
