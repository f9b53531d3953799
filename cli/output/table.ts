import { stripVTControlCharacters } from 'node:util';

/** A column: its heading, and whether it gives way where a terminal is too narrow. */
export interface Column {
  readonly heading: string;
  /** Cut with “…” to no less than so many characters; never cut when absent. */
  readonly least?: number;
}

export type Row = readonly string[];

const GAP = '  ';

/**
 * Rows below headings, as `kubectl` has them. In a terminal of `width` columns the columns that may be cut share what is left, the
 * widest first; in a pipe (undefined) nothing is cut. Colours do not count.
 */
export function table(columns: readonly Column[], rows: readonly Row[], width: number | undefined): string {
  const all = [columns.map(({ heading }) => heading), ...rows];
  const natural = columns.map((_, index) => Math.max(...all.map((row) => lengthOf(row[index] ?? ''))));
  const widths = width === undefined ? natural : fitted(columns, natural, width);
  return all
    .map((row) =>
      widths
        .map((most, index) => {
          const cell = cut(row[index] ?? '', most);
          return index === widths.length - 1 ? cell : cell + ' '.repeat(Math.max(0, most - lengthOf(cell)));
        })
        .join(GAP)
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function fitted(columns: readonly Column[], natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural];
  let over = widths.reduce((sum, each) => sum + each, 0) + GAP.length * (widths.length - 1) - width;
  while (over > 0) {
    const [widest] = columns
      .flatMap(({ least, heading }, index) => {
        const spare = least === undefined ? 0 : (widths[index] ?? 0) - Math.max(least, heading.length);
        return spare > 0 ? [{ index, spare, wide: widths[index] ?? 0 }] : [];
      })
      .sort((a, b) => b.wide - a.wide);
    // Narrower than it can be: the terminal breaks lines, and nothing is lost.
    if (widest === undefined) break;
    widths[widest.index] = widest.wide - 1;
    over -= 1;
  }
  return widths;
}

function cut(text: string, most: number): string {
  if (lengthOf(text) <= most) return text;
  // Coloured cells are short words that never give way.
  return `${[...stripVTControlCharacters(text)].slice(0, Math.max(0, most - 1)).join('')}…`;
}

function lengthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
