import type { HistoryEntry } from '../../../shared/migration/history.ts';
import type { Migration } from '../../../shared/migration/migration.ts';
import type { World } from '../world/world.ts';

export type Result = 'Succeeded' | 'Aborted' | 'Blocked' | 'Refused' | 'TimedOut' | 'Interrupted';

/** What `--json` prints as its last line; others rely on the names. */
export interface Report {
  readonly result: Result;
  /** Why it did not succeed. */
  readonly reason?: string;
  readonly strategy: string | null;
  /** Of the plan's checks: how many there were, and how many warned. */
  readonly checks: { readonly total: number; readonly warnings: number };
  readonly backend: string;
  readonly nodes: number;
  readonly routesDeleted: number;
  readonly aliasesAdded: number;
  readonly podTrafficLossNodeSeconds: number;
  /** Every time in which a node's pods were not reached. */
  readonly gaps: readonly {
    readonly node: string;
    readonly at: string;
    readonly seconds: number;
    readonly why: string;
  }[];
  /** Calls of the functions by the API's method. */
  readonly computeCalls: Readonly<Record<string, number>>;
  /** Seconds are the world's, from the step's first run to its end. */
  readonly steps: readonly {
    readonly name: string;
    readonly runs: number;
    readonly seconds: number | null;
  }[];
  readonly constraints: Readonly<Record<string, readonly ConstraintMoment[]>>;
  readonly wallSeconds: number;
}

interface ConstraintMoment {
  readonly at: string;
  readonly status: string;
  readonly reason?: string;
}

export function makeReport(
  world: World,
  outcome: { result: Result; reason?: string; nodes: number; wallSeconds: number },
  migration: Migration | undefined,
  history: readonly HistoryEntry[],
): Report {
  return {
    result: outcome.result,
    ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
    strategy: migration?.plan.strategy ?? null,
    checks: checksIn(migration),
    backend: world.backends.kind,
    nodes: outcome.nodes,
    routesDeleted: world.carriers.routesDeleted,
    aliasesAdded: world.carriers.aliasesAdded,
    podTrafficLossNodeSeconds: world.compute.dataPlane.lostNodeSeconds(),
    gaps: world.compute.dataPlane.gaps().map(({ node, from, to, why }) => ({
      node,
      at: new Date(from).toISOString(),
      seconds: (to - from) / 1000,
      why,
    })),
    computeCalls: world.compute.calls().byMethod,
    steps: (migration?.steps ?? []).map(({ name, runs, startedAt, finishedAt }) => ({
      name,
      runs,
      seconds:
        startedAt === undefined || finishedAt === undefined ? null : secondsBetween(startedAt, finishedAt),
    })),
    constraints: constraintsIn(history),
    wallSeconds: Math.round(outcome.wallSeconds * 10) / 10,
  };
}

function checksIn(migration: Migration | undefined): Report['checks'] {
  const findings = migration?.plan.findings ?? [];
  return {
    total: findings.length,
    warnings: findings.filter(({ severity }) => severity === 'warning').length,
  };
}

function constraintsIn(history: readonly HistoryEntry[]): Record<string, ConstraintMoment[]> {
  const byType: Record<string, ConstraintMoment[]> = {};
  for (const { at, constraint, reason } of history) {
    if (constraint === undefined) continue;
    byType[constraint.type] ??= [];
    byType[constraint.type]?.push({
      at,
      status: constraint.status,
      ...(reason === undefined ? {} : { reason }),
    });
  }
  return byType;
}

function secondsBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 100) / 10;
}

/** The report for people. */
export function reportText(report: Report): string {
  const { steps, constraints, computeCalls } = report;
  const width = Math.max(...steps.map(({ name }) => name.length), 4);
  const calls = Object.values(computeCalls).reduce((sum, count) => sum + count, 0);
  const { checks } = report;
  return [
    '',
    `${report.result}${report.reason === undefined ? '' : `: ${report.reason}`}`,
    '',
    ...steps.map(
      ({ name, runs, seconds }) =>
        `  ${name.padEnd(width)}  ${String(runs).padStart(3)} ${runs === 1 ? 'run ' : 'runs'}  ${duration(seconds)}`,
    ),
    ...(steps.length === 0 ? [] : ['']),
    ...Object.entries(constraints).map(
      ([type, moments]) => `  ${type}: ${moments.map(({ status }) => status).join(' → ')}`,
    ),
    `  checks ${checks.total}, warnings ${checks.warnings}, strategy ${report.strategy ?? 'none'}`,
    `  pod routes deleted ${report.routesDeleted}, alias IP ranges added ${report.aliasesAdded}, calls to Compute Engine ${calls}`,
    `  pod traffic lost: ${report.podTrafficLossNodeSeconds} node-seconds`,
    ...report.gaps.slice(0, 10).map(({ node, at, seconds, why }) => `    ${at} ${node} ${seconds} s: ${why}`),
    `  ${report.nodes} nodes, ${report.backend} backend, ${report.wallSeconds} s on this machine`,
    '',
  ].join('\n');
}

function duration(seconds: number | null): string {
  if (seconds === null) return 'not finished';
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
