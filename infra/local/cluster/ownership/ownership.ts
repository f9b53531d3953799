import type { Json, JsonObject } from '../object/json.ts';
import { isArray, sameJson } from '../object/json.ts';
import type { KubernetesObject } from '../object/object.ts';
import type { Resource } from '../resources/resource.ts';
import { apiVersionOf } from '../resources/resource.ts';
import { applyConflict } from '../rules/errors.ts';
import { schemaOf } from '../schema/schema-of.ts';
import type { FieldSet } from './field-set.ts';
import { difference, displayed, intersection, NO_FIELDS, reaches, sameFields, union } from './field-set.ts';
import type { Manager, ManagerKey } from './managers.ts';
import { formatManagers, isSameManager, parseManagers } from './managers.ts';
import { compare, fieldsOf, merge, ownable, without } from './typed.ts';

/** Who writes, as it will be known. */
export interface Writer {
  readonly manager: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** RFC 3339. */
  readonly now: string;
}

/** What nobody is known to have written, because it was there before anybody was asked who they are. */
const BEFORE = 'before-first-apply';

/** The managedFields of an object after an update (or a creation, without `before`) by the writer. */
export function ownedAfterUpdate(
  resource: Resource,
  before: KubernetesObject | undefined,
  after: KubernetesObject,
  writer: Writer,
): readonly Json[] {
  const { changed, removed } = compare(schemaOf(resource), ownable(before ?? {}), ownable(after));
  const key = { ...keyOf(resource, writer), operation: 'Update' as const };
  const managers = parseManagers(before?.metadata.managedFields);
  const lost = union(changed, removed);
  const others = managers
    .filter((entry) => !isSameManager(entry, key))
    .map((entry) => ({ ...entry, fields: difference(entry.fields, lost) }));
  const own = managers.find((entry) => isSameManager(entry, key));
  const fields = union(difference(own?.fields ?? NO_FIELDS, removed), changed);
  return formatManagers([...others, stamped(key, own, fields, writer.now)]);
}

export interface Applied {
  /** The object with what was applied in it and what is said no longer taken out; not yet defaulted or checked. */
  readonly object: JsonObject;
  /** Its managedFields, with the times of those whose fields stay as they were. */
  readonly managedFields: readonly Json[];
}

/**
 * Server-side apply: what the configuration says is set and owned, what the same manager owned and says no longer goes
 * unless somebody else owns it, and everything else stays.
 *
 * @throws ApiError 409 naming managers and fields, when the configuration changes what others own and `force` is not set.
 */
export function apply(
  resource: Resource,
  live: KubernetesObject | undefined,
  configuration: JsonObject,
  writer: Writer,
  force: boolean,
): Applied {
  const schema = schemaOf(resource);
  const key = { ...keyOf(resource, writer), operation: 'Apply' as const };
  const managers = live === undefined ? [] : managersOf(resource, live);
  const others = managers.filter((entry) => !isSameManager(entry, key));
  const own = managers.find((entry) => isSameManager(entry, key));
  const said = fieldsOf(schema, ownable(configuration));
  const merged = asObject(merge(schema, live ?? {}, configuration));
  const { changed } = compare(schema, ownable(live ?? {}), ownable(merged));
  const conflicts = others.map((entry) => ({ ...entry, fields: intersection(entry.fields, changed) }));
  const contested = conflicts.filter(({ fields }) => fields.size > 0);
  if (contested.length > 0 && !force) throw conflictOf(contested);
  const left = others.map((entry) => ({ ...entry, fields: difference(entry.fields, changed) }));
  const unsaid = difference(own?.fields ?? NO_FIELDS, said);
  const owned = left.reduce<FieldSet>((all, { fields }) => union(all, fields), said);
  const object = asObject(without(schema, merged, (path) => unsaid.has(path) && !reaches(owned, path)));
  return { object, managedFields: formatManagers([...left, stamped(key, own, said, writer.now)]) };
}

/** Whether two managedFields say the same, whenever it was said. */
export function sameOwnership(left: Json | undefined, right: Json | undefined): boolean {
  const timeless = (entries: Json | undefined) =>
    parseManagers(entries).map(({ time: _time, fields, ...entry }) => ({
      ...entry,
      fields: [...fields].sort(),
    }));
  return left === right || sameJson(timeless(left), timeless(right));
}

/** Whether a written managedFields asks for all of them to be forgotten: an empty list, or one empty entry. */
export function asksToForget(managedFields: Json | undefined): boolean {
  if (!isArray(managedFields)) return false;
  return managedFields.length === 0 || (managedFields.length === 1 && sameJson(managedFields[0], {}));
}

function managersOf(resource: Resource, live: KubernetesObject): readonly Manager[] {
  const managers = parseManagers(live.metadata.managedFields);
  if (managers.length > 0) return managers;
  const fields = fieldsOf(schemaOf(resource), ownable(live));
  const apiVersion = apiVersionOf(resource);
  return [{ manager: BEFORE, operation: 'Update', apiVersion, subresource: '', time: undefined, fields }];
}

function stamped(key: ManagerKey, before: Manager | undefined, fields: FieldSet, now: string): Manager {
  const kept = before !== undefined && sameFields(before.fields, fields);
  return { ...key, fields, time: kept ? before.time : now };
}

function keyOf(resource: Resource, { manager, subresource }: Writer) {
  return { manager, subresource, apiVersion: apiVersionOf(resource) };
}

function conflictOf(contested: readonly Manager[]) {
  return applyConflict(
    contested.flatMap(({ manager, operation, subresource, apiVersion, fields }) => {
      const by = `"${manager}"${subresource === '' ? '' : ` with subresource "${subresource}"`}`;
      const who = operation === 'Update' ? `${by} using ${apiVersion}` : by;
      return [...fields].map((path) => ({ who, field: displayed(path) }));
    }),
  );
}

/** Merging and removing fields of an object leaves one. */
function asObject(value: Json): JsonObject {
  if (typeof value !== 'object' || value === null || isArray(value))
    throw new TypeError('expected an object');
  return value;
}
