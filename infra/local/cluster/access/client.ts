import type { ClusterApi } from '../api/cluster-api.ts';
import type { Deletion } from '../api/delete.ts';
import type { ListResult } from '../api/list.ts';
import type {
  DeleteOptions,
  ListOptions,
  Patch,
  PatchOptions,
  UpdateOptions,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../api/requests.ts';
import type { Json } from '../object/json.ts';
import { stringAt } from '../object/json.ts';
import type { KubernetesObject } from '../object/object.ts';
import type { Resource } from '../resources/resource.ts';
import type { ApiRequest, RequestGate, Verb } from './gate.ts';

/** `namespace` is left out for cluster-scoped resources. */
export interface Named {
  readonly namespace?: string;
  readonly name: string;
}

/**
 * The API server for callers in the same process: the same rules, counts and faults as over HTTP. Objects are handed
 * out frozen; a change is a new object.
 *
 * Every method rejects with `ApiError` (the server's Status) or `ConnectionLost`.
 */
export interface ClusterClient {
  get<T extends KubernetesObject>(resource: Resource<T>, named: Named): Promise<T>;
  list<T extends KubernetesObject>(resource: Resource<T>, options?: ListOptions): Promise<ListResult<T>>;
  create<T extends KubernetesObject>(
    resource: Resource<T>,
    manifest: Json,
    options?: WriteOptions,
  ): Promise<T>;
  /** Replaces the object that the manifest names; its resourceVersion, when given, must be the present one. */
  update<T extends KubernetesObject>(
    resource: Resource<T>,
    manifest: KubernetesObject,
    options?: UpdateOptions,
  ): Promise<T>;
  patch<T extends KubernetesObject>(
    resource: Resource<T>,
    named: Named,
    patch: Patch,
    options?: PatchOptions,
  ): Promise<T>;
  delete<T extends KubernetesObject>(
    resource: Resource<T>,
    named: Named,
    options?: DeleteOptions,
  ): Promise<Deletion<T>>;
  evict(pod: Named, options?: DeleteOptions): Promise<void>;
  /** Calls `listener` for every event until the returned function is called; `dropped` when the connection breaks. */
  watch(
    resource: Resource,
    options: WatchOptions,
    listener: (event: WatchEvent) => void,
    dropped?: () => void,
  ): () => void;
}

export function inProcessClient(api: ClusterApi, gate: RequestGate): ClusterClient {
  const keyed = ({ namespace = '', name }: Named) => ({ namespace, name });
  const request = (
    verb: Verb,
    resource: Resource,
    named: { readonly namespace?: string | undefined; readonly name?: string | undefined },
    subresource?: string,
  ): ApiRequest => ({
    verb,
    resource: subresource === undefined ? resource.id : `${resource.id}/${subresource}`,
    namespace: named.namespace ?? '',
    name: named.name ?? '',
  });
  return {
    get: async (resource, named) =>
      gate.pass(request('get', resource, named), () => api.get(resource, keyed(named))),
    list: async (resource, options = {}) =>
      gate.pass(request('list', resource, options), () => api.list(resource, options)),
    create: async (resource, manifest, options) => {
      const namespace = resource.namespaced ? (stringAt(manifest, 'metadata', 'namespace') ?? '') : '';
      return gate.pass(request('create', resource, { namespace }), () =>
        api.create(resource, namespace, manifest, options),
      );
    },
    update: async (resource, manifest, options) =>
      gate.pass(request('update', resource, manifest.metadata, options?.subresource), () =>
        api.update(
          resource,
          { namespace: manifest.metadata.namespace ?? '', name: manifest.metadata.name },
          manifest,
          options,
        ),
      ),
    patch: async (resource, named, patch, options) =>
      gate.pass(
        request('patch', resource, named, options?.subresource),
        () => api.patch(resource, keyed(named), patch, options).object,
      ),
    delete: async (resource, named, options) =>
      gate.pass(request('delete', resource, named), () => api.delete(resource, keyed(named), options)),
    evict: async (named, options) =>
      gate.pass({ verb: 'create', resource: 'pods/eviction', ...keyed(named) }, () =>
        api.evict(keyed(named), options),
      ),
    watch: (resource, options, listener, dropped) =>
      gate.pass(request('watch', resource, options), () => {
        const watch = api.watch(resource, options, listener);
        const forget = gate.openWatch(() => {
          end();
          dropped?.();
        });
        const end = () => {
          watch.stop();
          forget();
        };
        return end;
      }),
  };
}
