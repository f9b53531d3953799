import type { Bare } from './bare.ts';
import type { SteadyPhase } from './steady-phase.ts';

/** Runs of steps a second on Google's emulators, on two cores. */
export const TARGET_PER_SECOND = 150;

/** What `npm run bench:emulators -- --json` prints; others rely on the names. */
export interface EmulatorsBenchReport {
  readonly migrationsAtOnce: number;
  readonly cores: number;
  /** Share of the cores' time that this process and the emulators had while they were measured, in percent. */
  readonly machinePercent: number | null;
  readonly emulators: SteadyPhase;
  /** The same on the embedded backends, over HTTP like the others. */
  readonly embedded: SteadyPhase;
  readonly bare: Bare;
  readonly target: { readonly perSecond: number; readonly reached: boolean };
}

export function emulatorsText(report: EmulatorsBenchReport): string {
  const { emulators, embedded, bare, target } = report;
  const row = (name: string, phase: SteadyPhase) => {
    const { gets, lists, commits, publishes } = phase.tripsPerRun;
    const { cpuMillisecondsPerRun: own, backendCpuMillisecondsPerRun: theirs } = phase;
    const cells = [phase.stepRunsPerSecond, gets, lists, commits, publishes, own, theirs ?? '?'];
    return `  ${name.padEnd(20)}${cells.map((cell) => String(cell).padStart(11)).join('')}`;
  };
  const titles = ['runs/s', 'gets/run', 'lists/run', 'commits/run', 'publ./run', 'CPU ms/run', 'of backend'];
  return [
    `${report.migrationsAtOnce} migrations at once, ${report.cores} cores, ${emulators.seconds.toFixed(0)} s measured of each`,
    '',
    `  ${''.padEnd(20)}${titles.map((title) => title.padStart(11)).join('')}`,
    row("Google's emulators", emulators),
    row('embedded backends', embedded),
    '',
    `  the emulators alone   ${bare.writesPerSecond} writes/s, ${bare.messagesPerSecond} messages/s from publish to push`,
    ...(report.machinePercent === null
      ? []
      : [
          `  of the machine        ${report.machinePercent} % of its cores' time was had; the rest was idle or other work`,
        ]),
    ...(emulators.failed > 0 ? [`  failed deliveries     ${emulators.failed}`] : []),
    '',
    `${target.reached ? 'reached    ' : 'NOT reached'}  at least ${target.perSecond} step runs a second on Google's emulators: ${emulators.stepRunsPerSecond}`,
    '',
  ].join('\n');
}
