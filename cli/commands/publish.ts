import { Argument, type Command, InvalidArgumentError } from 'commander';
import { isStepName, STEP_NAMES, type StepName } from '../../shared/migration/steps.ts';
import { type Cli, withExamples, withOperations } from '../cli.ts';
import { consent } from '../consent.ts';
import { CommandError } from '../exit-codes.ts';
import { findMigration, SHOOT_ARGUMENT } from '../shoot/find.ts';
import { didYouMean } from '../shoot/near.ts';
import { type ActFormat, actOutput, tellSent } from './sent.ts';

export function addPublish(program: Command, cli: Cli): void {
  const command = program
    .command('publish')
    .description(
      'The emergency way: publishes a message on a step’s topic, which runs it now if it is the present one. Asks first.',
    )
    .addArgument(new Argument('<STEP>', `one of ${STEP_NAMES.join(', ')}`).argParser(stepName))
    .argument('<SHOOT>', SHOOT_ARGUMENT)
    .option('-y, --yes', 'without asking')
    .addOption(actOutput())
    .action((step: StepName, shoot: string, options: { yes?: boolean; output: ActFormat }, self: Command) =>
      withOperations(cli, self, async (operations, { name }) => {
        const migration = await findMigration(operations, shoot);
        if (migration.finishedAt !== undefined) {
          throw new CommandError(
            'refused',
            `The migration ${migration.id} of ${migration.shoot} has ended (${migration.phase}); no step of it runs again.`,
          );
        }
        const other =
          migration.step === step ? '' : ` It stands at ${migration.step}, so that this will be refused.`;
        const outside = step === 'preflight' ? '' : ', outside any maintenance window';
        await consent(
          cli.terminal,
          `Run ${step} of ${migration.shoot} now${outside} (context ${name})?${other}`,
          options.yes === true,
        );
        const body = { shoot: migration.shoot, migration: migration.id };
        const sent = await operations.act({ kind: 'publish', topic: step, body });
        tellSent(cli, sent, {
          what: `run of ${step} of ${migration.shoot}`,
          shoot: migration.shoot,
          context: name,
          output: options.output,
        });
      }),
    );
  withExamples(command, [
    { line: 'publish migrate-routes garden-core/api --yes', does: 'runs that step now, without being asked' },
  ]);
}

function stepName(text: string): StepName {
  if (isStepName(text)) return text;
  throw new InvalidArgumentError(`Expected one of ${STEP_NAMES.join(', ')}.${didYouMean(text, STEP_NAMES)}`);
}
