import type { Outcome } from '../../migration/outcome.ts';
import type { Finding, Plan } from '../../migration/plan.ts';
import type { Reason } from './reasons.ts';

/** Whether the migration may begin by this plan, or what a human has to clear away first. */
export function decideOn(plan: Plan): Outcome {
  const blocking = plan.findings.filter(({ severity }) => severity === 'block');
  if (blocking.length === 0) return { kind: 'done', summary: summaryOf(plan) };
  return {
    kind: 'blocked',
    reason: 'PreflightBlocked' satisfies Reason,
    message: `${blocking.length} of ${plan.findings.length} checks ${blocking.length === 1 ? 'blocks' : 'block'}: ${some(blocking.map(({ check, message }) => `${check}: ${message}`))}`,
    remedy: `${some(blocking.map(remedyOf))} Then publish preflight again.`,
  };
}

/** `strategy overlap, 46 checks, 2 warnings`, and which. */
export function summaryOf({ strategy, findings }: Plan): string {
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  const names = warnings.length === 0 ? '' : `: ${warnings.map(({ check }) => check).join(', ')}`;
  return `strategy ${strategy}, ${findings.length} checks, ${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}${names}`;
}

/** Each of them is in the plan; a status must stay readable. */
const MOST_SHOWN = 5;

function some(sentences: readonly string[]): string {
  const shown = [...new Set(sentences)];
  const more =
    shown.length > MOST_SHOWN ? ` And ${shown.length - MOST_SHOWN} more, see the plan’s findings.` : '';
  return `${shown.slice(0, MOST_SHOWN).join(' ')}${more}`;
}

function remedyOf({ check, remedy = '' }: Finding): string {
  return `${check}: ${remedy}`;
}
