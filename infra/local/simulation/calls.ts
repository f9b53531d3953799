/**
 * Calls that change nothing, by the names that `faults/which.ts` has for them. Whatever is not listed counts as an effect,
 * so that a call that is new is looked at rather than passed over.
 */
const READS: readonly RegExp[] = [
  /^documents (get|list)$/,
  /^compute [a-zA-Z]+\.(get|list|aggregatedList|wait|testIamPermissions)$/,
  /^(cluster|garden) (get|list) /,
  // Questions about rights are asked by creating an object that nobody keeps.
  /^(cluster|garden) create selfsubject[a-z]+$/,
  /^reachability unreached$/,
];

/** Whether a call may change what the world holds. */
export function isEffect(call: string): boolean {
  return !READS.some((read) => read.test(call));
}

/** A call of a run, as a fault points at it. */
export interface NumberedCall {
  readonly calls: string;
  /** The how-manieth of its name, from 1. */
  readonly nth: number;
}

/** Each call by its name and how many of the same name there were before it. */
export function numbered(calls: readonly string[]): readonly NumberedCall[] {
  const seen = new Map<string, number>();
  return calls.map((name) => {
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return { calls: name, nth };
  });
}
