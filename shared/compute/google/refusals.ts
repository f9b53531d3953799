import type { ComputeError } from '../errors.ts';
import { ComputeRefused, FingerprintStale, ResourceNotFound } from '../errors.ts';
import { RateExceeded, ShortTrouble } from './trouble.ts';

/** What the API said, in the synchronous answer or at the end of an operation. */
export interface Refusal {
  /** HTTP status, as received or as the operation states it. */
  readonly status: number | undefined;
  /** Reasons and codes, the most telling first: `rateLimitExceeded`, `RESOURCE_NOT_READY`. */
  readonly codes: readonly string[];
  readonly message: string;
}

/**
 * The same reasons come as `camelCase` in answers and as `UPPER_SNAKE_CASE` in operations (gcp-compute-semantics.md
 * §4.3, §4.5); here both are written without case and underscores.
 */
const RATE = new Set([
  'ratelimitexceeded',
  'userratelimitexceeded',
  'concurrentoperationsquotaexceeded',
  'resourceoperationrateexceeded',
]);
const BUSY = new Set(['resourcenotready', 'backenderror', 'internalerror', 'serviceunavailable']);
const MISSING = new Set(['notfound', 'resourcenotfound']);
const STALE = new Set(['conditionnotmet']);

/** The error for what the API said, named for what the caller does about it. */
export function refusalError(call: string, refusal: Refusal, options?: ErrorOptions): ComputeError {
  const { status, message } = refusal;
  const is = (codes: ReadonlySet<string>): boolean => refusal.codes.some((code) => codes.has(plain(code)));
  if (status === 429 || is(RATE)) return new RateExceeded(call, message, options);
  if (status === 408 || (status !== undefined && status >= 500) || is(BUSY) || isPeeringBusy(message)) {
    return new ShortTrouble(call, message, options);
  }
  if (status === 404 || is(MISSING)) return new ResourceNotFound(call, message, options);
  if ((status === 412 || is(STALE)) && !isPolicyViolation(message)) {
    return new FingerprintStale(call, message, options);
  }
  return new ComputeRefused(call, refusal.codes[0] ?? `HTTP ${status ?? 'without status'}`, message, options);
}

/** Whether the API said that a resource of this name exists. */
export function isAlreadyThere(error: unknown): boolean {
  return (
    error instanceof ComputeRefused && ['alreadyexists', 'resourcealreadyexists'].includes(plain(error.code))
  );
}

function plain(code: string): string {
  return code.replaceAll('_', '').toLowerCase();
}

/** A busy network that has no code of its own; Terraform repeats on this text (gcp-compute-semantics.md §2.5). */
function isPeeringBusy(message: string): boolean {
  return message.includes('peering operation in progress');
}

/** Organisation policies answer 412 as well, and reading again changes nothing (gcp-compute-semantics.md §8). */
function isPolicyViolation(message: string): boolean {
  return /^constraint /i.test(message);
}
