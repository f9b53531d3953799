import type { MigrationView, StepView } from '../../shared/view/index.ts';
import type { Look } from './fleet.ts';
import { phaseText, progressText, stepText } from './phase.ts';
import { type Column, table } from './table.ts';
import { duration, fields, paragraph, plain } from './text.ts';

const STEPS: readonly Column[] = [
  { heading: 'STEP' },
  { heading: 'STATE' },
  { heading: 'TOOK' },
  { heading: 'RUNS' },
  { heading: 'PROGRESS', least: 10 },
  { heading: 'WAITED FOR', least: 12 },
];

/** One migration: how it stands and why, its steps, its constraints. */
export function migrationText(view: MigrationView, look: Look): string {
  const { width, paint, wide } = look;
  const { why, maintenanceWindow: window } = view;
  return [
    fields(
      [
        ['shoot', view.shoot],
        ['phase', phaseText(view, paint)],
        ['step', stepText(view)],
        ['progress', progressText(view) || undefined],
        ['why', why && `${why.reason}: ${why.message}`],
        ['means', why?.sentence],
        ['to do', why?.remedy],
        ['since', view.since],
        ['next look', view.wakeAt],
        ['strategy', view.strategy],
        ['migration', view.id],
        ...(wide
          ? ([
              ['project', `${view.project}, ${view.region}, network ${view.network}`],
              [
                'ranges',
                `nodes ${view.ranges.nodes}, pods ${view.ranges.pods}, services ${view.ranges.services}`,
              ],
              ['plugin', view.networkPlugin],
              ['window', window ? `${window.begin} to ${window.end} UTC` : 'always open'],
              ['created', view.createdAt],
              ['finished', view.finishedAt],
              ['way back', view.abort && `asked for at ${view.abort.requestedAt}, from ${view.abort.from}`],
              ['history', `${view.historyLength} entries`],
            ] as const)
          : []),
      ],
      width,
    ),
    '\n',
    table(
      STEPS,
      view.timeline.map((step) => stepRow(step, view)),
      wide ? undefined : width,
    ),
    ...(view.constraints.length === 0 ? [] : ['\n']),
    ...view.constraints.map(({ type, status, reason, message }) =>
      paragraph(`${type} ${status} (${reason}): ${message}`, width),
    ),
  ].join('');
}

function stepRow(step: StepView, { updatedAt }: Pick<MigrationView, 'updatedAt'>): readonly string[] {
  const { name, state, startedAt, finishedAt, runs, progress, wait, lastFailure } = step;
  const took =
    startedAt === undefined ? '' : duration(Date.parse(finishedAt ?? updatedAt) - Date.parse(startedAt));
  const troubled = state === 'present' && lastFailure !== undefined;
  return [
    name,
    state,
    took,
    runs === 0 ? '' : String(runs),
    progress === undefined ? '' : `${progress.done} of ${progress.total} ${progress.unit}`,
    troubled ? `failed last: ${plain(lastFailure)}` : (wait?.reason ?? ''),
  ];
}
