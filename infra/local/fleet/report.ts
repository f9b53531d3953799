import type { Strategy } from '../../../shared/migration/plan.ts';
import type { Standing } from './census.ts';
import type { Fleet } from './fleet.ts';
import type { Ending } from './run.ts';
import { standingsOf } from './standings.ts';
import type { WaveFigures } from './wave-watch.ts';

/** What `npm run fleet -- --json` prints; others rely on the names. */
export interface FleetReport {
  /** `Succeeded` when every shoot is dual-stack and no traffic was lost that nobody had accepted the loss of. */
  readonly result: 'Succeeded' | 'Incomplete' | 'TrafficLost';
  readonly ending: Ending;
  readonly shoots: number;
  readonly nodesPerShoot: number;
  readonly projects: number;
  readonly seeds: number;
  readonly standings: Readonly<Record<Standing | 'not begun', number>>;
  /** Of the first that are blocked. */
  readonly blocked: readonly {
    readonly shoot: string;
    readonly step: string;
    readonly reason: string;
    readonly message: string;
  }[];
  /** Time in which packets to a live node's pods did not arrive, summed over all nodes of the shoots with this strategy. */
  readonly lostNodeSeconds: Readonly<Partial<Record<Strategy, number>>>;
  /** Live nodes that were not reached at the end. */
  readonly nodesLeftUnreached: number;
  readonly stepRuns: number;
  readonly deliveries: Readonly<Record<string, number>>;
  readonly failedDeliveries: number;
  readonly simulatedSeconds: number;
  readonly wallSeconds: number;
  /** Of all threads of this process; on a machine with other work the better measure. */
  readonly cpuSeconds: number;
  readonly migrationsPerSecond: number;
  readonly peakMemoryMiB: number;
  /** Of a fleet that is led in waves. */
  readonly waves?: WaveFigures | undefined;
}

/** Where loss is part of what was accepted. */
const LOSS_ACCEPTED: readonly Strategy[] = ['cutover'];
const MOST_BLOCKED = 20;

export function fleetReport(
  fleet: Fleet,
  options: {
    readonly nodes: number;
    readonly ending: Ending;
    readonly startedAt: number;
    readonly waves?: WaveFigures | undefined;
  },
  cost: Pick<FleetReport, 'wallSeconds' | 'cpuSeconds' | 'peakMemoryMiB'>,
): FleetReport {
  const { orders, census, figures, clock } = fleet;
  const standings = standingsOf(fleet);
  const traffic = trafficOf(fleet);
  const round = (number: number) => Math.round(number * 10) / 10;
  const lost = Object.entries(traffic.lostNodeSeconds).some(
    ([strategy, seconds]) => seconds > 0 && !LOSS_ACCEPTED.some((accepted) => accepted === strategy),
  );
  return {
    result:
      lost || traffic.unreached > 0
        ? 'TrafficLost'
        : standings.succeeded === orders.length
          ? 'Succeeded'
          : 'Incomplete',
    ending: options.ending,
    shoots: orders.length,
    nodesPerShoot: options.nodes,
    projects: new Set(orders.map(({ project }) => project)).size,
    seeds: new Set(orders.map(({ seedName }) => seedName)).size,
    standings,
    blocked: [...census.migrations()]
      .flatMap(({ shoot, position: step, status }) =>
        status.kind === 'blocked'
          ? [{ shoot: shoot.key, step, reason: status.reason, message: status.message }]
          : [],
      )
      .slice(0, MOST_BLOCKED),
    lostNodeSeconds: traffic.lostNodeSeconds,
    nodesLeftUnreached: traffic.unreached,
    stepRuns: figures.stepRuns,
    deliveries: figures.deliveries,
    failedDeliveries: figures.failedDeliveries,
    simulatedSeconds: Math.round((clock.now() - options.startedAt) / 1_000),
    wallSeconds: round(cost.wallSeconds),
    cpuSeconds: round(cost.cpuSeconds),
    migrationsPerSecond: round((standings.succeeded + standings['led back']) / cost.wallSeconds),
    peakMemoryMiB: Math.round(cost.peakMemoryMiB),
    waves: options.waves,
  };
}

function trafficOf({ census, shoots }: Fleet) {
  const lostNodeSeconds: Partial<Record<Strategy, number>> = {};
  let unreached = 0;
  for (const { shoot, plan } of census.migrations()) {
    const traffic = shoots.trafficOf(shoot.key);
    lostNodeSeconds[plan.strategy] = (lostNodeSeconds[plan.strategy] ?? 0) + traffic.lostNodeSeconds;
    unreached += traffic.unreached;
  }
  return { lostNodeSeconds, unreached };
}

/** The report for people. */
export function fleetText(report: FleetReport): string {
  const { standings } = report;
  const lost = Object.entries(report.lostNodeSeconds).map(([strategy, seconds]) => `${strategy} ${seconds}`);
  const stood = Object.entries(standings).filter(([, count]) => count > 0);
  return [
    '',
    report.result,
    '',
    `  shoots              ${stood.map(([standing, count]) => `${count} ${standing}`).join(', ')}`,
    `                      ${report.nodesPerShoot} nodes each, ${counted(report.projects, 'project')}, ${counted(report.seeds, 'seed')}`,
    ...report.blocked.map(
      ({ shoot, step, reason, message }) => `  blocked             ${shoot}, ${step}: ${reason}, ${message}`,
    ),
    `  lost node-seconds   ${lost.join(', ') || 'none'}`,
    ...(report.nodesLeftUnreached > 0 ? [`  not reached         ${report.nodesLeftUnreached} nodes`] : []),
    `  simulated time      ${hours(report.simulatedSeconds)}${report.ending === 'over' ? '' : `, ${report.ending}`}`,
    `  on this machine     ${report.wallSeconds} s (${report.cpuSeconds} s of CPU), ${report.migrationsPerSecond} migrations a second, ${report.peakMemoryMiB} MiB`,
    `  runs of steps       ${report.stepRuns}`,
    ...wavesText(report.waves),
    '',
  ].join('\n');
}

function wavesText(waves: WaveFigures | undefined): string[] {
  if (waves === undefined) return [];
  const { letIn, most, canaryMinutes, stops, paused } = waves;
  const stood = stops.map(({ reason, minute }) => `${reason} after ${hours(minute * 60)}`).join(', ');
  return [
    `  let in              ${letIn}; at most ${most.atOnce} at once, ${most.perProject} in a project, ${most.perSeed} on a seed`,
    ...(canaryMinutes === undefined ? [] : [`  canaries            dual-stack after ${canaryMinutes} min`]),
    ...(stops.length === 0 ? [] : [`  stopped             ${stood}`]),
    ...(paused === undefined
      ? []
      : [`  paused              ${paused.minutes} min, all had gone on ${paused.resumedIn} min later`]),
  ];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function hours(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
