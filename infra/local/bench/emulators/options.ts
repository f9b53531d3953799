import { commandLine, wholeNumber } from '../../command-line.ts';

/** What `npm run bench:emulators` was asked for. */
export interface EmulatorsBenchOptions {
  readonly migrations: number;
  /** Measured of each, in seconds. */
  readonly seconds: number;
  readonly json: boolean;
}

/**
 * Reads the arguments of `npm run bench:emulators -- …`.
 *
 * @throws CommandLineEnd with exit code 0 after `--help`, 2 after an error that was printed.
 */
export function emulatorsBenchOptions(args: readonly string[]): EmulatorsBenchOptions {
  const command = commandLine('npm run bench:emulators --')
    .description("Counts runs of steps a second on Google's Firestore and Pub/Sub emulators.")
    .option('--migrations <number>', 'migrations at once', wholeNumber(1, 1_000), 128)
    .option('--seconds <number>', 'how long each is measured', wholeNumber(1, 600), 20)
    .option('--json', 'print one line of JSON', false);
  return command.parse(args, { from: 'user' }).opts<EmulatorsBenchOptions>();
}
