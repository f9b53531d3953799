import type { Json, JsonObject } from '../object/json.ts';
import type { KubernetesObject } from '../object/object.ts';
import type { Resource } from '../resources/resource.ts';

/** Objects as a meta.k8s.io/v1 Table with the resource's columns. */
export function tableOf(
  resource: Resource,
  objects: readonly KubernetesObject[],
  metadata: JsonObject,
  includeObject: string,
  now: number,
): JsonObject {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: resource.columns.map(({ name, type, wide }) => ({
      name,
      type,
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: wide ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: resource.columns.map((column) => column.value(object, now)),
      ...rowObject(object, includeObject),
    })),
  };
}

function rowObject(object: KubernetesObject, includeObject: string): { readonly object?: Json } {
  if (includeObject === 'None') return {};
  if (includeObject === 'Object') return { object };
  return {
    object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
  };
}
