import { type Command, Option } from 'commander';
import { SHOOT_CHANGED } from '../../shared/bus/topics.ts';
import { shootKey } from '../../shared/engine/nudge.ts';
import { projectId } from '../../shared/engine/pause-target.ts';
import { STRATEGIES, type Strategy } from '../../shared/migration/plan.ts';
import { excerptOf } from '../../shared/migration/shoot-excerpt.ts';
import type { MigrationView } from '../../shared/view/index.ts';
import { type Cli, lookOf, NAME, outputOption, withExamples, withOperations } from '../cli.ts';
import { consent } from '../consent.ts';
import type { Chosen } from '../context/choose.ts';
import { CommandError } from '../exit-codes.ts';
import type { Operations } from '../operations/operations.ts';
import type { Format } from '../output/formats.ts';
import { migrationText } from '../output/migration.ts';
import { show } from '../output/show.ts';
import { type GardenAtHand, gardenAtHand } from '../shoot/garden.ts';
import { assertAdmissible, type ReadShoot, shootIn, withFamilies } from '../shoot/manifest.ts';

interface StartOptions {
  readonly file?: string;
  readonly gardenKubeconfig?: string;
  readonly infrastructureProject?: string;
  readonly strategy?: Strategy;
  readonly acknowledgeTrafficLoss?: boolean;
  readonly yes?: boolean;
  readonly output: Format;
}

/** The garden is looked at every minute, and a minute is soon forgotten. */
const PATIENCE_MS = 100_000;
const LOOK_MS = 1_000;

export function addStart(program: Command, cli: Cli): void {
  const command = program
    .command('start')
    .description(
      'Begins a migration: asks the garden for both families of the Shoot, or, where they are asked for already, tells the functions so. Asks first.',
    )
    .argument('[SHOOT]', 'namespace/name, as the garden has it')
    .option(
      '-f, --file <manifest>',
      'tell the functions of this Shoot (YAML or JSON, - for standard input), past the garden',
    )
    .option('--garden-kubeconfig <file>', 'the garden; default: GARDEN_KUBECONFIG, or that of the context')
    .option(
      '--infrastructure-project <id>',
      "the GCP project of the shoot's infrastructure, if not the functions' own",
    )
    .addOption(
      new Option('--strategy <name>', 'wish for a strategy; default: the best one that fits').choices(
        STRATEGIES,
      ),
    )
    .option('--acknowledge-traffic-loss', 'accept that cutover takes pod traffic for a while')
    .option('-y, --yes', 'without asking')
    .addOption(outputOption())
    .action((shoot: string | undefined, options: StartOptions, self: Command) =>
      withOperations(cli, self, async (operations, chosen) => {
        if ((shoot === undefined) === (options.file === undefined)) {
          throw new CommandError('usage', 'Expected either SHOOT or --file.');
        }
        const begun =
          shoot === undefined
            ? await startFromFile(cli, operations, chosen, options)
            : await startInGarden(cli, operations, chosen, { ...options, key: keyOf(shoot) });
        show(cli.terminal, options.output, begun, (view) => migrationText(view, lookOf(cli, options.output)));
      }),
    );
  withExamples(command, [
    { line: 'start garden-core/api --yes', does: 'asks the garden for both families, without being asked' },
    { line: 'start -f shoot.yaml --yes', does: 'tells the functions what the manifest says has changed' },
  ]);
}

async function startInGarden(
  cli: Cli,
  operations: Operations,
  chosen: Chosen,
  options: StartOptions & { readonly key: string },
): Promise<MigrationView> {
  const { terminal } = cli;
  const file = options.gardenKubeconfig ?? chosen.access.GARDEN_KUBECONFIG;
  if (file === undefined) {
    throw new CommandError(
      'usage',
      `The garden is not known: give --garden-kubeconfig, set GARDEN_KUBECONFIG, or begin with a manifest (${NAME} start -f FILE).`,
    );
  }
  const garden: GardenAtHand = await gardenAtHand(file, options.key, terminal);
  const read = await garden.shoot();
  const { families } = read.shoot;
  if (families.join() === 'IPv4') {
    if (wishesOf(options) !== undefined || options.infrastructureProject !== undefined) {
      throw new CommandError(
        'usage',
        `The garden takes no wishes: begin without --strategy, --acknowledge-traffic-loss and --infrastructure-project, and give them with \`${NAME} retry ${options.key}\`, or ask for both families in the garden yourself and run this again.`,
      );
    }
    assertAdmissible(read.shoot);
    const before = await operations.migrationOf(options.key);
    if (before?.finishedAt === undefined && before !== undefined) throw underWay(before);
    const question = `Set spec.networking.ipFamilies of the Shoot ${options.key} to [IPv4, IPv6] in the garden (context ${chosen.name})?`;
    await consent(terminal, question, options.yes === true);
    await garden.askForBothFamilies();
    terminal.say(
      `The Shoot ${options.key} asks for both families now; the functions see that within a minute.\n`,
    );
    return await begun(cli, operations, options.key, before?.id);
  }
  return await tellChange(cli, operations, chosen, read, options);
}

async function startFromFile(cli: Cli, operations: Operations, chosen: Chosen, options: StartOptions) {
  return await tellChange(cli, operations, chosen, await shootIn(options.file ?? '-', cli.terminal), options);
}

/** Publishes that the Shoot became what it is, from IPv4 alone. */
async function tellChange(
  cli: Cli,
  operations: Operations,
  chosen: Chosen,
  { shoot, manifest }: ReadShoot,
  options: StartOptions,
): Promise<MigrationView> {
  const { key, families } = shoot;
  if (families.join() !== 'IPv4,IPv6') {
    throw new CommandError(
      'usage',
      `spec.networking.ipFamilies of ${key} is [${families.join(', ')}], expected what it became: [IPv4, IPv6]. Change it in the garden first.`,
    );
  }
  assertAdmissible(shoot);
  const before = await operations.migrationOf(key);
  if (before?.finishedAt === undefined && before !== undefined) throw underWay(before);
  await consent(
    cli.terminal,
    `Tell the functions that ${key} became [IPv4, IPv6] (context ${chosen.name})?`,
    options.yes === true,
  );
  const infrastructureProject = options.infrastructureProject ?? chosen.infrastructureProject;
  const body = {
    before: excerptOf(withFamilies(manifest, ['IPv4'])),
    after: excerptOf(manifest),
    ...(infrastructureProject !== undefined && { project: checkedProject(infrastructureProject) }),
    ...wishesOf(options),
  };
  const { who } = await operations.act({ kind: 'publish', topic: SHOOT_CHANGED, body });
  cli.terminal.say(
    `The functions were told, as ${who.name} (${who.verified ? 'verified' : 'as claimed'}).\n`,
  );
  return await begun(cli, operations, key, before?.id);
}

/** The migration as soon as there is another one than before. @throws CommandError when there is none after a while */
async function begun(
  { terminal }: Cli,
  operations: Operations,
  key: string,
  before: string | undefined,
): Promise<MigrationView> {
  const { clock, signal } = terminal;
  const until = clock.now() + PATIENCE_MS;
  for (;;) {
    const present = await operations.migrationOf(key);
    if (present !== undefined && present.id !== before) return present;
    if (clock.now() >= until) {
      throw new CommandError(
        'unreachable',
        `It was asked for, and no migration of ${key} has begun within ${PATIENCE_MS / 1_000} s. Do the functions watch this garden (docs/events.md)? If it was refused, refusals/ in Firestore says why. Running this again tells the functions directly.`,
      );
    }
    await clock.sleep(LOOK_MS, signal);
  }
}

function underWay({ shoot, phase, step }: MigrationView): CommandError {
  return new CommandError(
    'refused',
    `The migration of ${shoot} is under way already (${phase}, ${step}). Nothing was done.`,
  );
}

function wishesOf({ strategy, acknowledgeTrafficLoss }: StartOptions) {
  if (strategy === undefined && !acknowledgeTrafficLoss) return undefined;
  return {
    ...(strategy && { strategy }),
    ...(acknowledgeTrafficLoss && { acknowledgeTrafficLoss: true as const }),
  };
}

function keyOf(shoot: string): string {
  const read = shootKey.safeParse(shoot);
  if (read.success) return read.data;
  throw new CommandError('usage', `SHOOT: ${read.error.issues[0]?.message}.`);
}

function checkedProject(id: string): string {
  const read = projectId.safeParse(id);
  if (read.success) return read.data;
  throw new CommandError('usage', `--infrastructure-project: ${read.error.issues[0]?.message}.`);
}
