import type { Random } from '../../random.ts';
import type { Span } from './span.ts';
import { drawn, spanOf } from './span.ts';

/**
 * How long things take, in simulated milliseconds: an operation by the id of the method that started it
 * (`routes.delete`), `operation` for methods not named, `read` for the answer to a GET, `request` for the answer that
 * accepts a mutation.
 */
export type LatencyProfile = Readonly<Record<string, Span>>;

/**
 * Estimates, as no figures are published (gcp-compute-semantics.md §4.6, make-before-break.md §7): routes took 4-5 s in
 * reports, subnet patches and alias changes "seconds to tens of seconds".
 */
export const REALISTIC_LATENCY: LatencyProfile = {
  read: { min: 50, max: 150 },
  request: { min: 200, max: 500 },
  operation: { min: 4_000, max: 10_000 },
  'routes.insert': { min: 3_000, max: 6_000 },
  'routes.delete': { min: 3_000, max: 6_000 },
  'firewalls.insert': { min: 5_000, max: 10_000 },
  'firewalls.patch': { min: 5_000, max: 10_000 },
  'firewalls.update': { min: 5_000, max: 10_000 },
  'firewalls.delete': { min: 5_000, max: 10_000 },
  'networks.insert': { min: 15_000, max: 25_000 },
  'networks.delete': { min: 15_000, max: 25_000 },
  'subnetworks.insert': { min: 10_000, max: 20_000 },
  'subnetworks.patch': { min: 8_000, max: 20_000 },
  'subnetworks.delete': { min: 10_000, max: 20_000 },
  'instances.insert': { min: 15_000, max: 30_000 },
  'instances.delete': { min: 20_000, max: 50_000 },
  'instances.stop': { min: 20_000, max: 40_000 },
  'instances.start': { min: 10_000, max: 20_000 },
  'instances.updateNetworkInterface': { min: 4_000, max: 10_000 },
};

/** Everything within milliseconds: for tests and for looking around. Operations still end after their first answer. */
export const FAST_LATENCY: LatencyProfile = {
  read: spanOf(0),
  request: spanOf(0),
  operation: { min: 5, max: 20 },
};

/** The duration of the operation that `method` starts. */
export function operationDuration(profile: LatencyProfile, method: string, random: Random): number {
  const span = profile[method] ?? profile.operation ?? REALISTIC_LATENCY.operation;
  return span === undefined ? 0 : drawn(random, span);
}

/** The time until a request is answered. */
export function answerDuration(profile: LatencyProfile, kind: 'read' | 'request', random: Random): number {
  const span = profile[kind];
  return span === undefined ? 0 : drawn(random, span);
}
