import type { MigrationView } from '../../shared/view/index.ts';
import type { Look } from './fleet.ts';
import { table } from './table.ts';
import { duration, paragraph } from './text.ts';

export type PlanView = MigrationView['plan'];

/** What will be done and why so; of the checks those that found something, `wide`: all. */
export function planText(shoot: string, plan: PlanView, { width, paint, wide }: Look): string {
  if (plan.state === 'not made') return `${shoot}: the plan is not made yet.\n`;
  const shown = plan.findings.filter(({ severity }) => wide || severity !== 'pass');
  const passed = plan.findings.length - plan.findings.filter(({ severity }) => severity !== 'pass').length;
  const line = (text: string, indent = '  ') => paragraph(text, width, indent);
  return [
    `${shoot}: ${verdictOf(plan)}\n\n`,
    `STRATEGY  ${plan.strategy}\n`,
    line(plan.why),
    ...plan.notTaken.map(({ strategy, why }) => line(`not ${strategy}: ${why}`)),
    `\nCHECKS  ${passed} passed, ${plan.findings.length - passed} found something\n`,
    ...shown.flatMap(({ severity, check, reason, message, remedy }) => [
      `  ${paint(severity === 'block' ? 'red' : severity === 'warning' ? 'yellow' : 'gray', severity)}  ${check}${reason ? ` (${reason})` : ''}\n`,
      line(message, '      '),
      ...(remedy === undefined ? [] : [line(`→ ${remedy}`, '      ')]),
    ]),
    '\nSTEPS\n',
    ...plan.steps.map((step, index) => `  ${index + 1}. ${step}\n`),
    ...(plan.calls.length === 0
      ? []
      : [
          '\n',
          table(
            [{ heading: 'CALLS THAT CHANGE SOMETHING', least: 20 }, { heading: 'COUNT' }],
            plan.calls.map(({ call, count }) => [call, String(count)]),
            width,
          ),
        ]),
    `\nmigrate-routes takes some ${duration(plan.expectedSeconds * 1_000)}; up to ${plan.nodesAtOnce} nodes at once.\n`,
    ...(plan.expectations.length === 0 ? [] : ['\nEXPECT\n']),
    ...plan.expectations.map((sentence) => line(`- ${sentence}`)),
  ].join('');
}

export function isBlocked({ findings }: Pick<PlanView, 'findings'>): boolean {
  return findings.some(({ severity }) => severity === 'block');
}

function verdictOf(plan: PlanView): string {
  if (isBlocked(plan)) return 'blocked; nothing is begun before what blocks is cleared away';
  return plan.state === 'made' ? 'can be migrated' : 'planned by an earlier version, without checks';
}
