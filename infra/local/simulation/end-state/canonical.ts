/** The same value with the keys of all objects in order and without what is undefined. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/** Equal things counted, for lists whose items have names by chance: `{"{…}": 3}`. */
export function counted(items: readonly unknown[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const item of items) {
    const text = JSON.stringify(sorted(item));
    counts[text] = (counts[text] ?? 0) + 1;
  }
  return counts;
}

export function inOrder(items: readonly string[]): readonly string[] {
  return [...items].sort();
}
