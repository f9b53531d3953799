import type { Resource } from '../resources/resource.ts';
import { schemaOfModel } from './models.ts';
import type { Schema, Struct } from './schema.ts';
import { ANYTHING } from './schema.ts';

/** Kinds whose class bears another name than their own. */
const MODELS: Readonly<Record<string, string>> = { Event: 'CoreV1Event' };

const known = new Map<string, Struct>();

/** The fields of a kind. Of a custom resource only those that every object has. */
export function schemaOf(resource: Resource): Struct {
  const before = known.get(resource.id);
  if (before !== undefined) return before;
  const schema = resource.custom ? customSchema(resource) : builtIn(resource);
  known.set(resource.id, schema);
  return schema;
}

function builtIn(resource: Resource): Struct {
  const schema = schemaOfModel(MODELS[resource.kind] ?? `V1${resource.kind}`);
  return schema.kind === 'struct' ? schema : customSchema(resource);
}

function customSchema({ kind }: Resource): Struct {
  const text: Schema = { kind: 'scalar', type: 'string' };
  const fields = new Map<string, Schema>([
    ['apiVersion', text],
    ['kind', text],
    ['metadata', schemaOfModel('V1ObjectMeta')],
    ['spec', ANYTHING],
    ['status', ANYTHING],
  ]);
  return { kind: 'struct', name: kind, fields, atomic: false };
}
