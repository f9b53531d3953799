import type { ApiClient } from '../../../infra/local/actors/bind/http/client.ts';
import type { JsonObject } from '../../../infra/local/cluster/object/json.ts';
import { at, isArray, stringAt } from '../../../infra/local/cluster/object/json.ts';
import type { KubernetesObject } from '../../../infra/local/cluster/object/object.ts';
import { resourceByKind } from '../../../infra/local/cluster/resources/registry.ts';
import { eventually } from './eventually.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Resolves when the API server serves the resources. */
export async function defineResources(client: ApiClient, definitions: readonly JsonObject[]): Promise<void> {
  const { connection } = client;
  await Promise.all(
    definitions.map(async (body) => {
      await connection.send({ method: 'POST', path: DEFINITIONS, body });
      const name = stringAt(body, 'metadata', 'name') ?? '';
      await eventually(`the custom resource ${name} is served`, async () => {
        const conditions = at(
          await connection.send({ method: 'GET', path: `${DEFINITIONS}/${name}` }),
          'status',
          'conditions',
        );
        return (
          isArray(conditions) &&
          conditions.some(
            (one) => stringAt(one, 'type') === 'Established' && stringAt(one, 'status') === 'True',
          )
        );
      });
    }),
  );
}

/** Creates the objects, in their order. Those that every API server makes itself (`default/kubernetes`) are left as they are. */
export async function fill(
  client: ApiClient,
  objects: readonly JsonObject[],
): Promise<readonly KubernetesObject[]> {
  const created: KubernetesObject[] = [];
  for (const object of objects) {
    const apiVersion = stringAt(object, 'apiVersion') ?? '';
    const kind = stringAt(object, 'kind') ?? '';
    const resource = resourceByKind(apiVersion, kind);
    if (resource === undefined) throw new Error(`no resource is known for ${kind} of ${apiVersion}`);
    const namespace = stringAt(object, 'metadata', 'namespace') ?? '';
    // Asked first: a Service that is there would be refused for its address, which is taken by itself.
    const present = await client.get(resource, {
      namespace,
      name: stringAt(object, 'metadata', 'name') ?? '',
    });
    if (present === undefined) created.push(await client.create(resource, namespace, object));
  }
  return created;
}
