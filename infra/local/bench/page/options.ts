import { commandLine, wholeNumber } from '../../command-line.ts';

/** What `npm run bench:page` was asked for. */
export interface PageBenchOptions {
  readonly nodes: number;
  readonly shoots: number;
  /** Loads of each page, and updates of each kind in the last of them. */
  readonly runs: number;
  readonly json: boolean;
}

/**
 * Reads the arguments of `npm run bench:page -- …`.
 *
 * @throws CommandLineEnd with exit code 0 after `--help`, 2 after an error that was printed.
 */
export function pageBenchOptions(args: readonly string[]): PageBenchOptions {
  const command = commandLine('npm run bench:page --')
    .description('Measures the status page in Chromium: until something is seen, and what an update costs.')
    .option('--nodes <number>', 'nodes of the migration, 1 to 20000', wholeNumber(1, 20_000), 5_000)
    .option('--shoots <number>', 'shoots of the fleet, 1 to 20000', wholeNumber(1, 20_000), 1_000)
    .option('--runs <number>', 'loads, and updates of each kind, 1 to 100', wholeNumber(1, 100), 5)
    .option('--json', 'print one line of JSON', false);
  return command.parse(args, { from: 'user' }).opts<PageBenchOptions>();
}
