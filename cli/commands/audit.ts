import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import {
  type AuditReport,
  type Finding,
  renderJson,
  renderManifests,
  renderMarkdown,
  renderTable,
  reportSchema,
  SEVERITIES,
} from '../../shared/audit/index.ts';
import { type Cli, lookOf, outputOption, withExamples } from '../cli.ts';
import { CommandError } from '../exit-codes.ts';
import { yamlText } from '../output/formats.ts';
import { SHOOT_ARGUMENT } from '../shoot/find.ts';

export interface AuditFlags {
  readonly kubeconfig?: string;
  readonly project?: string;
  readonly network?: string;
  readonly firewall: boolean;
  readonly dns: boolean;
  readonly dryRun: boolean;
  readonly manifests?: string;
  readonly failOn: (typeof SEVERITIES)[number] | 'none';
  readonly output: string;
}

export function addAudit(program: Command, cli: Cli): void {
  const command = program
    .command('audit')
    .description(
      'What a migration leaves to the owner of a cluster, and what stands in the way of IPv6-only (docs/audit.md). Changes nothing. Ends with 7 where something is found that is as urgent as --fail-on says.',
    )
    .argument('[SHOOT]', `${SHOOT_ARGUMENT}; reached as the functions reach it`)
    .option('--kubeconfig <file>', 'any cluster, shoot or not')
    .option('--project <id>', 'whose firewall is looked at; of a SHOOT it is known')
    .option('--network <name>', 'the network in that project')
    .option('--no-firewall', 'without a look at the firewall')
    .option('--no-dns', 'without asking the DNS')
    .option('--no-dry-run', 'suggest manifests without asking the API server what it would say to them')
    .option(
      '--manifests <dir>',
      'write each suggested manifest into a file there; - prints them instead of the report',
    )
    .addOption(
      new Option('--fail-on <severity>', 'the least that ends with 7')
        .choices([...SEVERITIES, 'none'])
        .default('critical'),
    )
    .addOption(outputOption(['table', 'wide', 'json', 'yaml', 'markdown']))
    .action(async (shoot: string | undefined, flags: AuditFlags, self: Command) => {
      if ((shoot === undefined) === (flags.kubeconfig === undefined)) {
        throw new CommandError('usage', 'Expected either SHOOT or --kubeconfig.');
      }
      const { audited } = await import('../shoot/audited.ts');
      const report = await audited(cli, self, shoot, flags);
      if (!report.findings.some(({ manifest }) => manifest !== undefined) && flags.manifests !== undefined) {
        cli.terminal.say('No manifest is suggested.\n');
      }
      if (flags.manifests === '-') cli.terminal.out(renderManifests(report));
      else cli.terminal.out(reportText(cli, report, flags.output));
      if (flags.manifests !== undefined && flags.manifests !== '-')
        await writeManifests(cli, report, flags.manifests);
      if (isUrgent(report, flags.failOn)) cli.ending = 'findings';
    });
  withExamples(command, [
    { line: 'audit garden-core/api', does: 'a shoot, as far as its kubeconfig or the garden is known' },
    { line: 'audit --kubeconfig cluster.yaml --no-dns -o markdown', does: 'any cluster, as a page' },
    { line: 'audit garden-core/api --manifests -', does: 'what is suggested, to be looked at and applied' },
  ]);
}

function reportText(cli: Cli, report: AuditReport, output: string): string {
  if (output === 'json') return renderJson(report);
  if (output === 'yaml') return yamlText(reportSchema.parse(report));
  if (output === 'markdown') return renderMarkdown(report);
  const { width, wide } = lookOf(cli, output);
  return renderTable(report, { width, colours: cli.terminal.colours, wide });
}

function isUrgent({ findings }: AuditReport, failOn: AuditFlags['failOn']): boolean {
  if (failOn === 'none') return false;
  return findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(failOn));
}

/** Files that are there are left alone: somebody may have worked on them. */
async function writeManifests(cli: Cli, report: AuditReport, folder: string): Promise<void> {
  const suggested = report.findings.filter(({ manifest }) => manifest !== undefined);
  try {
    await mkdir(folder, { recursive: true });
    for (const [index, finding] of suggested.entries()) {
      const file = join(folder, fileName(index + 1, finding));
      await writeFile(file, renderManifests({ findings: [finding] }), { flag: 'wx' });
    }
  } catch (error) {
    throw new CommandError(
      'usage',
      `The manifests cannot be written to ${folder}: ${error instanceof Error ? error.message : error}.`,
    );
  }
  cli.terminal.say(
    `${suggested.length} manifests were written to ${folder}; how each is tried out stands in it.\n`,
  );
}

/** Names of objects come from whoever made them. */
function fileName(number: number, { rule, object }: Finding): string {
  const parts = [String(number).padStart(3, '0'), rule, object.namespace ?? '', object.name];
  return `${parts
    .filter(Boolean)
    .join('-')
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
    .slice(0, 200)}.yaml`;
}
