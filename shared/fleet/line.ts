import type { Migration } from '../migration/migration.ts';
import { type Load, seedOf } from './load.ts';

/**
 * The order in which those that wait have their turns: canaries, then whose project has the fewest under way, then whose seed has,
 * then who has waited for longest. So a project with hundreds does not keep one with a single shoot waiting, and in a project it
 * goes by age.
 */
export function inLine(
  waiting: readonly Migration[],
  load: Load,
  isCanary: (migration: Migration) => boolean,
): readonly Migration[] {
  const oldestFirst = waiting.toSorted(byAge);
  const inProject = placesBy(oldestFirst, ({ target }) => target.project, load.projects);
  const onSeed = placesBy(oldestFirst, seedOf, load.seeds);
  const key = (migration: Migration) => [
    isCanary(migration) ? 0 : 1,
    inProject.get(migration.id) ?? 0,
    onSeed.get(migration.id) ?? 0,
  ];
  const keys = new Map(oldestFirst.map((migration) => [migration.id, key(migration)]));
  return oldestFirst.toSorted((a, b) => byNumbers(keys.get(a.id) ?? [], keys.get(b.id) ?? []));
}

/** Of each how many of its group come before it: those under way, and those that have waited for longer. */
function placesBy(
  oldestFirst: readonly Migration[],
  groupOf: (migration: Migration) => string,
  underWay: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const counts = new Map(underWay);
  return new Map(
    oldestFirst.map((migration) => {
      const group = groupOf(migration);
      const before = counts.get(group) ?? 0;
      counts.set(group, before + 1);
      return [migration.id, before];
    }),
  );
}

function byAge(a: Migration, b: Migration): number {
  const [one, other] = [a.gate?.since ?? a.createdAt, b.gate?.since ?? b.createdAt];
  if (one !== other) return one < other ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function byNumbers(a: readonly number[], b: readonly number[]): number {
  for (const [index, number] of a.entries()) {
    const difference = number - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
