import { availableParallelism } from 'node:os';
import { Argument, InvalidArgumentError, Option } from 'commander';
import { STRATEGIES, type Strategy } from '../../../shared/migration/plan.ts';
import { commandLine } from '../command-line.ts';
import { CAMPAIGNS, type CampaignName, isCampaignName } from './campaigns/index.ts';
import { LARGEST_SEED, MOST_NODES } from './case-schema.ts';

/** What `npm run simulate` was asked for. */
export interface SimulateOptions {
  /** Empty: the ones that together take a few minutes. */
  readonly campaigns: readonly CampaignName[];
  readonly runs?: number;
  readonly seed: number;
  readonly nodes?: number;
  readonly strategy?: Strategy;
  readonly slice?: { readonly part: number; readonly parts: number };
  readonly workers: number;
  readonly json: boolean;
  /** A case as JSON, or the name of a file that holds one: it alone is run, and its story told. */
  readonly case?: string;
}

const MOST_RUNS = 10_000_000;
const MOST_WORKERS = 64;
const MOST_PARTS = 10_000;

/**
 * Reads the arguments of `npm run simulate -- …`.
 *
 * @throws CommandLineEnd with exit code 0 after `--help`, 2 after an error that was printed.
 */
export function simulateOptions(args: readonly string[]): SimulateOptions {
  const command = commandLine('npm run simulate --')
    .description(
      'Runs whole migrations on a virtual clock while something goes wrong, and looks whether a law breaks.',
    )
    .addArgument(new Argument('[campaign...]', 'families of cases; default: a share of each'))
    .option(
      '--runs <number>',
      'so many cases of each campaign, taken by the seed',
      within('runs', 1, MOST_RUNS),
    )
    .option('--seed <number>', 'the same seed, the same histories', within('seed', 0, LARGEST_SEED), 1)
    .option('--nodes <number>', `nodes of the shoot, 1 to ${MOST_NODES}`, within('nodes', 1, MOST_NODES))
    .addOption(new Option('--strategy <name>', 'default: each').choices(STRATEGIES))
    .option('--slice <k/n>', 'the k-th of n equal shares of the cases', slice)
    .option('--workers <number>', 'threads', within('workers', 1, MOST_WORKERS), availableParallelism())
    .option('--case <json|file>', 'run this one case, and tell its story')
    .option('--json', 'end with one line of JSON, and print nothing else', false)
    .addHelpText('after', `\nCampaigns:\n${campaignTable()}\n\nExamples:\n${EXAMPLES.join('\n')}`);
  const options = command.parse(args, { from: 'user' }).opts<Omit<SimulateOptions, 'campaigns'>>();
  const campaigns = command.args.map((name) => {
    if (isCampaignName(name)) return name;
    return command.error(
      `error: there is no campaign "${name}"; there are: ${Object.keys(CAMPAIGNS).join(', ')}`,
    );
  });
  checkCombination(options, campaigns, (message) => command.error(`error: ${message}`));
  return { ...options, campaigns };
}

const EXAMPLES = [
  '  npm run simulate',
  '  npm run simulate -- crashes --nodes 4 --strategy overlap',
  '  npm run simulate -- pairs --slice 3/10',
  '  npm run simulate -- random --runs 20000 --seed 1 --json',
  '  npm run simulate -- --case test/simulation/kept/some-case.json',
];

function checkCombination(
  options: Omit<SimulateOptions, 'campaigns'>,
  campaigns: readonly string[],
  refuse: (message: string) => void,
): void {
  if (options.case === undefined) return;
  const { runs, nodes, strategy, slice: part } = options;
  if (campaigns.length > 0) refuse('--case runs one case; a campaign cannot be named with it');
  const given = Object.entries({ runs, nodes, strategy, slice: part }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`],
  );
  if (given.length > 0) refuse(`--case says all of the case itself; leave out ${given.join(', ')}`);
}

function campaignTable(): string {
  return Object.entries(CAMPAIGNS)
    .map(([name, { about }]) => `  ${name.padEnd(12)}${about}`)
    .join('\n');
}

function within(what: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text.trim()) || number < least || number > most) {
      throw new InvalidArgumentError(
        `Expected ${what} as a whole number from ${least} to ${most}, got "${text}".`,
      );
    }
    return number;
  };
}

function slice(text: string): { part: number; parts: number } {
  const [, part = '', parts = ''] = /^(\d+)\/(\d+)$/.exec(text.trim()) ?? [];
  const read = { part: Number(part), parts: Number(parts) };
  if (part === '' || read.part < 1 || read.part > read.parts || read.parts > MOST_PARTS) {
    throw new InvalidArgumentError(
      `Expected k/n with k from 1 to n and n up to ${MOST_PARTS}, got "${text}".`,
    );
  }
  return read;
}
