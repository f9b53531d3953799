import { Option } from 'commander';
import { STRATEGIES, type Strategy } from '../../../shared/migration/plan.ts';
import { commandLine, wholeNumber } from '../command-line.ts';

/** What `npm run fleet` was asked for. */
export interface FleetCommand {
  readonly shoots: number;
  /** Of each shoot. */
  readonly nodes: number;
  /** The strategy that the operator asks for, of every shoot. */
  readonly strategy?: Strategy;
  readonly acknowledgeTrafficLoss: boolean;
  readonly seed: number;
  /** In waves of so many; then the rest of the policy counts too. */
  readonly atOnce?: number;
  readonly canaries: number;
  readonly perProject?: number;
  readonly perSeed?: number;
  /** One of them is blocked, and the rollout goes on without it. */
  readonly incident: boolean;
  /** Everything is paused in the middle, and goes on so many a minute. */
  readonly resumePerMinute?: number;
  readonly json: boolean;
}

const MOST = { shoots: 5_000, nodes: 250, seed: 1_000_000_000 };

/**
 * Reads the arguments of `npm run fleet -- …`.
 *
 * @throws CommandLineEnd with exit code 0 after `--help`, 2 after an error that was printed.
 */
export function fleetCommand(args: readonly string[]): FleetCommand {
  const command = commandLine('npm run fleet --')
    .description('Migrates many shoots in one process on a clock that jumps, each in its maintenance window.')
    .option('--shoots <number>', 'shoots of the fleet', wholeNumber(1, MOST.shoots), 100)
    .option('--nodes <number>', 'nodes of each shoot', wholeNumber(1, MOST.nodes), 10)
    .addOption(
      new Option('--strategy <name>', 'ask for a strategy; default: the best one that fits').choices(
        STRATEGIES,
      ),
    )
    .option('--acknowledge-traffic-loss', 'accept that cutover takes pod traffic for a while', false)
    .option('--seed <number>', 'the same seed, the same history', wholeNumber(0, MOST.seed), 1)
    .option('--at-once <number>', 'in waves: a rollout lets so many in at once', wholeNumber(1, 1_000))
    .option('--canaries <number>', 'of a rollout: so many come first', wholeNumber(0, 20), 1)
    .option('--per-project <number>', 'of a rollout: so many in a project', wholeNumber(1, 1_000))
    .option('--per-seed <number>', 'of a rollout: so many on a seed', wholeNumber(1, 1_000))
    .option('--incident', 'of a rollout: one shoot is blocked, and it stops', false)
    .option(
      '--resume-per-minute <number>',
      'of a rollout: everything is paused in the middle, and so many go on each minute',
      wholeNumber(1, 1_000),
    )
    .option('--json', 'end with one line of JSON', false)
    .addHelpText(
      'after',
      '\nExamples:\n  npm run fleet\n  npm run fleet -- --shoots 1000 --nodes 10\n  npm run fleet -- --strategy rollover --json\n  npm run fleet -- --shoots 60 --nodes 3 --at-once 8 --per-seed 6 --incident --resume-per-minute 4',
    );
  return command.parse(args, { from: 'user' }).opts<FleetCommand>();
}
