import { CommandLineEnd } from './command-line.ts';
import { interruption } from './interruption.ts';

type ErrorClass = abstract new (...args: never[]) => Error;

/**
 * Runs what a command does with its arguments, and sets the exit code of the process: what `main` returns; that of a command line
 * that was answered; 130 where it failed after an interruption; else, after the error was said, 2 for a wrong usage and 1 for
 * everything else. Once in a process, as it listens to its signals.
 *
 * @param usage errors that mean that what was asked for makes no sense.
 */
export async function runCommand(
  main: (args: readonly string[], interrupted: AbortSignal) => Promise<number>,
  { usage = [] }: { readonly usage?: readonly ErrorClass[] } = {},
): Promise<void> {
  const interrupted = interruption();
  try {
    process.exitCode = await main(process.argv.slice(2), interrupted);
  } catch (error) {
    process.exitCode = exitCodeAfter(error, interrupted, usage);
  }
}

function exitCodeAfter(error: unknown, interrupted: AbortSignal, usage: readonly ErrorClass[]): number {
  if (error instanceof CommandLineEnd) return error.exitCode;
  if (interrupted.aborted) {
    process.stderr.write('interrupted\n');
    return 130;
  }
  process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`);
  return usage.some((each) => error instanceof each) ? 2 : 1;
}
