import { type Command, Option } from 'commander';
import { type Chosen, chooseContext, type PlaceFlags } from './context/choose.ts';
import { connect } from './context/connect.ts';
import type { Ending } from './exit-codes.ts';
import type { Operations } from './operations/operations.ts';
import type { Look } from './output/fleet.ts';
import { FORMATS } from './output/formats.ts';
import { painter } from './output/text.ts';
import type { Terminal } from './terminal.ts';

/** What commands are given: the terminal, and the functions behind the context that the flags, the environment or the file name. */
export interface Cli {
  readonly terminal: Terminal;
  /** How the command ended, if not well. */
  ending: Ending;
  readonly connect: (chosen: Chosen, terminal: Terminal) => Promise<Operations>;
}

/** A command line as it is typed, and what it does: shown by `--help`, and run by a test. */
export interface Example {
  readonly line: string;
  readonly does: string;
}

export const NAME = 'shoot-dualstack';

export function newCli(terminal: Terminal, connecting: Cli['connect'] = connect): Cli {
  return { terminal, ending: 'fine', connect: connecting };
}

export async function chosenContext(cli: Cli, command: Command): Promise<Chosen> {
  return await chooseContext(command.optsWithGlobals<PlaceFlags>(), cli.terminal);
}

/** Connections are given back whatever becomes of the work. */
export async function withOperations<Result>(
  cli: Cli,
  command: Command,
  work: (operations: Operations, chosen: Chosen) => Promise<Result>,
): Promise<Result> {
  const chosen = await chosenContext(cli, command);
  const operations = await cli.connect(chosen, cli.terminal);
  try {
    return await work(operations, chosen);
  } finally {
    await operations.close();
  }
}

/** As wide as the terminal is now. */
export function lookOf({ terminal }: Cli, format: string): Look {
  return { width: terminal.size()?.columns, paint: painter(terminal), wide: format === 'wide' };
}

export function outputOption(formats: readonly string[] = FORMATS): Option {
  return new Option('-o, --output <format>', 'json and yaml are the API’s own views')
    .choices(formats)
    .default('table');
}

export function withExamples(command: Command, examples: readonly Example[]): Command {
  const lines = examples.flatMap(({ line, does }) => [`  # ${does}`, `  ${NAME} ${line}`]);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}\n`);
}
