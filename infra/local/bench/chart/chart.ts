import { CONTENDERS, type Contender, type Figures } from '../figures.ts';
import { decadeScale, type LogScale, valueScale } from './scale.ts';
import { SERIES, type SeriesStyle, STYLE } from './style.ts';

const SIZE = { width: 760, height: 440 };
/** Pixels of the plot; zero has a row of its own below the logarithmic part, because a logarithm never gets there. */
const PLOT = { left: 90, right: 580, top: 60, bottom: 310, zero: 360 };
/** Series that are zero everywhere lie beside each other instead of on top of each other. */
const ZERO_OFFSET = 14;

const LINE_HEIGHT = 15;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly figures: Figures;
}

/** Lost node-seconds over the size of the cluster as an SVG of its own, both axes logarithmic. */
export function lossChart(all: readonly Figures[]): string {
  const sizes = [...new Set(all.map(({ nodes }) => nodes))].sort((one, other) => one - other);
  const lost = all.flatMap(({ lostNodeSeconds }) => (lostNodeSeconds > 0 ? [lostNodeSeconds] : []));
  const x = valueScale(sizes, PLOT.left + 30, PLOT.right - 30);
  const y = decadeScale(lost.length === 0 ? [1, 10] : lost, PLOT.bottom, PLOT.top);
  const zeros = CONTENDERS.filter((name) =>
    seriesOf(all, name).some(({ lostNodeSeconds }) => lostNodeSeconds === 0),
  );
  const series = CONTENDERS.map((name) => {
    const zero = PLOT.zero + ZERO_OFFSET * (zeros.indexOf(name) - (zeros.length - 1) / 2);
    const points = seriesOf(all, name).map((figures): Point => {
      const { nodes, lostNodeSeconds } = figures;
      return { x: x.at(nodes), y: lostNodeSeconds > 0 ? y.at(lostNodeSeconds) : zero, figures };
    });
    return { name, points };
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-labelledby="title">`,
    '<title id="title">Lost node-seconds of pod traffic over the number of nodes</title>',
    `<style>${STYLE}\n</style>`,
    `<rect class="ground" width="${SIZE.width}" height="${SIZE.height}"/>`,
    `<text class="title" x="${PLOT.left}" y="28">Pod traffic lost in the route migration (node-seconds)</text>`,
    ...axes(sizes, x, y),
    ...series.map(({ name, points }) => drawn(name, SERIES[name], points)),
    ...names(series),
    `<text class="note" x="${PLOT.left}" y="${SIZE.height - 12}">Simulated. Both axes logarithmic; zero has a row of its own. Hollow: did not come to its end.</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function seriesOf(all: readonly Figures[], name: Contender): readonly Figures[] {
  return all.filter(({ strategy }) => strategy === name).sort((one, other) => one.nodes - other.nodes);
}

function axes(sizes: readonly number[], x: Pick<LogScale, 'at'>, y: LogScale): readonly string[] {
  const rows = [...y.decades.map((value) => ({ at: y.at(value), value })), { at: PLOT.zero, value: 0 }];
  return [
    ...rows.map(({ at }) => line('grid', PLOT.left, at, PLOT.right, at)),
    ...rows.map(({ at, value }) => label(PLOT.left - 10, at + 4, grouped(value), 'end')),
    ...sizes.map((size) => label(x.at(size), PLOT.zero + 38, `${grouped(size)} nodes`, 'middle')),
    line('axis', PLOT.left, PLOT.top, PLOT.left, PLOT.bottom + 14),
    // Two strokes show that the axis is broken between the last power of ten and zero.
    line('axis', PLOT.left - 6, PLOT.bottom + 20, PLOT.left + 6, PLOT.bottom + 14),
    line('axis', PLOT.left - 6, PLOT.bottom + 27, PLOT.left + 6, PLOT.bottom + 21),
    line('axis', PLOT.left, PLOT.bottom + 27, PLOT.left, PLOT.zero + 20),
  ];
}

function drawn(name: Contender, style: SeriesStyle, points: readonly Point[]): string {
  // A line would suggest that what did not come to its end belongs to the same curve.
  const path = points
    .filter(({ figures }) => cameToItsEnd(figures))
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${pixel(x)} ${pixel(y)}`)
    .join(' ');
  const markers = points.map(({ x, y, figures }) => {
    const filling = cameToItsEnd(figures) ? 'full' : 'hollow';
    return `<path class="marker ${name} ${filling}" d="${outline(style.marker, x, y)}"/>`;
  });
  return [`<path class="line ${name}" d="${path}"/>`, ...markers].join('\n');
}

function cameToItsEnd({ outcome }: Figures): boolean {
  return outcome === 'done';
}

/** Each series' name beside its last point, moved down as far as the name above it needs. */
function names(series: readonly { readonly name: Contender; readonly points: readonly Point[] }[]) {
  const ends = series.flatMap(({ name, points }) => {
    const last = points.at(-1);
    return last === undefined ? [] : [{ text: SERIES[name].label, y: last.y + 4 }];
  });
  let free = Number.NEGATIVE_INFINITY;
  return ends
    .toSorted((one, other) => one.y - other.y)
    .map(({ text, y }) => {
      const at = Math.max(y, free);
      free = at + LINE_HEIGHT;
      return label(PLOT.right + 8, at, text, 'start');
    });
}

function outline(marker: SeriesStyle['marker'], x: number, y: number): string {
  const at = (dx: number, dy: number) => `${pixel(x + dx)} ${pixel(y + dy)}`;
  switch (marker) {
    case 'square':
      return `M${at(-5, -5)} L${at(5, -5)} L${at(5, 5)} L${at(-5, 5)} Z`;
    case 'diamond':
      return `M${at(0, -6)} L${at(6, 0)} L${at(0, 6)} L${at(-6, 0)} Z`;
    case 'triangle':
      return `M${at(0, -6)} L${at(6, 5)} L${at(-6, 5)} Z`;
    case 'circle':
      return `M${at(-5, 0)} A5 5 0 1 1 ${at(5, 0)} A5 5 0 1 1 ${at(-5, 0)} Z`;
  }
}

function line(kind: string, x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="${kind}" x1="${pixel(x1)}" y1="${pixel(y1)}" x2="${pixel(x2)}" y2="${pixel(y2)}"/>`;
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${pixel(x)}" y="${pixel(y)}" text-anchor="${anchor}">${text}</text>`;
}

function grouped(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
}

function pixel(value: number): string {
  return String(Math.round(value * 10) / 10);
}
