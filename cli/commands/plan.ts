import { type Command, Option } from 'commander';
import { shootKey } from '../../shared/engine/nudge.ts';
import { STRATEGIES, type Strategy } from '../../shared/migration/plan.ts';
import { type Cli, chosenContext, lookOf, NAME, outputOption, withExamples, withOperations } from '../cli.ts';
import { CommandError } from '../exit-codes.ts';
import type { Format } from '../output/formats.ts';
import { isBlocked, type PlanView, planText } from '../output/plan.ts';
import { show } from '../output/show.ts';
import { findMigration, SHOOT_ARGUMENT } from '../shoot/find.ts';
import { gardenAtHand } from '../shoot/garden.ts';
import { assertAdmissible, shootIn } from '../shoot/manifest.ts';
import { accessSettings, readingPorts } from '../shoot/ports.ts';

interface PlanOptions {
  readonly file?: string;
  readonly now?: boolean;
  readonly gardenKubeconfig?: string;
  readonly infrastructureProject?: string;
  readonly strategy?: Strategy;
  readonly acknowledgeTrafficLoss?: boolean;
  readonly output: Format;
}

export function addPlan(program: Command, cli: Cli): void {
  const command = program
    .command('plan')
    .description(
      'The plan of a migration: strategy and why, checks, calls, what to expect. With --now or --file one is made here, changing nothing. Ends with 4 where something blocks.',
    )
    .argument('[SHOOT]', SHOOT_ARGUMENT)
    .option(
      '--now',
      'make the plan now, of the Shoot as the garden has it, whether a migration has begun or not',
    )
    .option('-f, --file <manifest>', 'make the plan now, of this Shoot (YAML or JSON, - for standard input)')
    .option('--garden-kubeconfig <file>', 'the garden; default: GARDEN_KUBECONFIG, or that of the context')
    .option('--infrastructure-project <id>', "the GCP project of the shoot's infrastructure")
    .addOption(new Option('--strategy <name>', 'wish for a strategy').choices(STRATEGIES))
    .option('--acknowledge-traffic-loss', 'as if the loss of traffic by cutover were accepted')
    .addOption(outputOption())
    .action(async (shoot: string | undefined, options: PlanOptions, self: Command) => {
      const { key, plan } =
        options.now || options.file !== undefined
          ? await made(cli, self, shoot, options)
          : await stored(cli, self, shoot);
      const { output } = options;
      show(cli.terminal, output, plan, (view) => planText(key, view, lookOf(cli, output)));
      if (isBlocked(plan)) cli.ending = 'blocked';
    });
  withExamples(command, [
    { line: 'plan garden-core/api', does: 'the plan that the migration goes by' },
    { line: 'plan garden-core/api -o wide', does: 'with all checks, those that passed, too' },
    { line: 'plan garden-core/api --now', does: 'made now; needs access to cloud, garden and cluster' },
  ]);
}

interface Planned {
  readonly key: string;
  readonly plan: PlanView;
}

async function stored(cli: Cli, self: Command, shoot: string | undefined): Promise<Planned> {
  if (shoot === undefined) throw new CommandError('usage', 'Expected SHOOT or --file.');
  return await withOperations(cli, self, async (operations) => {
    try {
      const view = await findMigration(operations, shoot);
      return { key: view.shoot, plan: view.plan };
    } catch (error) {
      if (!(error instanceof CommandError) || error.ending !== 'notFound') throw error;
      throw new CommandError(
        'notFound',
        `${error.message} \`${NAME} plan ${shoot} --now\` makes a plan before that.`,
      );
    }
  });
}

async function made(
  cli: Cli,
  self: Command,
  shoot: string | undefined,
  options: PlanOptions,
): Promise<Planned> {
  const { terminal } = cli;
  const { file, strategy, acknowledgeTrafficLoss, infrastructureProject } = options;
  if ((shoot === undefined) === (file === undefined))
    throw new CommandError('usage', 'Expected either SHOOT --now or --file.');
  const chosen = await chosenContext(cli, self);
  const garden = options.gardenKubeconfig ?? chosen.access.GARDEN_KUBECONFIG;
  const settings = accessSettings(chosen, terminal.env, {
    ...(garden !== undefined && { GARDEN_KUBECONFIG: garden }),
    project: infrastructureProject,
  });
  const read =
    shoot === undefined ? await shootIn(file ?? '-', terminal) : await inGarden(cli, garden, shoot);
  assertAdmissible(read.shoot);
  const { planHere } = await import('../shoot/plan.ts');
  const plan = await planHere(read.shoot, {
    project: settings.GOOGLE_CLOUD_PROJECT,
    wishes: {
      ...(strategy && { strategy }),
      ...(acknowledgeTrafficLoss && { acknowledgeTrafficLoss: true as const }),
    },
    openPorts: await readingPorts(settings, terminal),
    terminal,
  });
  return { key: read.shoot.key, plan };
}

async function inGarden(cli: Cli, garden: string | undefined, shoot: string) {
  const key = shootKey.safeParse(shoot);
  if (!key.success) throw new CommandError('usage', `SHOOT: ${key.error.issues[0]?.message}.`);
  if (garden === undefined) {
    throw new CommandError(
      'usage',
      'The garden is not known: give --garden-kubeconfig, or set GARDEN_KUBECONFIG.',
    );
  }
  return await (await gardenAtHand(garden, key.data, cli.terminal)).shoot();
}
