import type { z } from 'zod';
import { compact, isObject, type Json, type JsonObject } from '../object/json.ts';
import type { KubernetesObject, Manifest } from '../object/object.ts';
import { manifestMeta } from '../object/object.ts';
import type { Resource } from '../resources/resource.ts';
import { apiVersionOf } from '../resources/resource.ts';
import type { FieldError } from '../rules/errors.ts';
import { badRequest, invalid, invalidValue, requiredValue } from '../rules/errors.ts';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_SENTENCE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/**
 * Reads what a client sent as an object of the resource: right kind, well-formed metadata. Null fields are dropped.
 *
 * @throws ApiError 400 when it is another kind or cannot be read.
 */
export function readManifest(resource: Resource, body: Json): Manifest {
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
  const metadata = manifestMeta.safeParse(manifest.metadata ?? {});
  if (!metadata.success) throw undecodable(resource, metadata.error, ['metadata']);
  return { ...manifest, apiVersion, kind: resource.kind, metadata: metadata.data };
}

/**
 * Checks the fields that the simulator reads, so that everything behind the store may trust them.
 *
 * @throws ApiError 422 for missing fields, 400 for fields of another type.
 */
export function checkFields<T extends KubernetesObject>(resource: Resource<T>, object: KubernetesObject): T {
  const checked = resource.fields.safeParse(object);
  if (checked.success) return checked.data as T;
  const { issues } = checked.error;
  const missing = issues.filter((issue) => valueAt(object, issue.path) === undefined);
  if (missing.length < issues.length) throw undecodable(resource, checked.error, []);
  throw invalid(
    resource,
    object.metadata.name,
    missing.map((issue) => requiredValue(pathText(issue.path))),
  );
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
