import type { ProbePod } from './pods.ts';

/**
 * The pods in the order in which to ask them: neighbours in it stand in different zones as far as there are any, and
 * those on nodes that are not in question come first, because what is changed there is known to work.
 */
export function inOrderOfAsking(
  pods: readonly ProbePod[],
  zoneOf: ReadonlyMap<string, string>,
  inQuestion: ReadonlySet<string>,
): readonly ProbePod[] {
  const byZone = Map.groupBy(pods, ({ node }) => zoneOf.get(node) ?? '');
  const zones = [...byZone.values()];
  const rounds = Math.max(0, ...zones.map((zone) => zone.length));
  const alternating = Array.from({ length: rounds }, (_, round) =>
    zones.flatMap((zone) => zone.slice(round, round + 1)),
  ).flat();
  return [
    ...alternating.filter(({ node }) => !inQuestion.has(node)),
    ...alternating.filter(({ node }) => inQuestion.has(node)),
  ];
}

/** The list begun at its n-th entry, so that not everybody asks the same ones. */
export function startingAt<Entry>(list: readonly Entry[], n: number): readonly Entry[] {
  const start = list.length === 0 ? 0 : n % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
