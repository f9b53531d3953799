/** What was measured several times. Milliseconds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** A page as it was opened: seconds count from the request for it. */
export interface Opening {
  readonly page: string;
  readonly firstPaint: Spread;
  /** Until every node or shoot stands there and was painted. */
  readonly complete: Spread;
}

/** What one update took of the main thread: script, style, layout, paint. */
export interface Update {
  readonly what: string;
  readonly mainThread: Spread;
  /** Of the first one of its kind. */
  readonly reference: boolean;
}

export interface PageFigures {
  readonly openings: readonly Opening[];
  readonly updates: readonly Update[];
}

/** @throws RangeError where nothing was measured */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, median, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  if (least === undefined || median === undefined || most === undefined) throw new RangeError('no values');
  return { median, least, most };
}
