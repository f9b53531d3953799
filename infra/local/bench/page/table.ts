import { aligned } from '../aligned.ts';
import type { Verdict } from '../verdict.ts';
import type { PageFigures, Spread } from './figures.ts';

const FIRST_PAINT_MS = 1_000;
const UPDATE_MS = 100;

/** Against the medians of the slowest page and the dearest update. */
export function verdictsOn({ openings, updates }: PageFigures): readonly Verdict[] {
  const paint = Math.max(...openings.map(({ firstPaint }) => firstPaint.median));
  const update = Math.max(
    ...updates.filter(({ reference }) => !reference).map(({ mainThread }) => mainThread.median),
  );
  return [
    {
      target: `first paint within ${FIRST_PAINT_MS} ms`,
      measured: `${paint.toFixed(0)} ms`,
      reached: paint < FIRST_PAINT_MS,
    },
    {
      target: `an update within ${UPDATE_MS} ms of the main thread`,
      measured: `${update.toFixed(0)} ms`,
      reached: update < UPDATE_MS,
    },
  ];
}

/** Medians in milliseconds, in brackets the least and the most. */
export function textTable({ openings, updates }: PageFigures): string {
  return [
    table([
      ['opened', 'first paint ms', 'complete ms'],
      ...openings.map(({ page, firstPaint, complete }) => [page, spread(firstPaint), spread(complete)]),
    ]),
    table([
      ['update', 'main thread ms'],
      ...updates.map(({ what, mainThread }) => [what, spread(mainThread)]),
    ]),
  ].join('\n\n');
}

function spread({ median, least, most }: Spread): string {
  return `${median.toFixed(0)} (${least.toFixed(0)}–${most.toFixed(0)})`;
}

function table(rows: readonly (readonly string[])[]): string {
  return aligned(rows, { left: 1 });
}
