import { withoutSecrets } from '../secrets.ts';

/**
 * What a call to Compute Engine can come to, named for what a caller does about it. Adapters translate; steps never
 * see a client's own error.
 */
export class ComputeError extends Error {
  /** What was being done, e.g. `routes.delete shoot--core--api-6e0c`. */
  readonly call: string;
  constructor(call: string, message: string, options?: ErrorOptions) {
    // An answer may quote the request that it is about, headers and all.
    super(withoutSecrets(`${call}: ${message}`), options);
    this.name = new.target.name;
    this.call = call;
  }
}

/** The resource, or one that the call names, does not exist (any more). */
export class ResourceNotFound extends ComputeError {}

/** A rate quota, a resource that is busy, a server error, a broken connection: the same call may succeed later. */
export class ComputeUnavailable extends ComputeError {}

/** Somebody changed the resource since it was read: read again and decide again. */
export class FingerprintStale extends ComputeError {}

/** The API understood and said no (a quota of resources that is used up, too); the same call will be refused again. */
export class ComputeRefused extends ComputeError {
  /** The API's own code, e.g. `invalid` or `IP_IN_USE_BY_ANOTHER_RESOURCE`. */
  readonly code: string;
  constructor(call: string, code: string, message: string, options?: ErrorOptions) {
    super(call, `${message} [${code}]`, options);
    this.code = code;
  }
}

/** A refusal that is not for want of a permission or a quota, which a human can give: the network itself says no. */
export function isRefusedByTheNetwork(error: unknown): error is ComputeRefused {
  return error instanceof ComputeRefused && !/forbidden|permission|quota/i.test(error.code);
}
