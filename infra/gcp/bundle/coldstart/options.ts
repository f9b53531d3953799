import { Command, InvalidArgumentError } from 'commander';
import { CommandLineEnd } from '../../../local/options.ts';

/** What `npm run bench:coldstart` was asked for. */
export interface ColdStartOptions {
  /** Of which functions; all when empty. */
  readonly functions: readonly string[];
  /** Starts of each, the first one, which warms the disk's cache, not counted. */
  readonly runs: number;
  readonly json: boolean;
}

const MOST_RUNS = 100;

/**
 * Reads the arguments of `npm run bench:coldstart -- …`.
 *
 * @throws CommandLineEnd with exit code 0 after `--help`, 2 after an error that was printed.
 */
export function coldStartOptions(args: readonly string[]): ColdStartOptions {
  const command = new Command('npm run bench:coldstart --')
    .description('Measures how long functions take to start, in fresh processes, beside the naive import.')
    .argument('[function...]', 'which functions; default: all')
    .option('--runs <number>', `starts of each, 1 to ${MOST_RUNS}`, numberOfRuns, 5)
    .option('--json', 'print one line of JSON', false)
    .exitOverride((error) => {
      throw new CommandLineEnd(error.exitCode === 0 ? 0 : 2);
    });
  const parsed = command.parse(args, { from: 'user' });
  return { ...parsed.opts<Omit<ColdStartOptions, 'functions'>>(), functions: parsed.args };
}

function numberOfRuns(text: string): number {
  const runs = Number(text);
  if (!/^\d+$/.test(text) || runs < 1 || runs > MOST_RUNS) {
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${MOST_RUNS}.`);
  }
  return runs;
}
