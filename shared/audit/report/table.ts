import type { AuditReport, Finding, Severity } from './schema.ts';
import { countsOf, nameOf, plain, wrapped } from './text.ts';

export interface TableOptions {
  /** Columns of the terminal; undefined for a pipe or a file: then each finding is one line, whatever its length. */
  readonly width?: number | undefined;
  /** Whether severities are coloured. Never in a pipe. */
  readonly colours?: boolean;
  /** Why it matters and where that stands, too. */
  readonly wide?: boolean;
}

const COLOURS: Readonly<Record<Severity, number>> = { critical: 31, warning: 33, notice: 36 };
const HEADINGS = ['SEVERITY', 'WHOSE', 'RULE', 'OBJECT', 'FINDING'] as const;
const GAP = '  ';
/** Narrower than this, the text has no room beside the other columns and goes below them. */
const LEAST_TEXT = 40;

/** The report for people who look at it: findings as a table, then what was not looked at and the way to IPv6-only. */
export function renderTable(report: AuditReport, options: TableOptions = {}): string {
  const { cluster, findings, notLookedAt, way } = report;
  const limit = options.width === undefined ? Number.POSITIVE_INFINITY : Math.max(options.width, 20);
  const paragraph = (text: string, indent = '') =>
    wrapped(text, limit - indent.length)
      .map((line, index) => `${index === 0 ? '' : indent}${line}`)
      .join('\n');
  return [
    paragraph(`${cluster.server} (${cluster.version}): ${countsOf(findings)}`),
    ...(findings.length > 0 ? ['', ...tableOf(findings, limit, options)] : []),
    ...(notLookedAt.length > 0
      ? ['', 'NOT LOOKED AT', ...notLookedAt.map(({ what, why }) => paragraph(`- ${what}: ${why}`, '  '))]
      : []),
    '',
    'THE WAY TO IPV6-ONLY',
    ...way.map(({ step, state, remark }) => paragraph(`- ${step}: ${state} (${remark})`, '  ')),
    '',
  ].join('\n');
}

function tableOf(findings: readonly Finding[], limit: number, options: TableOptions): string[] {
  const rows = findings.map(({ severity, whose, rule, object }) => [severity, whose, rule, nameOf(object)]);
  const widths = HEADINGS.slice(0, -1).map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lead = widths.reduce((sum, width) => sum + width + GAP.length, 0);
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(GAP);
  const heads = rows.map((row, index) => coloured(line(row), findings[index]?.severity, options));
  if (limit === Number.POSITIVE_INFINITY) {
    return [
      line(HEADINGS).trimEnd(),
      ...heads.map((head, index) => `${head}${GAP}${textsOf(findings[index], options).map(plain).join(' ')}`),
    ];
  }
  const beside = limit - lead >= LEAST_TEXT;
  const indent = beside ? ' '.repeat(lead) : GAP;
  return [
    ...(beside ? [line(HEADINGS).trimEnd()] : []),
    ...heads.flatMap((head, index) => {
      const text = textsOf(findings[index], options).flatMap((each) => wrapped(each, limit - indent.length));
      const [first = '', ...others] = text;
      const rest = others.map((each) => `${indent}${each}`);
      if (beside) return [`${head}${GAP}${first}`, ...rest];
      const short = wrapped((rows[index] ?? []).join(' '), limit);
      return [
        ...short.map((each) => coloured(each, findings[index]?.severity, options)),
        `${indent}${first}`,
        ...rest,
      ];
    }),
  ];
}

function textsOf(finding: Finding | undefined, { wide = false }: TableOptions): readonly string[] {
  if (finding === undefined) return [];
  const { what, why, todo, source } = finding;
  return wide ? [what, why, `→ ${todo}`, `(${source})`] : [what, `→ ${todo}`];
}

function coloured(text: string, severity: Severity | undefined, { colours, width }: TableOptions): string {
  if (colours !== true || width === undefined || severity === undefined) return text;
  return `\u001b[${COLOURS[severity]}m${text}\u001b[0m`;
}
