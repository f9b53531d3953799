/** Edits that make one text the other (Levenshtein), upper and lower case being the same. */
function distance(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const present = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const changed = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      present.push(Math.min(changed, (previous[column] ?? 0) + 1, (present[column - 1] ?? 0) + 1));
    }
    previous = present;
  }
  return previous.at(-1) ?? 0;
}

const MOST = 5;
const LONGEST = 100;

/** What somebody may have meant by `text`, likeliest first: what it is a part of, and what is a few letters away. */
function near(text: string, names: readonly string[]): readonly string[] {
  const meant = text.slice(0, LONGEST).toLowerCase();
  return [...new Set(names)]
    .map((name) => ({ name, away: name.toLowerCase().includes(meant) ? 0 : distance(meant, name) }))
    .filter(({ name, away }) => away <= Math.max(2, Math.floor(Math.min(meant.length, name.length) / 3)))
    .sort((a, b) => a.away - b.away || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map(({ name }) => name);
}

/** `Did you mean A or B?`, or nothing where nothing is near. */
export function didYouMean(text: string, names: readonly string[]): string {
  const found = near(text, names);
  return found.length === 0 ? '' : ` Did you mean ${found.join(' or ')}?`;
}
