import { CALLS_PER_MINUTE, LATENCY, OPERATIONS_IN_FLIGHT } from './conditions.ts';
import { type Contender, UNLIMITED_REFERENCE } from './figures.ts';
import { type LowerBound, lowerBound } from './lower-bound.ts';

/** The lower bound under the benchmark's conditions. */
export function boundOf(contender: Contender, nodes: number, batch: number): LowerBound {
  const limited = contender !== UNLIMITED_REFERENCE;
  return lowerBound(contender, {
    nodes,
    batch,
    latency: LATENCY,
    callsPerMinute: limited ? CALLS_PER_MINUTE : Number.POSITIVE_INFINITY,
    operationsInFlight: limited ? OPERATIONS_IN_FLIGHT : Number.POSITIVE_INFINITY,
  });
}
