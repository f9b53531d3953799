import { Command, InvalidArgumentError } from 'commander';

/** Thrown when the command line cannot be understood or asks for help; what is to be said was said. */
export class CommandLineEnd extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super('the command line was answered');
    this.exitCode = exitCode;
  }
}

/**
 * A command by what is typed before its options, e.g. `npm run fleet --`. It never ends the process: its `parse` throws
 * CommandLineEnd, with exit code 0 after `--help`, 2 after an error that was printed.
 */
export function commandLine(typed: string): Command {
  return new Command(typed).allowExcessArguments(false).exitOverride((error) => {
    throw new CommandLineEnd(error.exitCode === 0 ? 0 : 2);
  });
}

/** Reads an option's whole number. `1e3` and `0x10` are numbers to JavaScript, and typing errors to whoever reads them. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most) {
      throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}, got "${text}".`);
    }
    return number;
  };
}
