import type { Body } from './wire.ts';

/** The fields of each owner, in the spelling of `fieldsV1`, by manager and operation. */
export const ownersOf = (body: Body) =>
  Object.fromEntries(
    (body.metadata?.managedFields ?? []).map(({ manager, operation, fieldsV1 }) => [
      `${manager} ${operation}`,
      fieldsV1,
    ]),
  );

/** The names of the managers of an object in a list. */
export const managersIn = (managedFields: unknown) =>
  (Array.isArray(managedFields) ? managedFields : []).map((entry: { manager?: string }) => entry.manager);
