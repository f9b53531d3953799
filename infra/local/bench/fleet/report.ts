import type { FleetReport } from '../../fleet/report.ts';
import { COLLECTION, NOBODY, PARTS, type SecondsByPart } from './attribution.ts';
import type { Reference } from './reference.ts';

/** At most so much of the time may be the engine's own, in percent. */
const TARGET_PERCENT = 10;

/** What `npm run bench:fleet -- --json` prints; others rely on the names. */
export interface FleetBenchReport {
  readonly fleet: FleetReport;
  /** CPU time of the thread by part. */
  readonly parts: readonly { readonly part: string; readonly seconds: number; readonly percent: number }[];
  readonly engine: {
    /** Of all that is charged to somebody. */
    readonly percent: number;
    readonly percentWithStoreAndBus: number;
    /** The same without simulators, backends and the world: of what is the product. */
    readonly percentOfProduct: number;
    readonly microsecondsPerRun: number;
  };
  readonly reference: Reference;
  readonly target: { readonly percent: number; readonly reached: boolean };
}

const PRODUCT = ['engine', 'store and bus', 'steps', 'adapters'];

export function fleetBenchReport(
  fleet: FleetReport,
  { seconds, cpuSeconds }: { readonly seconds: SecondsByPart; readonly cpuSeconds: number },
  reference: Reference,
): FleetBenchReport {
  const of = (...parts: readonly string[]) => parts.reduce((sum, part) => sum + (seconds.get(part) ?? 0), 0);
  const all = [...seconds.values()].reduce((sum, part) => sum + part, 0);
  // The profiler's seconds are the wall's: on a machine with other work more than this thread had.
  const cpu = all === 0 ? 0 : cpuSeconds / all;
  // Memory is collected for everybody: it counts for each as much as its other time does.
  const charged = all - of(COLLECTION);
  const percent = (part: number, whole: number) => (whole === 0 ? 0 : round((part / whole) * 100));
  const engine = percent(of('engine'), charged);
  return {
    fleet,
    parts: [...PARTS.map(({ name }) => name), NOBODY, COLLECTION].map((part) => ({
      part,
      seconds: round(of(part) * cpu),
      percent: percent(of(part), all),
    })),
    engine: {
      percent: engine,
      percentWithStoreAndBus: percent(of('engine', 'store and bus'), charged),
      percentOfProduct: percent(of('engine'), of(...PRODUCT)),
      microsecondsPerRun: fleet.stepRuns === 0 ? 0 : Math.round((of('engine') * cpu * 1e6) / fleet.stepRuns),
    },
    reference: {
      emptyRuns: reference.emptyRuns,
      emptyRun: Math.round(reference.emptyRun),
      readAndWrite: round(reference.readAndWrite),
    },
    target: { percent: TARGET_PERCENT, reached: engine <= TARGET_PERCENT && fleet.result === 'Succeeded' },
  };
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

export function fleetBenchText({ fleet, parts, engine, reference, target }: FleetBenchReport): string {
  const row = (name: string, seconds: string, percent: string) =>
    `  ${name.padEnd(26)}${seconds.padStart(9)}${percent.padStart(8)}`;
  return [
    `${fleet.shoots} shoots of ${fleet.nodesPerShoot} nodes: ${fleet.result}, ${fleet.stepRuns} runs of steps, ${fleet.wallSeconds} s under the profiler`,
    '',
    row('', 'CPU s', '%'),
    ...parts.map(({ part, seconds, percent }) => row(part, seconds.toFixed(1), percent.toFixed(1))),
    '',
    `  the engine's share         ${engine.percent} % of what is charged to somebody (with store and bus ${engine.percentWithStoreAndBus} %)`,
    `                             ${engine.percentOfProduct} % of the product's own time, without simulators, backends and world`,
    `  the engine, per run        ${engine.microsecondsPerRun} µs in this fleet`,
    `  a run of an empty step     ${reference.emptyRun} µs, with store, bus and delivery (${reference.emptyRuns} runs)`,
    `  a bare read and write      ${reference.readAndWrite} µs`,
    '',
    `${target.reached ? 'reached    ' : 'NOT reached'}  the engine's own share of the time is at most ${target.percent} %: ${engine.percent} %`,
    '',
  ].join('\n');
}
