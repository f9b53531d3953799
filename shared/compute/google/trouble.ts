import { ComputeUnavailable } from '../errors.ts';

/**
 * The two kinds of {@link ComputeUnavailable} that are worth repeating inside a call. To callers they are what they
 * extend, and they are named so.
 */

/** A busy resource, a server error, a broken connection: seconds may be enough. */
export class ShortTrouble extends ComputeUnavailable {
  override name = 'ComputeUnavailable';
}

/** A rate quota is used up; it is filled again with the next minute (gcp-compute-semantics.md §4.4). */
export class RateExceeded extends ComputeUnavailable {
  override name = 'ComputeUnavailable';
}
