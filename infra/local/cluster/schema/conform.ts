import type { Json } from '../object/json.ts';
import { isArray, isObject } from '../object/json.ts';
import type { Scalar, Schema, Struct } from './schema.ts';

export interface Conforming {
  /** Without the fields that the schema does not know; the given value itself when nothing had to go. */
  readonly value: Json;
  /** Paths of what was taken out, in the order in which they stood: `spec.template.spec.containers[0].imagee`. */
  readonly unknown: readonly string[];
  /** The first value of another type than its field, in the words of the server's decoder. */
  readonly mistyped: string | undefined;
}

interface Findings {
  readonly unknown: string[];
  mistyped: string | undefined;
}

/** Compares a document with what its kind may hold. */
export function conform(schema: Schema, value: Json): Conforming {
  const findings: Findings = { unknown: [], mistyped: undefined };
  const kept = visit(schema, value, '', '', findings);
  return { value: kept, ...findings };
}

/** `owner` is the struct that holds the field, and the path within the object without indexes, as Go's decoder says it. */
function visit(schema: Schema, value: Json, path: string, owner: string, findings: Findings): Json {
  if (value === null) return value;
  switch (schema.kind) {
    case 'any':
      return value;
    case 'scalar':
      if (!fits(schema, value)) mistyped(findings, value, owner, path, goType(schema));
      return value;
    case 'struct':
      if (isObject(value)) return visitStruct(schema, value, path, findings);
      mistyped(findings, value, owner, path, `v1.${schema.name}`);
      return value;
    case 'map':
      if (isObject(value)) {
        return rebuilt(value, (entry, key) => visit(schema.entry, entry, joined(path, key), owner, findings));
      }
      mistyped(findings, value, owner, path, 'map[string]string');
      return value;
    case 'list': {
      if (!isArray(value)) {
        mistyped(findings, value, owner, path, '[]');
        return value;
      }
      const entries = value.map((entry, index) =>
        visit(schema.entry, entry, `${path}[${index}]`, owner, findings),
      );
      return entries.every((entry, index) => entry === value[index]) ? value : entries;
    }
  }
}

function visitStruct(
  schema: Struct,
  value: { readonly [field: string]: Json | undefined },
  path: string,
  findings: Findings,
): Json {
  return rebuilt(value, (entry, field) => {
    const known = schema.fields.get(field);
    if (known !== undefined) return visit(known, entry, joined(path, field), schema.name, findings);
    findings.unknown.push(joined(path, field));
    return undefined;
  });
}

/** The object with its fields replaced, undefined ones left out; itself when every field stayed as it was. */
function rebuilt(
  value: { readonly [field: string]: Json | undefined },
  replace: (entry: Json, field: string) => Json | undefined,
): Json {
  let changed = false;
  const next: Record<string, Json> = {};
  for (const [field, entry] of Object.entries(value)) {
    const kept = entry === undefined ? undefined : replace(entry, field);
    if (kept !== entry) changed = true;
    if (kept !== undefined) next[field] = kept;
  }
  return changed ? next : value;
}

const joined = (path: string, field: string) => (path === '' ? field : `${path}.${field}`);

function fits({ type }: Scalar, value: Json): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number';
    case 'integer':
      return Number.isInteger(value);
    case 'integer or string':
      return typeof value === 'string' || Number.isInteger(value);
  }
}

function goType({ type }: Scalar): string {
  return {
    string: 'string',
    boolean: 'bool',
    number: 'float64',
    integer: 'int32',
    'integer or string': 'int32',
  }[type];
}

function mistyped(findings: Findings, value: Json, owner: string, path: string, wanted: string): void {
  const given = isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const field = path.replaceAll(/\[\d+\]/g, '');
  findings.mistyped ??= `json: cannot unmarshal ${given} into Go struct field ${owner}.${field} of type ${wanted}`;
}
