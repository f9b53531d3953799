/** Maps a positive value onto pixels by its logarithm. */
export interface LogScale {
  at(value: number): number;
  /** The powers of ten from the least to the most. */
  readonly decades: readonly number[];
}

/** `from` and `to` are the pixels of the least and the most power of ten around the values. */
export function decadeScale(values: readonly number[], from: number, to: number): LogScale {
  const logs = values.map(Math.log10);
  const least = Math.floor(Math.min(...logs));
  const most = Math.max(least + 1, Math.ceil(Math.max(...logs)));
  const at = (value: number) => from + ((Math.log10(value) - least) / (most - least)) * (to - from);
  const decades = Array.from({ length: most - least + 1 }, (_, step) => 10 ** (least + step));
  return { at, decades };
}

/** The same from exactly the least to exactly the most value, each of them with room beside it. */
export function valueScale(values: readonly number[], from: number, to: number): Pick<LogScale, 'at'> {
  const [least, most] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  const span = most - least;
  return {
    at: (value) => (span === 0 ? (from + to) / 2 : from + ((Math.log10(value) - least) / span) * (to - from)),
  };
}
