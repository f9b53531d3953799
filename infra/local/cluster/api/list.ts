import { z } from 'zod';
import type { KubernetesObject } from '../object/object.ts';
import type { Resource } from '../resources/resource.ts';
import { ApiError, badRequest } from '../rules/errors.ts';
import type { ObjectStore } from '../store/store.ts';
import type { ListOptions } from './requests.ts';
import { selectionOf } from './selection.ts';

export interface ListResult<T extends KubernetesObject> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

const continueToken = z.object({ version: z.number(), after: z.string() });

/**
 * One page of a resource, ordered by namespace and name.
 *
 * @throws ApiError 400 for a selector or token that cannot be read, 410 when the token is older than the history.
 */
export function list<T extends KubernetesObject>(
  store: ObjectStore,
  resource: Resource<T>,
  options: ListOptions,
): ListResult<T> {
  const selected = selectionOf(resource, options);
  const token = options.continue ? readToken(options.continue) : undefined;
  if (token !== undefined && token.version < store.oldestVersion) {
    throw new ApiError(
      410,
      'Expired',
      'The provided continue parameter is too old to display a consistent list result.',
    );
  }
  const version = token?.version ?? store.version;
  const after = token?.after ?? '';
  const rest = store.ordered(resource).filter(({ path, object }) => path > after && selected(object));
  const limit = options.limit ?? 0;
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const last = page.at(-1);
  const items = page.map(({ object }) => object);
  if (last === undefined || page.length === rest.length) return { items, resourceVersion: String(version) };
  return {
    items,
    resourceVersion: String(version),
    continue: Buffer.from(JSON.stringify({ version, after: last.path })).toString('base64url'),
    // The real server counts what remains only when no selector is in the way.
    ...(options.labelSelector || options.fieldSelector
      ? {}
      : { remainingItemCount: rest.length - page.length }),
  };
}

function readToken(text: string): z.infer<typeof continueToken> {
  try {
    return continueToken.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch (cause) {
    throw Object.assign(badRequest('continue key is not valid'), { cause });
  }
}
