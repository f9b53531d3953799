import * as client from '@kubernetes/client-node';
import { z } from 'zod';
import type { Schema } from './schema.ts';
import { ANYTHING } from './schema.ts';
import { ATOMIC_MAPS, ATOMIC_STRUCTS, LISTS } from './topology.ts';

const attributes = z.array(z.object({ baseName: z.string(), type: z.string(), format: z.string() }));
const model = z.custom<{ getAttributeTypeMap(): unknown }>(
  (value) => typeof value === 'function' && 'getAttributeTypeMap' in value,
);
const models: Readonly<Record<string, unknown>> = client;

/** By the model's name; built when first asked for. Types hold themselves (JSON schema's), so a type is known before its fields. */
const known = new Map<string, Schema>();

/**
 * The fields of an API type, from the classes that client-node generates of the API server's OpenAPI: `V1PodSpec`.
 * A type that client-node does not have may hold anything.
 */
export function schemaOfModel(name: string): Schema {
  const before = known.get(name);
  if (before !== undefined) return before;
  const found = model.safeParse(models[name]);
  if (!found.success) return ANYTHING;
  const own = ownName(name);
  const fields = new Map<string, Schema>();
  const schema: Schema = { kind: 'struct', name: own, fields, atomic: ATOMIC_STRUCTS.has(own) };
  known.set(name, schema);
  for (const { baseName, type, format } of attributes.parse(found.data.getAttributeTypeMap())) {
    fields.set(baseName, schemaOfType(type, format, `${own}.${baseName}`));
  }
  return schema;
}

/** `V1PodSpec` and `CoreV1Event` are PodSpec and Event to the API. */
function ownName(name: string): string {
  return name.replace(/^(?:[A-Z][a-z]+)?V\d(?:(?:alpha|beta)\d)?/, '');
}

function schemaOfType(type: string, format: string, path: string): Schema {
  const list = /^Array<(.+)>$/.exec(type)?.[1];
  if (list !== undefined) {
    return { kind: 'list', entry: schemaOfType(list, '', ''), merging: LISTS[path] ?? 'atomic' };
  }
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (map !== undefined) {
    return { kind: 'map', entry: schemaOfType(map, '', ''), atomic: ATOMIC_MAPS.has(path) };
  }
  switch (type) {
    case 'string':
    case 'Date':
    case 'V1MicroTime':
      return { kind: 'scalar', type: 'string' };
    case 'boolean':
      return { kind: 'scalar', type: 'boolean' };
    case 'number':
      return { kind: 'scalar', type: format.startsWith('int') ? 'integer' : 'number' };
    case 'IntOrString':
      return { kind: 'scalar', type: 'integer or string' };
    default:
      return schemaOfModel(type);
  }
}
