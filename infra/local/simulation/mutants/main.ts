import { availableParallelism } from 'node:os';
import { Argument } from 'commander';
import pLimit from 'p-limit';
import { commandLine } from '../../command-line.ts';
import { runCommand } from '../../run-command.ts';
import { surveyCase } from '../survey.ts';
import type { Verdict } from '../verdict.ts';
import { cleanCases } from './hunt.ts';
import { type Hunted, hunted } from './hunters.ts';
import { MUTANTS } from './list/index.ts';

/** On the wall: one that lives is hunted through all campaigns. */
const PATIENCE_MS = 900_000;
const RUNS_PER_CAMPAIGN = 120;
const SEED = 1;

await runCommand(main);

/** `npm run simulate:mutants`. Returns the exit code: 0 a law caught each, 1 one was not, 2 bad usage, 130 interrupted. */
async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { names, json } = optionsFrom(args);
  const references = await cleanVerdicts();
  const limit = pLimit(availableParallelism());
  const outcomes = await Promise.all(
    names.map((name) =>
      limit(async () => {
        if (signal.aborted) return { name, kind: 'not hunted' } as const;
        const quarry = { name, references, seed: SEED, runsPerCampaign: RUNS_PER_CAMPAIGN };
        const outcome = await hunted(quarry, PATIENCE_MS, signal);
        if (signal.aborted) return { name, kind: 'not hunted' } as const;
        if (!json) process.stdout.write(lineOf(name, outcome));
        return { name, about: MUTANTS[name]?.about, ...outcome };
      }),
    ),
  );
  const ending = (wanted: Hunted['kind']) =>
    outcomes.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  const [caught, living, brokenDown] = [ending('caught'), ending('lives'), ending('breaks down')];
  if (json) {
    const counts = { caught: caught.length, living, brokenDown };
    process.stdout.write(`${JSON.stringify({ mutants: outcomes, ...counts })}\n`);
  } else {
    const lines = [`${caught.length} of ${names.length} mutants were caught by a law.`];
    if (living.length > 0) lines.push(`A hole in the laws for each of: ${living.join(', ')}.`);
    if (brokenDown.length > 0) lines.push(`No law said anything of: ${brokenDown.join(', ')}.`);
    process.stdout.write(`\n${lines.join('\n')}\n`);
  }
  if (signal.aborted) return 130;
  return caught.length < names.length ? 1 : 0;
}

/** @throws Error when the product itself breaks a law in a run in which nothing goes wrong. */
async function cleanVerdicts(): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const theCase of cleanCases(SEED)) {
    const { verdict } = await surveyCase(theCase);
    const [violation] = verdict.violations;
    if (violation !== undefined) {
      throw new Error(
        `without any defect ${theCase.strategy} breaks "${violation.law}": ${violation.message}`,
      );
    }
    verdicts.push(verdict);
  }
  return verdicts;
}

function optionsFrom(args: readonly string[]): { names: readonly string[]; json: boolean } {
  const command = commandLine('npm run simulate:mutants --')
    .description('Gives the product one deliberate defect after the other and shows which law catches it.')
    .addArgument(new Argument('[mutant...]', 'default: all').choices(Object.keys(MUTANTS)))
    .option('--json', 'end with one line of JSON, and print nothing else', false);
  const { json } = command.parse(args, { from: 'user' }).opts<{ json: boolean }>();
  return { names: command.args.length > 0 ? command.args : Object.keys(MUTANTS), json };
}

function lineOf(name: string, outcome: Hunted): string {
  return `${name.padEnd(30)} ${textOf(outcome)}\n`;
}

function textOf(outcome: Hunted): string {
  switch (outcome.kind) {
    case 'caught': {
      const [violation] = outcome.violations;
      const laws = [...new Set(outcome.violations.map(({ law }) => law))].join(', ');
      return `${laws} (${outcome.campaign}, run ${outcome.runs})\n${' '.repeat(31)}${violation?.message ?? ''}`;
    }
    case 'lives':
      return `LIVES after ${outcome.runs} runs`;
    case 'breaks down':
      return `breaks down: ${outcome.why}`;
  }
}
