import * as client from '@kubernetes/client-node';
import { z } from 'zod';
import type { Json, JsonObject } from '../object/json.ts';
import { isArray, isObject } from '../object/json.ts';

/** A class that client-node generates of an API type. */
export type Model<T extends object = object> = new () => T;

/** Makes of JSON what client-node's ObjectSerializer makes of it. */
type Form = (value: Json) => unknown;

interface Field {
  readonly json: string;
  readonly name: string;
  readonly form: Form;
}

const attributes = z.array(z.object({ name: z.string(), baseName: z.string(), type: z.string() }));
const described = z.custom<{ getAttributeTypeMap(): unknown }>(
  (value) => typeof value === 'function' && 'getAttributeTypeMap' in value,
);
const isModel = (value: unknown): value is Model => described.safeParse(value).success;
const models: Readonly<Record<string, unknown>> = client;

/** Of frozen documents, which never change. */
const made = new WeakMap<object, object>();

/**
 * An answer as client-node hands it over: instances of its classes, times as Dates, no fields that were not there. For the
 * same frozen document it is the same object, so it is frozen too.
 */
export function clientForm<T extends object>(model: Model<T>, value: Json): T {
  const source = isObject(value) ? value : {};
  const before = made.get(source);
  if (before instanceof model) return before;
  const instance = Object.freeze(Object.assign(new model(), fieldsIn(model, source)));
  if (Object.isFrozen(source)) made.set(source, instance);
  return instance;
}

function fieldsIn(model: Model, source: JsonObject): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const { json, name, form } of fieldsOf(model)) {
    const value = source[json];
    if (value !== undefined) fields[name] = value === null ? null : form(value);
  }
  return fields;
}

const known = new Map<Model, readonly Field[]>();

/** In the class's order. Types hold themselves (JSON schema's), so the list is known before it is filled. */
function fieldsOf(model: Model): readonly Field[] {
  const before = known.get(model);
  if (before !== undefined) return before;
  const fields: Field[] = [];
  known.set(model, fields);
  for (const { name, baseName, type } of attributes.parse(described.parse(model).getAttributeTypeMap())) {
    fields.push({ json: baseName, name, form: formOf(type) });
  }
  return fields;
}

const AS_IT_IS: Form = (value) => value;

function formOf(type: string): Form {
  if (type === 'Date') return (value) => new Date(String(value));
  const list = /^Array<(.+)>$/.exec(type)?.[1];
  if (list !== undefined) {
    const entry = formOf(list);
    return (value) => (isArray(value) ? Object.freeze(value.map((each) => entry(each))) : value);
  }
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (map !== undefined) {
    const entry = formOf(map);
    if (entry === AS_IT_IS) return AS_IT_IS;
    return (value) =>
      isObject(value)
        ? Object.freeze(
            Object.fromEntries(Object.entries(value).map(([key, each]) => [key, entry(each ?? null)])),
          )
        : value;
  }
  const model = models[type];
  return isModel(model) ? (value) => clientForm(model, value) : AS_IT_IS;
}
