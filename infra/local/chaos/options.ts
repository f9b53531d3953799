import { InvalidArgumentError, Option } from 'commander';
import type { BackendKind } from '../backends/index.ts';
import { commandLine, wholeNumber } from '../command-line.ts';

/** What `npm run chaos` was asked for. */
export interface ChaosOptions {
  /** How long instances are killed, on the wall. */
  readonly minutes: number;
  /** Shoots that migrate at once. */
  readonly shoots: number;
  /** Of each shoot. */
  readonly nodes: number;
  /** Function processes behind the push endpoint. */
  readonly instances: number;
  /** `auto`: Google's emulators where they are installed. */
  readonly backend: BackendKind | 'auto';
  /** Fixes the schedule of kills and what the shoots are like; when the processes are hit within their work is chance. */
  readonly seed: number;
  readonly json: boolean;
}

const MOST = { minutes: 24 * 60, shoots: 64, nodes: 250, instances: 32, seed: 1_000_000_000 };

/**
 * Reads the arguments of `npm run chaos -- …`.
 *
 * @throws CommandLineEnd with exit code 0 after `--help`, 2 after an error that was printed.
 */
export function chaosOptions(args: readonly string[]): ChaosOptions {
  const command = commandLine('npm run chaos --')
    .description('Migrates many shoots at once while the functions are killed, and judges the end.')
    .option('--minutes <number>', 'how long instances are killed', minutes, 2)
    .option('--shoots <number>', 'shoots that migrate at once', wholeNumber(1, MOST.shoots), 8)
    .option('--nodes <number>', 'nodes of each shoot', wholeNumber(1, MOST.nodes), 8)
    .option('--instances <number>', 'function processes', wholeNumber(1, MOST.instances), 3)
    .addOption(
      new Option('--backend <kind>', "store and bus; auto: Google's emulators where installed")
        .choices(['auto', 'emulators', 'embedded'])
        .default('auto'),
    )
    .option('--seed <number>', 'of the schedule of kills', wholeNumber(0, MOST.seed), 1)
    .option('--json', 'end with one line of JSON', false);
  return command.parse(args, { from: 'user' }).opts<ChaosOptions>();
}

function minutes(text: string): number {
  const number = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || !(number > 0 && number <= MOST.minutes)) {
    throw new InvalidArgumentError(
      `Expected more than 0 and at most ${MOST.minutes} minutes, got "${text}".`,
    );
  }
  return number;
}
