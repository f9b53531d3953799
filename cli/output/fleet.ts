import { type FleetView, PHASES } from '../../shared/view/index.ts';
import { phaseText, progressText, stepText } from './phase.ts';
import { type Column, table } from './table.ts';
import { duration, type Paint, paragraph, plain } from './text.ts';

export interface Look {
  readonly width: number | undefined;
  readonly paint: Paint;
  readonly wide: boolean;
}

const NARROW: readonly Column[] = [
  { heading: 'SHOOT', least: 24 },
  { heading: 'PHASE' },
  { heading: 'SINCE' },
  { heading: 'STEP', least: 14 },
  { heading: 'PROGRESS', least: 9 },
  { heading: 'WHY', least: 10 },
];
const WIDE: readonly Column[] = [
  { heading: 'SHOOT' },
  { heading: 'PHASE' },
  { heading: 'SINCE' },
  { heading: 'STEP' },
  { heading: 'PROGRESS' },
  { heading: 'STRATEGY' },
  { heading: 'CONSTRAINT' },
  { heading: 'PROJECT' },
  { heading: 'REGION' },
  { heading: 'MIGRATION' },
  { heading: 'WHY' },
];

/** All shoots, those that need a human first. `SINCE` goes by the clock of the functions. */
export function fleetText(view: FleetView, { width, paint, wide }: Look): string {
  const rows = view.rows.map((row) => {
    const since = duration(Date.parse(view.at) - Date.parse(row.since));
    const step = wide ? stepText(row) : row.step;
    const start = [row.shoot, phaseText(row, paint), since, step, progressText(row)];
    const { reason, message } = row.why ?? { reason: '', message: '' };
    if (!wide) return [...start, reason];
    const constraint = row.constraint && `${row.constraint.type}=${row.constraint.status}`;
    const why = reason && `${reason}: ${plain(message)}`;
    return [...start, row.strategy ?? '', constraint ?? '', row.project, row.region, row.id, why];
  });
  const counts = PHASES.flatMap((phase) =>
    view.counts[phase] > 0 ? [`${view.counts[phase]} ${phase}`] : [],
  );
  return [
    rows.length === 0
      ? 'No shoot has a migration.\n'
      : table(wide ? WIDE : NARROW, rows, wide ? undefined : width),
    ...(rows.length > 1 ? [paragraph(`${view.total} shoots: ${counts.join(', ')}`, width)] : []),
    ...view.unreadable.map(({ id, shoot, trouble }) =>
      paragraph(`cannot be read: ${shoot ?? id}: ${trouble}`, width),
    ),
  ].join('');
}
