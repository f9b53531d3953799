import { commandLine, wholeNumber } from '../../command-line.ts';

/** What `npm run bench:fleet` was asked for. */
export interface FleetBenchOptions {
  readonly shoots: number;
  readonly nodes: number;
  readonly seed: number;
  readonly json: boolean;
}

const MOST = { shoots: 5_000, nodes: 250, seed: 1_000_000_000 };

/**
 * Reads the arguments of `npm run bench:fleet -- …`.
 *
 * @throws CommandLineEnd with exit code 0 after `--help`, 2 after an error that was printed.
 */
export function fleetBenchOptions(args: readonly string[]): FleetBenchOptions {
  const command = commandLine('npm run bench:fleet --')
    .description('Says whose the time is when a fleet of shoots becomes dual-stack on the embedded backends.')
    .option('--shoots <number>', 'shoots of the fleet', wholeNumber(1, MOST.shoots), 1_000)
    .option('--nodes <number>', 'nodes of each shoot', wholeNumber(1, MOST.nodes), 10)
    .option('--seed <number>', 'the same seed, the same history', wholeNumber(0, MOST.seed), 1)
    .option('--json', 'print one line of JSON', false);
  return command.parse(args, { from: 'user' }).opts<FleetBenchOptions>();
}
