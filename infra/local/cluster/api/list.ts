import type { KubernetesObject } from '../object/object.ts';
import type { Resource } from '../resources/resource.ts';
import { badRequest, invalidContinue, tooOldList, tooOldToken } from '../rules/errors.ts';
import type { ObjectStore, Placed } from '../store/store.ts';
import { continueToken, readToken } from './continue-token.ts';
import { checkVersions } from './requested-version.ts';
import type { ListOptions } from './requests.ts';
import { selectionOf } from './selection.ts';

export interface ListResult<T extends KubernetesObject> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** What a page shows: the state at a version, from a place in the order on. */
interface View<T extends KubernetesObject> {
  readonly version: number;
  readonly after: string;
  readonly objects: readonly Placed<T>[];
}

/**
 * One page of a resource, ordered by namespace and name. Later pages show the version of the first.
 *
 * @throws ApiError 400 for a selector, version or token that cannot be read, 410 when the history does not reach back to
 *   the version, 422 for a contradictory `resourceVersionMatch`, 504 for a version of the future.
 */
export function list<T extends KubernetesObject>(
  store: ObjectStore,
  resource: Resource<T>,
  options: ListOptions,
): ListResult<T> {
  const selected = selectionOf(resource, options);
  const { version, after, objects } = viewOf(store, resource, options);
  const rest = objects.filter(({ path, object }) => path > after && selected(object));
  const limit = options.limit ?? 0;
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const last = page.at(-1);
  const items = page.map(({ object }) => object);
  if (last === undefined || page.length === rest.length) return { items, resourceVersion: String(version) };
  return {
    items,
    resourceVersion: String(version),
    continue: continueToken(version, last.path, options.namespace),
    // The real server counts what remains only when no selector is in the way.
    ...(options.labelSelector || options.fieldSelector
      ? {}
      : { remainingItemCount: rest.length - page.length }),
  };
}

function viewOf<T extends KubernetesObject>(
  store: ObjectStore,
  resource: Resource<T>,
  options: ListOptions,
): View<T> {
  if (options.continue) return laterPage(store, resource, options.continue, options);
  const exact = checkVersions(store, options);
  if (exact === undefined) return { version: store.version, after: '', objects: store.ordered(resource) };
  const objects = store.orderedAt(resource, exact);
  if (objects === undefined) throw tooOldList();
  return { version: exact, after: '', objects };
}

function laterPage<T extends KubernetesObject>(
  store: ObjectStore,
  resource: Resource<T>,
  text: string,
  { namespace, resourceVersion }: ListOptions,
): View<T> {
  if (resourceVersion && resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const token = readToken(text, namespace);
  if (token === undefined) throw invalidContinue();
  // A token of version -1 was handed out in place of one that was too old: it goes on with the present.
  const version = token.version < 0 ? store.version : token.version;
  const objects = store.orderedAt(resource, version);
  if (objects === undefined) throw tooOldToken(continueToken(-1, token.after, namespace));
  return { version, after: token.after, objects };
}
