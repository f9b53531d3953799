import { commandLine, wholeNumber } from '../../../local/command-line.ts';

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
  const command = commandLine('npm run bench:coldstart --')
    .description('Measures how long functions take to start, in fresh processes, beside the naive import.')
    .argument('[function...]', 'which functions; default: all')
    .option('--runs <number>', `starts of each, 1 to ${MOST_RUNS}`, wholeNumber(1, MOST_RUNS), 5)
    .option('--json', 'print one line of JSON', false);
  const parsed = command.parse(args, { from: 'user' });
  return { ...parsed.opts<Omit<ColdStartOptions, 'functions'>>(), functions: parsed.args };
}
