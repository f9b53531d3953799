import { CommanderError } from 'commander';
import { beginningOf } from '../shared/secrets.ts';
import { type Cli, newCli } from './cli.ts';
import { COMPLETE, completions } from './completion/complete.ts';
import { CommandError, EXIT_CODES } from './exit-codes.ts';
import { program } from './program.ts';
import type { Terminal } from './terminal.ts';

/** As long as any sentence of ours; what came from outside may be longer. */
const MOST_CHARACTERS = 3_000;

/** Runs one command line (without the program’s name). Returns the exit code; never throws. */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  connecting?: Cli['connect'],
): Promise<number> {
  const cli = newCli(terminal, connecting);
  try {
    if (args[0] === COMPLETE) terminal.out(await completions(program(cli), args.slice(1), cli));
    else await program(cli).parseAsync(args, { from: 'user' });
  } catch (error) {
    return endingOf(error, cli);
  }
  return terminal.signal.aborted ? EXIT_CODES.interrupted : EXIT_CODES[cli.ending];
}

function endingOf(error: unknown, { terminal }: Cli): number {
  if (terminal.signal.aborted) return EXIT_CODES.interrupted;
  // What commander has to say it has said.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.fine : EXIT_CODES.usage;
  if (error instanceof CommandError) {
    terminal.say(`error: ${beginningOf(error.message, MOST_CHARACTERS)}\n`);
    return EXIT_CODES[error.ending];
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  terminal.say(
    `error: ${beginningOf(what, MOST_CHARACTERS)}. That was not expected: it is a mistake in this program.\n`,
  );
  return EXIT_CODES.unexpected;
}
