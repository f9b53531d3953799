import { InvalidArgumentError, Option } from 'commander';
import { NETWORK_PLUGINS, type NetworkPluginName } from '../../shared/migration/network-plugins.ts';
import { STRATEGIES, type Strategy } from '../../shared/migration/plan.ts';
import type { BackendKind } from './backends/index.ts';
import { commandLine, wholeNumber } from './command-line.ts';

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly nodes: number;
  readonly shoot?: string;
  /** Of the example shoot; a manifest says it itself. */
  readonly networkPlugin?: NetworkPluginName;
  readonly backend?: BackendKind;
  readonly latency: 'fast' | 'real';
  readonly json: boolean;
  /** The strategy that the operator asks for. */
  readonly strategy?: Strategy;
  readonly acknowledgeTrafficLoss: boolean;
  /** Print the plan and change nothing. */
  readonly planOnly: boolean;
  /** Serve the page, and stay up until Ctrl-C. */
  readonly serve: boolean;
  /** Start no migration: somebody does by hand. */
  readonly wait: boolean;
  /** Where; any free port when 0. */
  readonly port: number;
}

/** More nodes than a shoot has, and than the example's pod range holds. */
const MOST_NODES = 5_000;

/**
 * Reads the arguments of `npm start -- …`.
 *
 * @throws CommandLineEnd with exit code 0 after `--help`, 2 after an error that was printed.
 */
export function startOptions(args: readonly string[]): StartOptions {
  const command = commandLine('npm start --')
    .description('Migrates an example shoot from IPv4 to dual-stack on this machine, and shows how.')
    .option('--nodes <number>', `nodes of the shoot, 1 to ${MOST_NODES}`, wholeNumber(1, MOST_NODES), 30)
    .option('--shoot <file>', 'Shoot manifest (YAML or JSON) instead of the example')
    .addOption(
      new Option('--network-plugin <name>', 'of the example shoot; default: calico')
        .choices(NETWORK_PLUGINS)
        .conflicts('shoot'),
    )
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
    .addOption(
      new Option('--strategy <name>', 'ask for a strategy; default: the best one that fits').choices(
        STRATEGIES,
      ),
    )
    .option('--acknowledge-traffic-loss', 'accept that cutover takes pod traffic for a while', false)
    .addOption(
      new Option('--plan-only', 'show what would be done, and change nothing')
        .default(false)
        .conflicts('serve'),
    )
    .option('--serve', 'serve the status page, and stay up until Ctrl-C', false)
    .addOption(
      new Option(
        '--wait',
        'with --serve: start no migration, you do (shoot-dualstack start); no maintenance window',
      )
        .default(false)
        .conflicts(['planOnly', 'strategy', 'acknowledgeTrafficLoss', 'json'])
        .implies({ serve: true }),
    )
    .option('--port <number>', 'where the page is served on 127.0.0.1; default: any free port', portNumber, 0)
    .option('--json', 'end with one line of JSON', false)
    .addHelpText(
      'after',
      '\nExamples:\n  npm start\n  npm start -- --nodes 130 --backend embedded\n  npm start -- --network-plugin cilium\n  npm start -- --shoot my-shoot.yaml --json\n  npm start -- --plan-only --strategy rollover\n  npm start -- --serve --port 8080\n  npm start -- --serve --wait',
    );
  return command.parse(args, { from: 'user' }).opts<StartOptions>();
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('Expected a port, 0 to 65535.');
  return port;
}
