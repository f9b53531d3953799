import { styleText } from 'node:util';
import type { Finding, Plan } from '../../../shared/migration/plan.ts';

/** A migration's plan as `--plan-only --json` prints it; others rely on the names. */
export interface PlanReport extends Plan {
  readonly result: 'Planned' | 'Blocked';
  readonly shoot: string;
  readonly nodes: number;
}

export function planReport(plan: Plan, shoot: string, nodes: number): PlanReport {
  return { result: severityCount(plan, 'block') > 0 ? 'Blocked' : 'Planned', shoot, nodes, ...plan };
}

/** The whole plan, for people. */
export function planText(report: PlanReport): string {
  const { findings, notTaken, steps, calls, expectations } = report;
  const width = Math.max(...calls.map(({ call }) => call.length), 0);
  return [
    `${report.shoot}, ${report.nodes} nodes`,
    '',
    'Checks',
    ...findings.flatMap(findingLines),
    '',
    `Strategy: ${report.strategy}`,
    `  ${report.why}`,
    ...notTaken.map(({ strategy, why }) => `  ${strategy}: ${why}`),
    '',
    'Steps',
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    '',
    'Calls that change something',
    ...calls.map(({ call, count }) => `  ${call.padEnd(width)}  ${String(count).padStart(5)}`),
    '',
    `migrate-routes is expected to take ${duration(report.expectedSeconds)}; up to ${nodes(report.nodesAtOnce)} at once.`,
    '',
    'Expect',
    ...expectations.map((sentence) => `  - ${sentence}`),
    '',
    verdict(report),
    '',
  ].join('\n');
}

/** The plan in a few lines, for a run that goes on. */
export function shortPlan(plan: Plan): readonly string[] {
  const calls = plan.calls.reduce((sum, { count }) => sum + count, 0);
  return [
    `plan: ${plan.strategy}, ${countedFindings(plan)}, ${calls} changing calls, migrate-routes in about ${duration(plan.expectedSeconds)}`,
    `  ${plan.why}`,
    ...plan.findings.filter(({ severity }) => severity !== 'pass').flatMap(findingHead),
  ];
}

/** `46 checks, 2 warnings`, with what blocks when something does. */
export function countedFindings(plan: Pick<Plan, 'findings'>): string {
  const warnings = severityCount(plan, 'warning');
  const blocks = severityCount(plan, 'block');
  const blocking = blocks === 0 ? '' : `, ${blocks} that ${blocks === 1 ? 'blocks' : 'block'}`;
  return `${plan.findings.length} checks, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}${blocking}`;
}

const SIGNS = { pass: ['green', '✔'], warning: ['yellow', '!'], block: ['red', '✘'] } as const;

function findingLines(finding: Finding): string[] {
  const { remedy, rulesOut } = finding;
  return [
    ...findingHead(finding),
    ...(remedy === undefined ? [] : [`      → ${remedy}`]),
    ...(rulesOut === undefined ? [] : [`      rules out ${rulesOut.join(', ')}`]),
  ];
}

function findingHead({ check, severity, message }: Finding): string[] {
  const [colour, sign] = SIGNS[severity];
  return [`  ${styleText(colour, sign)} ${check}: ${message}`];
}

function verdict(report: PlanReport): string {
  return report.result === 'Blocked'
    ? `Blocked: ${countedFindings(report)}. Nothing was changed.`
    : `Ready: ${countedFindings(report)}. Nothing was changed.`;
}

function severityCount({ findings }: Pick<Plan, 'findings'>, severity: Finding['severity']): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

function nodes(count: number): string {
  return count === 1 ? '1 node' : `${count} nodes`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
