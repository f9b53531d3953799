import { Command, InvalidArgumentError } from 'commander';
import { CommandLineEnd } from '../../options.ts';

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
  const command = new Command('npm run bench:emulators --')
    .description("Counts runs of steps a second on Google's Firestore and Pub/Sub emulators.")
    .option('--migrations <number>', 'migrations at once', wholeNumber(1, 1_000), 128)
    .option('--seconds <number>', 'how long each is measured', wholeNumber(1, 600), 20)
    .option('--json', 'print one line of JSON', false)
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw new CommandLineEnd(error.exitCode === 0 ? 0 : 2);
    });
  return command.parse(args, { from: 'user' }).opts<EmulatorsBenchOptions>();
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most) {
      throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}, got "${text}".`);
    }
    return number;
  };
}
