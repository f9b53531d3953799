import { type Command, Option } from 'commander';
import type { Meant } from '../../shared/edge/operate/act-messages.ts';
import { STRATEGIES, type Strategy } from '../../shared/migration/plan.ts';
import type { MigrationView } from '../../shared/view/index.ts';
import { type Cli, withExamples, withOperations } from '../cli.ts';
import { consent } from '../consent.ts';
import { CommandError } from '../exit-codes.ts';
import type { Act } from '../operations/operations.ts';
import { findMigration, SHOOT_ARGUMENT } from '../shoot/find.ts';
import { numberBetween } from './numbers.ts';
import { addScopes, nameOfScope, type ScopeOptions, scopeOf } from './scope.ts';
import { type ActFormat, actOutput, tellSent } from './sent.ts';

type Options = ScopeOptions & {
  readonly output: ActFormat;
  readonly yes?: boolean;
  readonly strategy?: Strategy;
  readonly acknowledgeTrafficLoss?: boolean;
  readonly perMinute?: number;
};

export function addPause(program: Command, cli: Cli): void {
  const command = addScopes(program.command('pause'), 'to hold')
    .description(
      'Stops at the next safe point: one shoot, or a project or namespace with what starts there later.',
    )
    .addOption(actOutput())
    .action((shoot: string | undefined, options: Options, self: Command) =>
      turn(cli, self, shoot, options, 'pause'),
    );
  withExamples(command, [
    { line: 'pause garden-core/api', does: 'one shoot' },
    { line: 'pause --namespace garden-core', does: 'all of a namespace, and what starts there later' },
    { line: 'pause --all', does: 'everything' },
  ]);
}

export function addResume(program: Command, cli: Cli): void {
  const command = addScopes(program.command('resume'), 'to let go')
    .description('Lets what was paused go on.')
    .option('--per-minute <number>', 'with --all: so many each minute', numberBetween(1, 1_000))
    .addOption(actOutput())
    .action((shoot: string | undefined, options: Options, self: Command) =>
      turn(cli, self, shoot, options, 'resume'),
    );
  withExamples(command, [
    { line: 'resume garden-core/api', does: 'one shoot, also where its namespace is held' },
    { line: 'resume --namespace garden-core', does: 'all of a namespace' },
    { line: 'resume --all --per-minute 5', does: 'everything, five each minute' },
  ]);
}

async function turn(
  cli: Cli,
  self: Command,
  shoot: string | undefined,
  options: Options,
  kind: 'pause' | 'resume',
) {
  const scope = scopeOf(shoot, options);
  const { perMinute, output } = options;
  if (perMinute !== undefined && scope.kind !== 'all') {
    throw new CommandError('usage', '--per-minute: expected only beside --all.');
  }
  await withOperations(cli, self, async (operations, { name }) => {
    const act: Act =
      scope.kind === 'shoot'
        ? { kind, migration: meant(await findMigration(operations, scope.shoot)) }
        : kind === 'pause'
          ? { kind: 'hold', scope, held: true }
          : { kind: 'hold', scope, held: false, perMinute };
    const found = 'migration' in act ? act.migration.shoot : undefined;
    const what = `${kind} of ${found ?? nameOfScope(scope)}`;
    tellSent(cli, await operations.act(act), { what, shoot: found, context: name, output });
  });
}

export function addAbort(program: Command, cli: Cli): void {
  const command = program
    .command('abort')
    .description(
      'Leads back to what was found, at the next safe point. Asks first. Refused once nodes are dual-stack.',
    )
    .argument('<SHOOT>', SHOOT_ARGUMENT)
    .option('-y, --yes', 'without asking')
    .addOption(actOutput())
    .action((shoot: string, options: Options, self: Command) =>
      withOperations(cli, self, async (operations, { name }) => {
        const migration = await findMigration(operations, shoot);
        const stands = `${migration.shoot} (${migration.phase}, ${migration.step}; context ${name})`;
        await consent(cli.terminal, `Lead ${stands} back to IPv4?`, options.yes === true);
        const sent = await operations.act({ kind: 'abort', migration: meant(migration) });
        tellSent(cli, sent, {
          what: `abort of ${migration.shoot}`,
          shoot: migration.shoot,
          context: name,
          output: options.output,
        });
      }),
    );
  withExamples(command, [{ line: 'abort garden-core/api --yes', does: 'without being asked' }]);
}

export function addRetry(program: Command, cli: Cli): void {
  const command = program
    .command('retry')
    .description(
      'Runs the present step now: although it is blocked, before its wait is over, outside the window.',
    )
    .argument('<SHOOT>', SHOOT_ARGUMENT)
    .addOption(
      new Option('--strategy <name>', 'wish for a strategy, as long as nothing was begun').choices(
        STRATEGIES,
      ),
    )
    .option('--acknowledge-traffic-loss', 'accept that cutover takes pod traffic for a while; asks first')
    .option('-y, --yes', 'without asking')
    .addOption(actOutput())
    .action((shoot: string, options: Options, self: Command) =>
      withOperations(cli, self, async (operations, { name }) => {
        const { strategy, acknowledgeTrafficLoss, yes = false, output } = options;
        const migration = await findMigration(operations, shoot);
        if (acknowledgeTrafficLoss) {
          await consent(
            cli.terminal,
            `May pods of ${migration.shoot} be without traffic for a while (context ${name})?`,
            yes,
          );
        }
        const wishes = {
          ...(strategy !== undefined && { strategy }),
          ...(acknowledgeTrafficLoss && { acknowledgeTrafficLoss }),
        };
        const sent = await operations.act({ kind: 'retry', migration: meant(migration), wishes });
        tellSent(cli, sent, {
          what: `run of ${migration.step} of ${migration.shoot}`,
          shoot: migration.shoot,
          context: name,
          output,
        });
      }),
    );
  withExamples(command, [
    { line: 'retry garden-core/api', does: 'once what blocked it is cleared away' },
    {
      line: 'retry garden-core/api --strategy rollover',
      does: 'with another strategy, before the first change',
    },
  ]);
}

function meant({ id, shoot, step }: MigrationView): Meant {
  return { id, shoot, step };
}
