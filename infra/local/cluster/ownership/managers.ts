import { z } from 'zod';
import type { Json, JsonObject } from '../object/json.ts';
import { frozen, isArray, isObject } from '../object/json.ts';
import type { FieldSet } from './field-set.ts';
import { formatFields, parseFields } from './field-set.ts';

/** Who owns which fields, and by which kind of request: an entry of `metadata.managedFields`. */
export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** When it last changed what it owns. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

const written = z.array(
  z.object({
    manager: z.string(),
    operation: z.enum(['Apply', 'Update']),
    apiVersion: z.string(),
    subresource: z.string().default(''),
    time: z.string().optional(),
    fieldsV1: z.custom<JsonObject>(isObject),
  }),
);

/** What {@link formatManagers} made: frozen, so it says for ever what it was made of. */
const formatted = new WeakMap<object, readonly Manager[]>();

/** Reads `metadata.managedFields`; what cannot be read owns nothing, as in the real server. */
export function parseManagers(managedFields: Json | undefined): readonly Manager[] {
  const known = isArray(managedFields) ? formatted.get(managedFields) : undefined;
  if (known !== undefined) return known;
  const read = written.safeParse(managedFields ?? []);
  if (!read.success) return [];
  return read.data.map(({ fieldsV1, time, ...entry }) => ({ ...entry, time, fields: parseFields(fieldsV1) }));
}

/** As `metadata.managedFields` holds them: who applied first, then who wrote; nobody who owns nothing. */
export function formatManagers(managers: readonly Manager[]): readonly Json[] {
  const owning = managers.filter(({ fields, operation }) => fields.size > 0 || operation === 'Apply');
  const inOrder = [...owning.filter(isApplied), ...owning.filter((entry) => !isApplied(entry))];
  const entries = inOrder.map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
    manager,
    operation,
    apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: formatFields(fields),
    ...(subresource === '' ? {} : { subresource }),
  }));
  const list = frozen<readonly Json[]>(entries);
  formatted.set(list, inOrder);
  return list;
}

const isApplied = ({ operation }: Manager) => operation === 'Apply';

export type ManagerKey = Pick<Manager, 'manager' | 'operation' | 'apiVersion' | 'subresource'>;

export function isSameManager(left: ManagerKey, right: ManagerKey): boolean {
  return (
    left.manager === right.manager &&
    left.operation === right.operation &&
    left.apiVersion === right.apiVersion &&
    left.subresource === right.subresource
  );
}
