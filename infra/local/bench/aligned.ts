/** Columns under each other, for a terminal: the first `left` of them aligned left, the others right. */
export function aligned(rows: readonly (readonly string[])[], { left }: { readonly left: number }): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cellText = (cell: string, column: number) => {
    const width = widths[column] ?? 0;
    return column < left ? cell.padEnd(width) : cell.padStart(width);
  };
  return rows.map((row) => row.map(cellText).join('  ')).join('\n');
}
