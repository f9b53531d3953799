import { ComputeError } from './errors.ts';
import type { Scope } from './links.ts';
import { locality } from './links.ts';
import type { OperationStore } from './operations.ts';

/** The groups in which calls are counted for the rate quota (gcp-compute-semantics.md §4.4). */
export type RateGroup = 'writes' | 'reads' | 'lists' | 'operationReads' | 'heavyReads';

/** Limits of the project; one that is absent does not limit. */
export interface Quotas {
  /** Calls per minute, by group. The older documentation gives 1500 for writes and for reads. */
  readonly callsPerMinute: Readonly<Partial<Record<RateGroup, number>>>;
  readonly concurrentOperations: {
    /** Documented default: 500. */
    readonly global?: number;
    readonly regional?: number;
    readonly globalPerType?: number;
    readonly regionalPerType?: number;
  };
  /** STATIC_ROUTES_PER_NETWORK (gcp-compute-semantics.md §2.5). */
  readonly staticRoutesPerNetwork?: number;
  /** SUBNET_RANGES_PER_NETWORK: primary, secondary and IPv6 ranges (gcp-compute-semantics.md §1.2). */
  readonly subnetRangesPerNetwork?: number;
}

/** The limits a caller changes; the others stay as documented, or off. */
export type QuotaOptions = Partial<Quotas>;

/**
 * Google states 500 operations in flight; Gardener's page gives 200 static routes. A project whose scenario holds more
 * must have had its quota raised: it is then twice what the largest network holds.
 */
export function quotasFor(options: QuotaOptions, routesPerNetwork: number): Quotas {
  return {
    callsPerMinute: {},
    concurrentOperations: { global: 500 },
    staticRoutesPerNetwork: Math.max(200, 2 * routesPerNetwork),
    ...options,
  };
}

const METRICS: Readonly<Record<RateGroup, string>> = {
  writes: 'Queries',
  reads: 'Read requests',
  lists: 'List requests',
  operationReads: 'Operation read requests',
  heavyReads: 'Heavy-weight read requests',
};

/** Counts calls in synchronised windows of one minute (gcp-compute-semantics.md §4.4). */
export class RateMeter {
  #window = 0;
  readonly #used = new Map<RateGroup, number>();

  /** @throws ComputeError 403 rateLimitExceeded when the group's calls of this minute are used up. */
  spend(quotas: Quotas, group: RateGroup, now: number, projectNumber: string): void {
    const limit = quotas.callsPerMinute[group];
    if (limit === undefined) return;
    const window = Math.floor(now / 60_000);
    if (window !== this.#window) this.#used.clear();
    this.#window = window;
    const used = this.#used.get(group) ?? 0;
    if (used >= limit) throw rateLimitExceeded(METRICS[group], limit, projectNumber);
    this.#used.set(group, used + 1);
  }
}

function rateLimitExceeded(metric: string, limit: number, projectNumber: string): ComputeError {
  const message = `Quota exceeded for quota metric '${metric}' and limit '${limit} per minute' of service 'compute.googleapis.com' for consumer 'project_number:${projectNumber}'.`;
  return new ComputeError(403, 'rateLimitExceeded', message, { domain: 'usageLimits' });
}

/** What the check of operations in flight looks at. */
export interface InFlightCheck {
  readonly quotas: Quotas;
  readonly operations: OperationStore;
  readonly scope: Scope;
  readonly method: string;
  readonly project: string;
  readonly metadataKey: string;
}

/** @throws ComputeError 403 when the project has as many operations in flight as it may (gcp-compute-semantics.md §4.5). */
export function checkConcurrentOperations(check: InFlightCheck): void {
  const { concurrentOperations: limits } = check.quotas;
  const level = check.scope.kind === 'global' ? 'global' : 'regional';
  const count = check.operations.countInFlight(check.scope, check.method);
  const perType = level === 'global' ? limits.globalPerType : limits.regionalPerType;
  const name = `${level === 'global' ? 'Global' : 'Regional'}ConcurrentOperationsPerProject`;
  if (count.all >= (limits[level] ?? Number.POSITIVE_INFINITY)) throw tooManyOperations(check, level, name);
  if (count.ofMethod >= (perType ?? Number.POSITIVE_INFINITY)) {
    throw tooManyOperations(check, level, `${name}OperationType`);
  }
}

function tooManyOperations(check: InFlightCheck, level: string, quotaLimit: string): ComputeError {
  const facts = {
    containerType: 'PROJECT',
    containerId: check.project,
    quotaMetric: `compute.googleapis.com/${level}_concurrent_operations`,
    quotaLimit,
    operationType: check.method,
    location: locality(check.scope),
  };
  return new ComputeError(403, 'rateLimitExceeded', 'Rate Limit Exceeded', {
    domain: 'usageLimits',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'CONCURRENT_OPERATIONS_QUOTA_EXCEEDED',
        domain: 'compute.googleapis.com',
        [check.metadataKey]: facts,
      },
      {
        '@type': 'type.googleapis.com/google.rpc.LocalizedMessage',
        locale: 'en-US',
        message: `The limit of operations in flight (${quotaLimit}) is reached; retry when some have ended.`,
      },
      {
        '@type': 'type.googleapis.com/google.rpc.Help',
        links: [
          {
            description: 'Concurrent operations quotas',
            url: 'https://cloud.google.com/compute/docs/operations-quota',
          },
        ],
      },
    ],
  });
}

/** The error of an operation that would exceed a resource quota (gcp-compute-semantics.md §1.5, §2.5). */
export function quotaExceeded(quota: string, limit: number): ComputeError {
  return new ComputeError(
    403,
    'QUOTA_EXCEEDED',
    `Quota '${quota}' exceeded.  Limit: ${limit.toFixed(1)} globally.`,
  );
}
