import { type LatencyProfile, type QuotaOptions, REALISTIC_LATENCY } from '../gce/index.ts';

/**
 * What all cases have in common. Quotas as documented: 1500 calls a minute each of writes and reads
 * (gcp-compute-semantics.md §4.4), 500 operations in flight (§4.5).
 */
export const LATENCY: LatencyProfile = REALISTIC_LATENCY;
export const CALLS_PER_MINUTE = 1_500;
export const OPERATIONS_IN_FLIGHT = 500;
export const QUOTAS: QuotaOptions = {
  callsPerMinute: { writes: CALLS_PER_MINUTE, reads: CALLS_PER_MINUTE },
  concurrentOperations: { global: OPERATIONS_IN_FLIGHT },
};

/** Quotas that were raised beyond everything. */
export const NO_QUOTAS: QuotaOptions = { callsPerMinute: {}, concurrentOperations: {} };

/** For readers of the figures. */
export const CONDITIONS = [
  `quotas: ${CALLS_PER_MINUTE} writes and ${CALLS_PER_MINUTE} reads a minute, ${OPERATIONS_IN_FLIGHT} global operations in flight`,
  'latencies: route 3-6 s, alias 4-10 s, subnet 8-20 s, request 0.2-0.5 s, read 0.05-0.15 s; a change reaches the network 0.5-3 s later',
] as const;
