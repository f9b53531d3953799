import { z } from 'zod';
import type { Json, JsonObject } from '../../../cluster/object/json.ts';
import { compact } from '../../../cluster/object/json.ts';
import type { KubernetesObject, ObjectKey } from '../../../cluster/object/object.ts';
import { loose, objectMeta } from '../../../cluster/object/object.ts';
import type { Resource } from '../../../cluster/resources/resource.ts';
import { apiVersionOf } from '../../../cluster/resources/resource.ts';
import { ApiError } from '../../../cluster/rules/errors.ts';
import type { ApiConnection, Query } from './connection.ts';

export type PatchKind = 'merge' | 'strategic' | 'apply';

const CONTENT_TYPE = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  // JSON is YAML, and only this type is served by every release.
  apply: 'application/apply-patch+yaml',
} satisfies Record<PatchKind, string>;

export interface Listed<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  items: z.array(z.custom<JsonObject>()).nullish(),
});
const objectSchema = loose({ metadata: objectMeta });

/** Any API server, spoken to in the simulator's table of resources: what comes back is checked as what the simulator stores. */
export class ApiClient {
  readonly connection: ApiConnection;

  constructor(connection: ApiConnection) {
    this.connection = connection;
  }

  async list<T extends KubernetesObject>(
    resource: Resource<T>,
    options: { readonly namespace?: string; readonly query?: Query } = {},
  ): Promise<Listed<T>> {
    const { namespace, query = {} } = options;
    const path = pathOf(resource, namespace);
    const { metadata, items } = listSchema.parse(await this.connection.send({ method: 'GET', path, query }));
    return {
      items: (items ?? []).map((item) => parseObject(resource, item)),
      resourceVersion: metadata.resourceVersion,
    };
  }

  /** @returns undefined when there is none. */
  async get<T extends KubernetesObject>(resource: Resource<T>, key: ObjectKey): Promise<T | undefined> {
    const path = pathOfObject(resource, key);
    const answer = await unlessMissing(this.connection.send({ method: 'GET', path }));
    return answer === undefined ? undefined : parseObject(resource, answer);
  }

  async create<T extends KubernetesObject>(
    resource: Resource<T>,
    namespace: string,
    manifest: JsonObject,
  ): Promise<T> {
    const path = pathOf(resource, namespace);
    const body = { apiVersion: apiVersionOf(resource), kind: resource.kind, ...manifest };
    return parseObject(resource, await this.connection.send({ method: 'POST', path, body }));
  }

  async patch<T extends KubernetesObject>(
    resource: Resource<T>,
    key: ObjectKey,
    patch: { readonly kind: PatchKind; readonly body: JsonObject },
    options: { readonly subresource?: string; readonly query?: Query } = {},
  ): Promise<T> {
    const { subresource, query = {} } = options;
    const path = pathOfObject(resource, key, subresource);
    const { kind, body } = patch;
    const contentType = CONTENT_TYPE[kind];
    const answer = await this.connection.send({ method: 'PATCH', path, query, body, contentType });
    return parseObject(resource, answer);
  }

  /** Nothing happens when the object is gone, or, with preconditions, is another one by now. */
  async delete(resource: Resource, key: ObjectKey, body: JsonObject = {}): Promise<void> {
    const path = pathOfObject(resource, key);
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', ...body };
    await unlessMissing(this.connection.send({ method: 'DELETE', path, body: options }), 409);
  }

  /** Posts to a subresource that takes an object of its own, such as `binding` and `eviction`. */
  async post(resource: Resource, key: ObjectKey, subresource: string, body: JsonObject): Promise<void> {
    await this.connection.send({ method: 'POST', path: pathOfObject(resource, key, subresource), body });
  }
}

/** `/apis/apps/v1/namespaces/kube-system/deployments`; without a namespace those of all namespaces. */
export function pathOf(resource: Resource, namespace = ''): string {
  const root = resource.group === '' ? '/api' : `/apis/${resource.group}`;
  const place = resource.namespaced && namespace !== '' ? `/namespaces/${namespace}` : '';
  return `${root}/${resource.version}${place}/${resource.plural}`;
}

function pathOfObject(resource: Resource, { namespace, name }: ObjectKey, subresource?: string): string {
  const path = `${pathOf(resource, namespace)}/${encodeURIComponent(name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** @throws ZodError naming the field that is not what the table says of this resource. */
export function parseObject<T extends KubernetesObject>(resource: Resource<T>, json: Json): T {
  // Go writes `null` for what is not set, and items of a list come without their kind.
  const object = objectSchema.parse(compact(json));
  const { apiVersion = apiVersionOf(resource), kind = resource.kind, ...fields } = object;
  resource.fields.parse(fields);
  const complete: unknown = { apiVersion, kind, ...fields };
  // It has just passed its resource's schema, which is what T says.
  return complete as T;
}

/** Undefined in place of a refusal with 404 or one of the other codes. */
async function unlessMissing<T>(call: Promise<T>, ...others: number[]): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiError && [404, ...others].includes(error.code)) return undefined;
    throw error;
  }
}
