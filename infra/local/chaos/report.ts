import type { Breach } from './breaches.ts';
import type { DeadLetter, DeliveryFigures } from './deliveries.ts';
import type { Struck } from './fleet.ts';
import type { Observations, Recovery, ShootObservation } from './observations.ts';
import type { ChaosOptions } from './options.ts';
import { STROKES, type StrokeKind } from './strokes.ts';

/** What `npm run chaos -- --json` prints; others rely on the names. */
export interface ChaosReport {
  readonly result: 'Survived' | 'Broken';
  readonly backend: string;
  readonly options: ChaosOptions;
  readonly kills: Readonly<Record<StrokeKind, number>>;
  /** Strokes at instances that worked on something, by topic. */
  readonly inTheMiddleOf: Readonly<Record<string, number>>;
  /** The same, of kills alone. */
  readonly killedInTheMiddleOf: Readonly<Record<string, number>>;
  readonly instancesStarted: number;
  /** Migrations by strategy and how they ended, e.g. `overlap succeeded`. */
  readonly migrations: Readonly<Record<string, number>>;
  readonly messages: DeliveryFigures;
  readonly deadLetters: readonly Pick<DeadLetter, 'topic' | 'text'>[];
  /** Migrations that an operator had to set going again because their runs were killed. */
  readonly recoveries: readonly Recovery[];
  readonly longestMigration: { readonly shoot: string; readonly seconds: number } | null;
  readonly mostRuns: number;
  readonly lostNodeSeconds: { readonly outsideCutover: number; readonly cutover: number };
  readonly longestCutoverGapSeconds: number;
  readonly longestDrainMs: number;
  readonly errorLines: number;
  readonly memoryMiB: { readonly instance: number; readonly world: number };
  readonly wallSeconds: number;
  readonly breaches: readonly Breach[];
}

export function chaosReport(
  observations: Observations,
  breaches: readonly Breach[],
  options: ChaosOptions,
): ChaosReport {
  const { shoots, struck, ends } = observations;
  const longest = shoots.toSorted((a, b) => secondsOf(b) - secondsOf(a))[0];
  const cutovers = shoots.filter(({ order }) => order.strategy === 'cutover');
  const others = shoots.filter(({ order }) => order.strategy !== 'cutover');
  return {
    result: breaches.length === 0 ? 'Survived' : 'Broken',
    backend: observations.backend,
    options,
    kills: countByKind(struck),
    inTheMiddleOf: counted(struck.flatMap(({ underWay }) => underWay)),
    killedInTheMiddleOf: counted(
      struck.flatMap(({ kind, underWay }) => (kind === 'SIGKILL' ? underWay : [])),
    ),
    instancesStarted: ends.length,
    migrations: counted(
      shoots.map(({ order, migration }) => `${order.strategy} ${migration?.status.kind ?? 'never begun'}`),
    ),
    messages: observations.deliveries,
    deadLetters: observations.deadLetters.map(({ topic, text }) => ({ topic, text })),
    recoveries: observations.recoveries,
    longestMigration:
      longest === undefined ? null : { shoot: longest.order.key, seconds: Math.round(secondsOf(longest)) },
    mostRuns: Math.max(0, ...shoots.map(({ migration }) => migration?.runs ?? 0)),
    lostNodeSeconds: { outsideCutover: lostBy(others), cutover: lostBy(cutovers) },
    longestCutoverGapSeconds: Math.round(Math.max(0, ...cutovers.flatMap(gapSeconds))),
    longestDrainMs: Math.max(0, ...ends.filter(({ code }) => code === 0).map(({ tookMs }) => tookMs)),
    errorLines: observations.errorLines.length,
    memoryMiB: observations.memory,
    wallSeconds: Math.round(observations.wallSeconds),
    breaches,
  };
}

/** The report for people. */
export function chaosText(report: ChaosReport): string {
  const { messages, lostNodeSeconds, longestMigration, memoryMiB, recoveries, deadLetters } = report;
  const ended = Object.entries(report.migrations).map(([what, count]) => `${count} ${what}`);
  const middle = Object.entries(report.inTheMiddleOf).map(([topic, count]) => `${count} ${topic}`);
  return [
    '',
    `${report.result}: ${report.breaches.length} breaches`,
    ...report.breaches.map(
      ({ breach, shoot, message }) => `  ${breach}${shoot === undefined ? '' : ` ${shoot}`}: ${message}`,
    ),
    '',
    `  struck: ${inWords(report.kills)}; in the middle of ${middle.join(', ') || 'nothing'}`,
    `  migrations: ${ended.join(', ')}`,
    `  messages ${messages.messages}, deliveries ${messages.deliveries}, of them again ${messages.redelivered}; ` +
      `broken ${messages.broken}, refused ${messages.refused}, given up ${messages.givenUp}`,
    `  dead letters ${deadLetters.length}${deadLetters.map(({ topic, text }) => `\n    ${topic}: ${text}`).join('')}`,
    `  set going again by hand ${recoveries.length}${recoveries
      .map(({ shoot, step, reason }) => `\n    ${shoot}: ${step}, ${reason}`)
      .join('')}`,
    `  longest migration: ${longestMigration?.shoot ?? 'none'}, ${longestMigration?.seconds ?? 0} s of the world; ` +
      `most runs of one ${report.mostRuns}`,
    `  lost node-seconds: ${lostNodeSeconds.outsideCutover}, in cutovers ${lostNodeSeconds.cutover}; ` +
      `longest gap of a cutover ${report.longestCutoverGapSeconds} s`,
    `  instances started ${report.instancesStarted}, longest drain ${report.longestDrainMs} ms, error lines ${report.errorLines}`,
    `  most memory: an instance ${memoryMiB.instance} MiB, the world ${memoryMiB.world} MiB`,
    `  ${report.backend} backend, seed ${report.options.seed}, ${report.wallSeconds} s on this machine`,
    '',
  ].join('\n');
}

/** `12 SIGKILL, 3 SIGSTOP, 1 SIGTERM` */
export function strokesByKind(struck: readonly Struck[]): string {
  return inWords(countByKind(struck));
}

function inWords(kills: Readonly<Record<StrokeKind, number>>): string {
  return STROKES.map((kind) => `${kills[kind]} ${kind}`).join(', ');
}

function countByKind(struck: readonly Struck[]): Record<StrokeKind, number> {
  const count = (wanted: StrokeKind) => struck.filter(({ kind }) => kind === wanted).length;
  return { SIGKILL: count('SIGKILL'), SIGSTOP: count('SIGSTOP'), SIGTERM: count('SIGTERM') };
}

function counted(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([a], [b]) => a.localeCompare(b)));
}

function secondsOf({ migration }: ShootObservation): number {
  return migration?.seconds ?? 0;
}

function gapSeconds({ gaps }: ShootObservation): number[] {
  return gaps.map(({ from, to }) => (to - from) / 1000);
}

function lostBy(shoots: readonly ShootObservation[]): number {
  return Math.round(shoots.flatMap(gapSeconds).reduce((sum, seconds) => sum + seconds, 0));
}
