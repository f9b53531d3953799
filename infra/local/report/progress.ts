import { styleText } from 'node:util';
import logUpdate from 'log-update';
import type { HistoryEntry } from '../../../shared/migration/history.ts';
import type { Migration } from '../../../shared/migration/migration.ts';
import type { Plan } from '../../../shared/migration/plan.ts';
import { ABORT, PREFLIGHT } from '../../../shared/migration/steps.ts';
import type { Carrier } from '../world/carriers.ts';
import { countedFindings } from './plan.ts';

/** What is to be seen at one moment. */
export interface Moment {
  readonly at: number;
  readonly migration: Migration | undefined;
  /** New since the moment before. */
  readonly history: readonly HistoryEntry[];
  readonly carriers: ReadonlyMap<string, Carrier>;
  readonly lostNodeSeconds: number;
}

export interface ProgressView {
  show(moment: Moment): void;
  /** A line from the world itself. */
  say(line: string): void;
  end(): void;
}

/** Lines that scroll by: for logs, files and `--json`. */
export function plainView(write: (text: string) => void): ProgressView {
  let carriers = '';
  let progress = '';
  return {
    show: (moment) => {
      for (const entry of moment.history) write(`${historyLine(entry)}\n`);
      const nodes = carrierCounts(moment.carriers);
      const now = countedIn(moment.migration);
      if (nodes !== carriers && moment.migration !== undefined)
        write(`${clock(moment.at)}  nodes: ${nodes}\n`);
      if (now !== progress && now !== '') write(`${clock(moment.at)}  ${now}\n`);
      carriers = nodes;
      progress = now;
    },
    say: (line) => write(`${line}\n`),
    end: () => {},
  };
}

/** The same lines, and below them a picture that is drawn anew: the steps, and each node as a cell. */
export function terminalView(columns: number): ProgressView {
  return {
    show: (moment) => {
      const lines = moment.history.map((entry) => cut(historyLine(entry), columns));
      if (lines.length > 0) {
        logUpdate.clear();
        for (const line of lines) process.stdout.write(`${line}\n`);
      }
      logUpdate(picture(moment, columns));
    },
    say: (line) => {
      logUpdate.clear();
      process.stdout.write(`${line}\n`);
    },
    end: () => logUpdate.done(),
  };
}

function cut(line: string, columns: number): string {
  return line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
}

const CELLS: Readonly<Record<Carrier, { cell: string; colour: Parameters<typeof styleText>[0] }>> = {
  route: { cell: 'r', colour: 'yellow' },
  'route and alias': { cell: 'b', colour: 'cyan' },
  alias: { cell: 'a', colour: 'blue' },
  'dual-stack': { cell: 'D', colour: 'green' },
  nothing: { cell: '·', colour: 'gray' },
};

/** Cells for more nodes than this would push everything else off the screen. */
const MOST_CELLS = 1_000;

function picture({ at, migration, carriers, lostNodeSeconds }: Moment, columns: number): string {
  const cells = [...carriers.values()].slice(0, MOST_CELLS).map((carrier) => {
    const { cell, colour } = CELLS[carrier];
    return styleText(colour, cell);
  });
  const perRow = Math.max(10, Math.min(columns - 4, 100));
  const rows = Array.from(
    { length: Math.ceil(cells.length / perRow) },
    (_, row) => `  ${cells.slice(row * perRow, (row + 1) * perRow).join('')}`,
  );
  return [
    '',
    ...stepLines(migration, columns),
    '',
    ...rows,
    `  ${Object.entries(CELLS)
      .map(([carrier, { cell, colour }]) => `${styleText(colour, cell)} ${carrier}`)
      .join('   ')}`,
    '',
    `  ${clock(at)} in the world   lost: ${lostNodeSeconds} node-seconds`,
  ].join('\n');
}

/** The steps with what became of them, one line each; the way back in its own line below them. */
export function stepLines(migration: Migration | undefined, columns: number): string[] {
  if (migration === undefined) return ['  waiting for the shoot-change event'];
  const { plan, status } = migration;
  // The way back takes the place of the step that it was asked in.
  const back = migration.position === ABORT;
  const position = plan.steps.indexOf(back ? (migration.abort?.from ?? PREFLIGHT) : migration.position);
  const present = (name: string) => cut(`  ▸ ${name.padEnd(20)} ${progressOf(migration)}`, columns);
  const steps = plan.steps.map((name, index) => {
    const done = index < position || status.kind === 'succeeded';
    if (done) return styleText('green', `  ✔ ${name.padEnd(20)} ${name === PREFLIGHT ? planned(plan) : ''}`);
    return index === position && !back ? present(name) : styleText('gray', `    ${name}`);
  });
  return back ? [...steps, present(ABORT)] : steps;
}

function planned(plan: Plan): string {
  return `${plan.strategy}: ${countedFindings(plan)}`;
}

function countedIn(migration: Migration | undefined): string {
  const progress =
    migration !== undefined && 'progress' in migration.status ? migration.status.progress : undefined;
  return progress === undefined ? '' : `${progress.done} of ${progress.total} ${progress.unit}`;
}

function progressOf(migration: Migration | undefined): string {
  if (migration === undefined) return '';
  const { status } = migration;
  const counted = countedIn(migration);
  switch (status.kind) {
    case 'waiting':
      return `waiting: ${status.message}${counted === '' ? '' : ` (${counted})`}`;
    case 'blocked':
      return `blocked: ${status.message}`;
    case 'running':
      return status.wait === undefined
        ? counted
        : `${status.wait.message}${counted === '' ? '' : ` (${counted})`}`;
    case 'aborted':
      return 'done: what was found before the migration is there again';
    case 'ready':
    case 'succeeded':
      return '';
  }
}

function historyLine({ at, step, event, message }: HistoryEntry): string {
  return `${at.slice(11, 19)}  ${(step ?? '').padEnd(19)} ${event === 'acted' ? '' : `${event}: `}${message}`;
}

function carrierCounts(carriers: ReadonlyMap<string, Carrier>): string {
  const counts = new Map<Carrier, number>();
  for (const carrier of carriers.values()) counts.set(carrier, (counts.get(carrier) ?? 0) + 1);
  return [...counts].map(([carrier, count]) => `${count} ${carrier}`).join(', ');
}

function clock(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 19);
}
