import { withoutSecrets } from '../secrets.ts';

/**
 * The API server could not be asked, did not answer in time, or answered that it cannot serve now: also since somebody else
 * changed the object at every try.
 */
export class ClusterUnavailable extends Error {
  constructor(call: string, message: string, options?: ErrorOptions) {
    // A proxy before the API server may quote the request that it turns away, headers and all.
    super(withoutSecrets(`${call}: ${message}`), options);
    this.name = 'ClusterUnavailable';
  }
}

/** An object that every cluster of this kind has is not there. */
export class ClusterObjectMissing extends Error {
  constructor(object: string, options?: ErrorOptions) {
    super(`${object} does not exist`, options);
    this.name = 'ClusterObjectMissing';
  }
}

/** The API server understood and said no. */
export class ClusterRefused extends Error {
  /** The API server's own reason, e.g. `Forbidden` or `Invalid`. */
  readonly reason: string;
  constructor(call: string, reason: string, message: string, options?: ErrorOptions) {
    super(withoutSecrets(`${call}: ${message} [${reason}]`), options);
    this.name = 'ClusterRefused';
    this.reason = reason;
  }
}
