import { z } from 'zod';
import { compact, isObject, type Json, type JsonObject } from '../object/json.ts';
import type { KubernetesObject, Manifest } from '../object/object.ts';
import { type ManifestMeta, manifestMeta } from '../object/object.ts';
import type { Resource } from '../resources/resource.ts';
import { apiVersionOf } from '../resources/resource.ts';
import type { FieldError } from '../rules/errors.ts';
import { badRequest, invalid, invalidValue, requiredValue } from '../rules/errors.ts';
import { conform } from '../schema/conform.ts';
import { schemaOf } from '../schema/schema-of.ts';
import type { FieldValidation } from './requests.ts';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_SENTENCE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** Why something need not be checked: it is as in the stored object, or the compiler has. */
export interface Known {
  readonly previous?: KubernetesObject | undefined;
  readonly typed?: boolean | undefined;
}

function isKnown(metadata: Json | undefined, { previous, typed }: Known): metadata is ManifestMeta {
  return isObject(metadata) && (typed === true || metadata === previous?.metadata);
}

/**
 * Reads what a client sent as an object of the resource: right kind, well-formed metadata. Null fields are dropped. What is
 * the very same as in the stored `previous` was read before.
 *
 * @throws ApiError 400 when it is another kind or cannot be read.
 */
export function readManifest(resource: Resource, body: Json, known: Known = {}): Manifest {
  if (!isObject(body)) throw badRequest(`expected a ${resource.kind} object`);
  const manifest = compact(body);
  const apiVersion = apiVersionOf(resource);
  const given = { apiVersion: manifest.apiVersion ?? apiVersion, kind: manifest.kind ?? resource.kind };
  if (given.apiVersion !== apiVersion || given.kind !== resource.kind) {
    throw badRequest(
      `${String(given.kind)} in version "${String(given.apiVersion)}" cannot be handled as a ${resource.kind}: ` +
        `expected ${apiVersion} ${resource.kind}`,
    );
  }
  return {
    ...manifest,
    apiVersion,
    kind: resource.kind,
    metadata: readMetadata(resource, manifest.metadata, known),
  };
}

function readMetadata(resource: Resource, given: Json | undefined, known: Known): ManifestMeta {
  if (isKnown(given, known)) return given;
  const metadata = manifestMeta.safeParse(given ?? {});
  if (!metadata.success) throw undecodable(resource, metadata.error, ['metadata']);
  return metadata.data;
}

type Part = readonly [field: string, schema: z.core.$ZodType];

const knownParts = new Map<z.ZodType, readonly Part[]>();

/** The fields of the resource's objects that are checked, each with its schema. */
function partsOf({ fields }: Resource): readonly Part[] {
  const known = knownParts.get(fields);
  if (known !== undefined) return known;
  const parts = fields instanceof z.ZodObject ? Object.entries<z.core.$ZodType>(fields.shape) : [];
  knownParts.set(fields, parts);
  return parts;
}

/**
 * The document with only the fields that its kind has.
 *
 * @throws ApiError 400 for a value of another type, and, when the validation is strict, for fields that are unknown or
 *   given twice.
 */
export function conforming(resource: Resource, body: Json, validation: FieldValidation | undefined): Json {
  if (validation === undefined || !isObject(body)) return body;
  const { value, unknown, mistyped } = conform(schemaOf(resource), body);
  const reading = `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}`;
  if (mistyped !== undefined) throw badRequest(`${reading}: ${mistyped}`);
  const sentences = [
    ...unknown.map((field) => `unknown field "${field}"`),
    ...validation.duplicates.map((field) => `duplicate field "${field}"`),
  ];
  if (sentences.length === 0 || validation.mode === 'Ignore') return value;
  if (validation.mode === 'Strict')
    throw badRequest(`${reading}: strict decoding error: ${sentences.join(', ')}`);
  for (const sentence of sentences) validation.warn(sentence);
  return value;
}

/**
 * Checks the fields that the simulator reads, so that everything behind the store may trust them. What is the very same as
 * in the stored `previous` fits already.
 *
 * @throws ApiError 422 for missing fields, 400 for fields of another type.
 */
export function checkFields<T extends KubernetesObject>(
  resource: Resource<T>,
  object: KubernetesObject,
  { previous, typed }: Known = {},
): T {
  const fits = ([field, schema]: Part) =>
    (previous !== undefined && hasSame(object[field], previous[field])) ||
    z.safeParse(schema, object[field]).success;
  // No schema changes what it reads, so a part that fits needs no copy.
  if (typed === true || partsOf(resource).every(fits)) return object as T;
  const checked = resource.fields.safeParse(object);
  if (checked.success) return checked.data as T;
  const { issues } = checked.error;
  const missing = issues.filter((issue) => valueAt(object, issue.path) === undefined);
  if (missing.length < issues.length) throw undecodable(resource, checked.error, []);
  throw invalid(
    resource,
    object.metadata.name,
    missing.map((issue) => requiredValue(WITHIN[pathText(issue.path)] ?? pathText(issue.path))),
  );
}

/** Whether it is the very same, or an object of the very same fields: metadata is put together anew by every write. */
function hasSame(now: Json | undefined, before: Json | undefined): boolean {
  if (now === before) return true;
  if (!isObject(now) || !isObject(before)) return false;
  const fields = Object.keys(now);
  return (
    fields.length === Object.keys(before).length && fields.every((field) => now[field] === before[field])
  );
}

/** What the real server finds missing in a part that is missing as a whole. */
const WITHIN: Readonly<Record<string, string>> = {
  'spec.template': 'spec.template.spec.containers',
  'spec.template.spec': 'spec.template.spec.containers',
};

const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const LABEL_SENTENCE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

export function labelViolations(labels: Readonly<Record<string, string>> | undefined): FieldError[] {
  return Object.values(labels ?? {})
    .filter((value) => !LABEL_VALUE.test(value))
    .map((value) => invalidValue('metadata.labels', value, LABEL_SENTENCE));
}

/** What a name breaks; events and the like may be called anything that fits a URL, the rest are DNS subdomains. */
export function nameViolations(name: string): FieldError[] {
  if (name === '') return [requiredValue('metadata.name', 'name or generateName is required')];
  if (name.length <= 253 && SUBDOMAIN.test(name)) return [];
  return [invalidValue('metadata.name', name, SUBDOMAIN_SENTENCE)];
}

function undecodable(resource: Resource, error: z.ZodError, prefix: readonly string[]) {
  const faults = error.issues.map((issue) => `${pathText([...prefix, ...issue.path])}: ${issue.message}`);
  return badRequest(
    `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${faults.join('; ')}`,
  );
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}

function valueAt(object: JsonObject, path: readonly PropertyKey[]): Json | undefined {
  let found: Json | undefined = object;
  for (const part of path) {
    if (Array.isArray(found)) found = found[Number(part)];
    else found = isObject(found) ? found[String(part)] : undefined;
  }
  return found;
}
