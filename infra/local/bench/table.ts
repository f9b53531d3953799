import { aligned } from './aligned.ts';
import type { Figures } from './figures.ts';

interface Column {
  readonly title: string;
  cell(figures: Figures): string;
}

/** The columns of both tables, on the terminal and on the page. */
export const COLUMNS: readonly Column[] = [
  { title: 'nodes', cell: ({ nodes }) => String(nodes) },
  { title: 'strategy', cell: ({ strategy }) => strategy },
  { title: 'lost node-s', cell: ({ lostNodeSeconds }) => lostNodeSeconds.toFixed(0) },
  { title: 'longest gap s', cell: ({ longestNodeGapSeconds }) => longestNodeGapSeconds.toFixed(1) },
  { title: 'mutations/node', cell: ({ mutationsPerNode }) => mutationsPerNode.toFixed(2) },
  { title: 'reads/node', cell: ({ readsPerNode }) => readsPerNode.toFixed(2) },
  { title: 'op. calls/node', cell: ({ operationCallsPerNode }) => operationCallsPerNode.toFixed(2) },
  { title: 'time s', cell: ({ simulatedSeconds }) => simulatedSeconds.toFixed(0) },
  { title: 'with rollout s', cell: ({ withRolloutSeconds }) => withRolloutSeconds?.toFixed(0) ?? '' },
  { title: 'lower bound s', cell: ({ lowerBoundSeconds }) => lowerBoundSeconds.toFixed(0) },
  { title: 'of it waiting s', cell: ({ soakSeconds }) => soakSeconds.toFixed(0) },
  { title: 'runs', cell: ({ functionRuns }) => String(functionRuns) },
  { title: 'longest run s', cell: ({ longestRunSeconds }) => longestRunSeconds.toFixed(0) },
  { title: 'peak MB', cell: ({ peakRssMb }) => peakRssMb.toFixed(0) },
];

/** Cases that did not come to their end, with why. */
export function unfinished(all: readonly Figures[]): readonly string[] {
  return all
    .filter(({ outcome }) => outcome !== 'done')
    .map(({ strategy, nodes, outcome, nodesLeftUnreached }) => {
      const left = nodesLeftUnreached === 0 ? '' : `; ${nodesLeftUnreached} nodes are left unreached`;
      return `${strategy} with ${nodes} nodes: ${outcome}${left}`;
    });
}

/** Columns under each other, for a terminal. */
export function textTable(all: readonly Figures[]): string {
  const rows = [COLUMNS.map(({ title }) => title), ...all.map((figures) => cellsOf(figures))];
  return aligned(rows, { left: 0 });
}

/** The same in Markdown. */
export function markdownTable(all: readonly Figures[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const titles = COLUMNS.map(({ title }) => title);
  const alignment = COLUMNS.map(({ title }) => (title === 'strategy' ? '---' : '---:'));
  return [titles, alignment, ...all.map((figures) => cellsOf(figures))].map(line).join('\n');
}

function cellsOf(figures: Figures): readonly string[] {
  return COLUMNS.map(({ cell }) => cell(figures));
}
