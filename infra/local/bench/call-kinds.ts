import type { CallCounts } from '../gce/index.ts';

export interface CallKinds {
  readonly mutations: number;
  readonly reads: number;
  /** Waits for operations and polls of them. */
  readonly operationCalls: number;
}

/** Sorts calls, counted by the API's method id, by what they are for. */
export function callKinds(counts: CallCounts['byMethod']): CallKinds {
  const of = { mutations: 0, reads: 0, operationCalls: 0 };
  for (const [method, count] of Object.entries(counts)) of[kindOf(method)] += count;
  return of;
}

function kindOf(method: string): keyof CallKinds {
  if (/operations\./i.test(method)) return 'operationCalls';
  return /\.(get|list|aggregatedList)\w*$/.test(method) ? 'reads' : 'mutations';
}

/** The sum of several counts. */
export function summed(counts: readonly CallCounts['byMethod'][]): CallCounts['byMethod'] {
  const sums = new Map<string, number>();
  for (const [method, count] of counts.flatMap((each) => Object.entries(each))) {
    sums.set(method, (sums.get(method) ?? 0) + count);
  }
  return Object.fromEntries(sums);
}
