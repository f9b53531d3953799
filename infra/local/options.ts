import { Command, InvalidArgumentError, Option } from 'commander';
import type { BackendKind } from './backends/index.ts';

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly nodes: number;
  readonly shoot?: string;
  readonly backend?: BackendKind;
  readonly latency: 'fast' | 'real';
  readonly json: boolean;
}

/** More nodes than a shoot has, and than the example's pod range holds. */
const MOST_NODES = 5_000;

/** Thrown when the command line cannot be understood or asks for help; what is to be said was said. */
export class CommandLineEnd extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super('the command line was answered');
    this.exitCode = exitCode;
  }
}

/**
 * Reads the arguments of `npm start -- …`.
 *
 * @throws CommandLineEnd with exit code 0 after `--help`, 2 after an error that was printed.
 */
export function startOptions(args: readonly string[]): StartOptions {
  const command = new Command('npm start --')
    .description('Migrates an example shoot from IPv4 to dual-stack on this machine, and shows how.')
    .option('--nodes <number>', `nodes of the shoot, 1 to ${MOST_NODES}`, numberOfNodes, 30)
    .option('--shoot <file>', 'Shoot manifest (YAML or JSON) instead of the example')
    .addOption(
      new Option('--backend <kind>', "store and bus; default: Google's emulators where installed").choices([
        'embedded',
        'emulators',
      ]),
    )
    .addOption(
      new Option('--latency <profile>', 'fast: a minute of the cloud passes in a second; real: in a minute')
        .choices(['fast', 'real'])
        .default('fast'),
    )
    .option('--json', 'end with one line of JSON', false)
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw new CommandLineEnd(error.exitCode === 0 ? 0 : 2);
    })
    .addHelpText(
      'after',
      '\nExamples:\n  npm start\n  npm start -- --nodes 130 --backend embedded\n  npm start -- --shoot my-shoot.yaml --json',
    );
  return command.parse(args, { from: 'user' }).opts<StartOptions>();
}

function numberOfNodes(text: string): number {
  const nodes = Number(text);
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > MOST_NODES) {
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${MOST_NODES}.`);
  }
  return nodes;
}
