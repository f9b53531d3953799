import type { Json, JsonObject } from '../object/json.ts';
import type { Resource } from '../resources/resource.ts';

export type Status = {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: JsonObject;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code: number;
};

export type StatusDetails = {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
};

export type StatusCause = { readonly reason: string; readonly message: string; readonly field?: string };

/** A refusal as the API server words it: the Status object is the whole answer. */
export class ApiError extends Error {
  readonly status: Status;

  constructor(
    code: number,
    reason: string,
    message: string,
    details: StatusDetails = {},
    metadata: JsonObject = {},
  ) {
    // An answer, not a fault in the program: nobody looks where it was made, and finding that out costs more than the answer.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'ApiError';
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      ...(reason === '' ? {} : { reason }),
      details,
      code,
    };
  }

  get code(): number {
    return this.status.code;
  }

  get reason(): string {
    return this.status.reason ?? '';
  }
}

type Named = Pick<Resource, 'plural' | 'group' | 'kind'>;

const qualified = (resource: Named) =>
  resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;

const detailsOf = (resource: Named, name: string): StatusDetails =>
  resource.group === ''
    ? { name, kind: resource.plural }
    : { name, group: resource.group, kind: resource.plural };

export const badRequest = (message: string) => new ApiError(400, 'BadRequest', message);

export const notFound = (resource: Named, name: string) =>
  new ApiError(404, 'NotFound', `${qualified(resource)} "${name}" not found`, detailsOf(resource, name));

/** No such path at all. */
export const noSuchPath = () =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource');

export const methodNotAllowed = () =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');

export const alreadyExists = (resource: Named, name: string) =>
  new ApiError(
    409,
    'AlreadyExists',
    `${qualified(resource)} "${name}" already exists`,
    detailsOf(resource, name),
  );

export const conflict = (
  resource: Named,
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
) =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
    detailsOf(resource, name),
  );

/** Says the kind where other conflicts say the resource, as the real server does before a deletion. */
export const preconditionConflict = (resource: Named, name: string, why: string) =>
  conflict({ ...resource, plural: resource.kind, group: '' }, name, why);

export const forbidden = (resource: Named, name: string, why: string, causes: readonly StatusCause[] = []) =>
  new ApiError(403, 'Forbidden', `${qualified(resource)} "${name}" is forbidden: ${why}`, {
    ...detailsOf(resource, name),
    ...(causes.length > 0 ? { causes } : {}),
  });

export const unsupportedMediaType = (accepted: readonly string[]) =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

/** A patch in no known language. */
export const unknownPatchType = () =>
  new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type');

export const notAcceptable = (accepted: readonly string[]) =>
  new ApiError(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`);

/** Fields that other managers own, in the words of server-side apply. */
export function applyConflict(
  contested: readonly { readonly who: string; readonly field: string }[],
): ApiError {
  const byManager = Map.groupBy(contested, ({ who }) => who);
  const several = (count: number) => (count === 1 ? '' : 's');
  const sentences = [...byManager].map(([who, fields]) =>
    fields.length === 1
      ? `conflict with ${who}: ${fields[0]?.field}`
      : `conflicts with ${who}:${fields.map(({ field }) => `\n- ${field}`).join('')}`,
  );
  const count = contested.length;
  const message = `Apply failed with ${count} conflict${several(count)}: ${sentences.join('\n')}`;
  return new ApiError(409, 'Conflict', message, {
    causes: contested.map(({ who, field }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${who}`,
      field,
    })),
  });
}

/** A version that the watch cache has forgotten. */
export const expired = (requested: number, oldest: number) =>
  new ApiError(410, 'Expired', `too old resource version: ${requested} (${oldest})`);

export const invalidContinue = () => badRequest('continue key is not valid');

/** A page of a version that is forgotten; `next` goes on with the present. */
export const tooOldToken = (next: string) =>
  new ApiError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
      'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
      'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
      'deleted between the time the first chunk was returned and now may show up in the list.',
    {},
    { continue: next },
  );

export const tooOldList = () =>
  new ApiError(410, 'Expired', 'The resourceVersion for the provided list is too old.');

export interface FieldError {
  readonly reason:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueForbidden'
    | 'FieldValueNotSupported'
    | 'FieldValueDuplicate'
    | 'FieldValueNotFound';
  readonly field: string;
  readonly message: string;
}

export const invalidValue = (field: string, value: Json | undefined, detail: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${JSON.stringify(value ?? null)}: ${detail}`,
});

export const requiredValue = (field: string, detail = ''): FieldError => ({
  reason: 'FieldValueRequired',
  field,
  message: detail === '' ? 'Required value' : `Required value: ${detail}`,
});

export const forbiddenValue = (field: string, detail: string): FieldError => ({
  reason: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${detail}`,
});

export const unsupportedValue = (field: string, value: Json, supported: readonly string[]): FieldError => ({
  reason: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map((entry) => `"${entry}"`).join(', ')}`,
});

export const valueNotFound = (field: string, value: string): FieldError => ({
  reason: 'FieldValueNotFound',
  field,
  message: `Not found: "${value}"`,
});

export const duplicateValue = (field: string, value: string): FieldError => ({
  reason: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: "${value}"`,
});

/** 422 for what stands in the query, or in the options of a deletion. */
export function invalidOptions(
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions' | 'ListOptions',
  errors: readonly FieldError[],
): ApiError {
  return invalid({ kind, plural: '', group: 'meta.k8s.io' }, '', errors);
}

/** 422 with one cause for each field, in the server's words. */
export function invalid(resource: Named, name: string, errors: readonly FieldError[]): ApiError {
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
  const sentences = errors.map((error) => `${error.field}: ${error.message}`);
  const detail = sentences.length === 1 ? sentences[0] : `[${sentences.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${detail}`, {
    ...(name === '' ? {} : { name }),
    ...(resource.kind === '' ? {} : { kind: resource.kind }),
    ...(resource.group === '' ? {} : { group: resource.group }),
    causes: errors.map(({ reason, field, message }) => ({ reason, message, field })),
  });
}
