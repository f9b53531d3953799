import { aligned } from '../../../local/bench/aligned.ts';
import type { FunctionFigures, Spread } from './figures.ts';

/** What every function should keep to on Node 24 and two cores. */
const GOALS = { ms: 300, rssMb: 120, shareOfNaive: 0.25 } as const;

export interface Verdict {
  readonly goal: string;
  readonly measured: string;
  readonly reached: boolean;
}

/** Against the medians: the slowest, the largest and the least improved function. */
export function verdictsOn(all: readonly FunctionFigures[]): readonly Verdict[] {
  return [
    verdict(
      all,
      `able to serve within ${GOALS.ms} ms`,
      GOALS.ms,
      'ms',
      ({ bundled }) => bundled.serves.ms.median,
    ),
    verdict(
      all,
      `within ${GOALS.rssMb} MB by then`,
      GOALS.rssMb,
      'MB',
      ({ bundled }) => bundled.serves.rssMb.median,
    ),
    verdict(
      all,
      `in at most ${100 * GOALS.shareOfNaive} % of the naive import's time`,
      100 * GOALS.shareOfNaive,
      '%',
      ({ shareOfNaive }) => 100 * shareOfNaive,
    ),
  ];
}

function verdict(
  all: readonly FunctionFigures[],
  goal: string,
  most: number,
  unit: string,
  value: (figures: FunctionFigures) => number,
): Verdict {
  const [worst] = all.toSorted((a, b) => value(b) - value(a));
  if (worst === undefined) return { goal, measured: 'nothing', reached: false };
  const reached = value(worst) <= most;
  return { goal, measured: `${value(worst).toFixed(0)} ${unit} (${worst.name})`, reached };
}

interface Column {
  readonly title: string;
  cell(figures: FunctionFigures): string;
}

const COLUMNS: readonly Column[] = [
  { title: 'function', cell: ({ name }) => name },
  { title: 'MB', cell: ({ bundleBytes }) => (bundleBytes / 1e6).toFixed(1) },
  { title: 'at start', cell: ({ bundleBytesAtStart }) => (bundleBytesAtStart / 1e6).toFixed(1) },
  { title: 'serves ms', cell: ({ bundled }) => spread(bundled.serves.ms) },
  { title: 'CPU ms', cell: ({ bundled }) => spread(bundled.serves.cpuMs) },
  { title: 'RSS MB', cell: ({ bundled }) => spread(bundled.serves.rssMb) },
  { title: 'naive ms', cell: ({ naive }) => spread(naive.serves.ms) },
  { title: 'CPU ms', cell: ({ naive }) => spread(naive.serves.cpuMs) },
  { title: 'RSS MB', cell: ({ naive }) => spread(naive.serves.rssMb) },
  { title: '% of naive', cell: ({ shareOfNaive }) => (100 * shareOfNaive).toFixed(0) },
  { title: '1st answer ms', cell: ({ bundled }) => spread(bundled.answered.ms) },
  { title: 'RSS MB', cell: ({ bundled }) => spread(bundled.answered.rssMb) },
  { title: 'naive ms', cell: ({ naive }) => spread(naive.answered.ms) },
  { title: 'RSS MB', cell: ({ naive }) => spread(naive.answered.rssMb) },
];

/** Columns under each other, for a terminal: medians, and in brackets the smallest and the largest. */
export function textTable(all: readonly FunctionFigures[]): string {
  const titles = COLUMNS.map(({ title }) => title);
  const rows = [titles, ...all.map((figures) => COLUMNS.map(({ cell }) => cell(figures)))];
  return aligned(rows, { left: 1 });
}

function spread(of: Spread | undefined): string {
  if (of === undefined) return '';
  const [median, min, max] = [of.median, of.min, of.max].map((value) => value.toFixed(0));
  return `${median} (${min}–${max})`;
}
