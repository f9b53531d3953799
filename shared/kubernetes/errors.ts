import { withoutSecrets } from '../secrets.ts';
import type { AccessReason } from './access/reasons.ts';

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

/** The garden has no such Shoot: it was deleted, or it is another garden. Trying again changes nothing. */
export class ShootNotInGarden extends ClusterObjectMissing {
  readonly reason = 'ShootNotInGarden' satisfies AccessReason;
  readonly remedy =
    'See whether the functions ask the right garden (GARDEN_KUBECONFIG, GARDEN_KUBECONFIG_SECRET or GARDEN_URL), then publish the step again; if the Shoot was deleted, nothing is left to do.';
  constructor(object: string, options?: ErrorOptions) {
    super(object, options);
    this.name = 'ShootNotInGarden';
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

/** Credentials for a cluster cannot be had, or are of no use there; trying again changes nothing, a human does. */
export class NoAccess extends Error {
  readonly reason: AccessReason;
  readonly remedy: string;
  constructor(reason: AccessReason, message: string, remedy: string, options?: ErrorOptions) {
    super(withoutSecrets(message), options);
    this.name = 'NoAccess';
    this.reason = reason;
    this.remedy = remedy;
  }
}
