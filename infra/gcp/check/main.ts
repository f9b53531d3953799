import { resolve } from 'node:path';
import { CommandLineEnd, commandLine } from '../../local/command-line.ts';
import { compare } from './compare/index.ts';
import { UnreadableConfiguration } from './configuration/hcl.ts';
import type { Finding } from './finding.ts';
import { type Verdict, validate } from './terraform.ts';

/** Exit codes: 0 when code and configuration agree, 1 when not, 2 when they cannot be compared. */
const AGREE = 0;
const DIFFER = 1;
const UNUSABLE = 2;

interface CheckOptions {
  readonly folder: string;
  readonly json: boolean;
  readonly validate: boolean;
}

/** @throws CommandLineEnd */
function checkOptions(args: readonly string[]): CheckOptions {
  const command = commandLine('npm run infra:check --')
    .description(
      'Compares the Terraform configuration with the code, in both directions, and has it validated where Terraform or OpenTofu is found (TF_BIN, TF_PLUGIN_DIR).',
    )
    .option('--folder <folder>', 'the configuration', 'infra/gcp')
    .option('--no-validate', 'only compare; ask no binary')
    .option('--json', 'print one line of JSON, and nothing else', false);
  return command.parse(args, { from: 'user' }).opts<CheckOptions>();
}

async function main(args: readonly string[]): Promise<number> {
  const options = checkOptions(args);
  const root = resolve(import.meta.dirname, '../../..');
  const folder = resolve(root, options.folder);
  const findings = await compare(root, folder);
  const verdicts = options.validate ? validate(folder, process.env) : [];
  const agree = findings.length === 0 && verdicts.every(({ kind }) => kind !== 'invalid');
  say(options.json ? JSON.stringify({ agree, findings, verdicts }) : report(findings, verdicts));
  return agree ? AGREE : DIFFER;
}

function report(findings: readonly Finding[], verdicts: readonly Verdict[]): string {
  return [
    ...findings.map(({ check, subject, message }) => `${check}: ${subject}: ${message}`),
    ...verdicts.flatMap(inWords),
    findings.length === 0
      ? 'the configuration and the code agree'
      : `the configuration and the code differ in ${findings.length} ${findings.length === 1 ? 'place' : 'places'}`,
  ].join('\n');
}

function inWords(verdict: Verdict): readonly string[] {
  switch (verdict.kind) {
    case 'valid':
      return [`${verdict.by}: nothing to complain about`];
    case 'invalid':
      return verdict.messages.map((message) => `${verdict.by}: ${message}`);
    case 'skipped':
      return [`not validated: ${verdict.why}`];
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof CommandLineEnd) {
    process.exitCode = error.exitCode;
  } else if (error instanceof UnreadableConfiguration) {
    complain(error.message);
    process.exitCode = UNUSABLE;
  } else {
    complain(
      `configuration and code could not be compared: ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exitCode = UNUSABLE;
  }
}
