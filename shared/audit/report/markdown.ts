import { commandFor, dryRunText, manifestText } from './manifests.ts';
import type { AuditReport, Finding } from './schema.ts';
import { countsOf, nameOf, plain } from './text.ts';

/** The report as a Markdown page: an overview, then each finding with its reasons and what is suggested. */
export function renderMarkdown(report: AuditReport): string {
  const { at, cluster, findings, lookedAt, notLookedAt, way } = report;
  return [
    '# IPv6 audit',
    '',
    `Cluster ${escaped(cluster.server)} (${escaped(cluster.version)}), ${at}: ${countsOf(findings)}.`,
    '',
    ...overview(findings),
    ...section(
      'Dual-stack',
      findings.filter(({ aim }) => aim === 'dual-stack'),
    ),
    ...section(
      'On the way to IPv6-only',
      findings.filter(({ aim }) => aim === 'ipv6-only'),
    ),
    '## The way to IPv6-only',
    '',
    '| Step | State | |',
    '| --- | --- | --- |',
    ...way.map(({ step, state, remark }) => `| ${escaped(step)} | ${state} | ${escaped(remark)} |`),
    '',
    '## What was looked at',
    '',
    ...lookedAt.map(({ what, objects }) => `- ${escaped(what)}: ${objects}`),
    '',
    ...(notLookedAt.length > 0
      ? [
          '## What was not looked at',
          '',
          ...notLookedAt.map(({ what, why }) => `- **${escaped(what)}**: ${escaped(why)}`),
          '',
        ]
      : []),
  ].join('\n');
}

function overview(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  return [
    '| Severity | Whose | Rule | Object |',
    '| --- | --- | --- | --- |',
    ...findings.map(
      ({ severity, whose, rule, object }) =>
        `| ${severity} | ${whose} | ${rule} | ${escaped(nameOf(object))} |`,
    ),
    '',
  ];
}

function section(title: string, findings: readonly Finding[]): string[] {
  return findings.length === 0 ? [] : [`## ${title}`, '', ...findings.flatMap(chapter)];
}

function chapter({ severity, whose, rule, object, what, why, todo, source, manifest }: Finding): string[] {
  return [
    `### ${escaped(nameOf(object))}: ${rule}`,
    '',
    `*${severity}, ${whose}.* ${escaped(what)}`,
    '',
    `**Why it matters:** ${escaped(why)}`,
    '',
    `**What to do:** ${escaped(todo)}`,
    '',
    ...(manifest === undefined
      ? []
      : [
          `${escaped(dryRunText(manifest))} Try it out with \`${commandFor(manifest)}\`, and put the change where the object comes from.`,
          '',
          ...fenced(manifestText(manifest)),
          '',
        ]),
    `Source: ${escaped(source)}`,
    '',
  ];
}

/** Nothing that comes from the cluster is markup here. */
function escaped(text: string): string {
  return plain(text)
    .replaceAll(/[\\`*_[\]|#~]/g, (character) => `\\${character}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** A fence longer than any in the text. */
function fenced(text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}yaml`, text.trimEnd(), fence];
}
