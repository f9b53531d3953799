/**
 * A refusal in the API's own words. `code` is the HTTP status; `reason` is the legacy reason (`notFound`,
 * `conditionNotMet`, …) of a synchronous refusal, or the code of an operation's error (`UNSUPPORTED_OPERATION`, …)
 * when an operation ended with it (gcp-compute-semantics.md §4.1, §4.3).
 */
export class ComputeError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly domain: string;
  readonly details: readonly object[];

  constructor(
    code: number,
    reason: string,
    message: string,
    rest: { domain?: string; details?: readonly object[] } = {},
  ) {
    super(message);
    this.name = 'ComputeError';
    this.code = code;
    this.reason = reason;
    this.domain = rest.domain ?? 'global';
    this.details = rest.details ?? [];
  }
}

/** The JSON body of a synchronous refusal, as recorded: no `status` member (gcp-compute-semantics.md §4.3). */
export function errorEnvelope(error: ComputeError): object {
  const { code, reason, message, domain, details } = error;
  const errors = [{ message, domain, reason }];
  return { error: { code, message, errors, ...(details.length > 0 && { details }) } };
}

/** What an operation carries when it failed (gcp-compute-semantics.md §4.1). */
export function operationError(error: ComputeError): object {
  return {
    error: { errors: [{ code: operationCode(error.reason), message: error.message }] },
    httpErrorStatusCode: error.code,
    httpErrorMessage: HTTP_MESSAGES[error.code] ?? 'BAD REQUEST',
  };
}

const HTTP_MESSAGES: Readonly<Record<number, string>> = {
  400: 'BAD REQUEST',
  403: 'FORBIDDEN',
  404: 'NOT FOUND',
  409: 'CONFLICT',
  412: 'PRECONDITION FAILED',
  503: 'SERVICE UNAVAILABLE',
};

/** The code an operation uses for what a synchronous answer would call `reason` (gcp-compute-semantics.md §1.2, §1.5, §3.4). */
const OPERATION_CODES: Readonly<Record<string, string>> = {
  invalid: 'INVALID_USAGE',
  notFound: 'RESOURCE_NOT_FOUND',
  alreadyExists: 'RESOURCE_ALREADY_EXISTS',
  conditionNotMet: 'CONDITION_NOT_MET',
  resourceNotReady: 'RESOURCE_NOT_READY',
  resourceInUseByAnotherResource: 'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE',
};

export function operationCode(reason: string): string {
  return OPERATION_CODES[reason] ?? reason;
}

export function notFound(path: string): ComputeError {
  return new ComputeError(404, 'notFound', `The resource '${path}' was not found`);
}

export function alreadyExists(path: string): ComputeError {
  return new ComputeError(409, 'alreadyExists', `The resource '${path}' already exists`);
}

export function notReady(path: string): ComputeError {
  return new ComputeError(400, 'resourceNotReady', `The resource '${path}' is not ready`);
}

/** `field` as the API names it, e.g. `resource.destRange`. */
export function invalid(field: string, value: string, explanation: string): ComputeError {
  return new ComputeError(400, 'invalid', `Invalid value for field '${field}': '${value}'. ${explanation}`);
}

export function required(field: string): ComputeError {
  return new ComputeError(400, 'required', `Required field '${field}' not specified`);
}

export function inUse(kind: string, path: string, user: string): ComputeError {
  const message = `The ${kind} resource '${path}' is already being used by '${user}'`;
  return new ComputeError(400, 'resourceInUseByAnotherResource', message);
}
