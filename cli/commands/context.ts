import type { Command } from 'commander';
import { type Cli, chosenContext, lookOf, outputOption, withExamples } from '../cli.ts';
import { chooseContext, LOCAL, type PlaceFlags } from '../context/choose.ts';
import { contextsFile, readContexts, writeCurrent } from '../context/file.ts';
import type { Context } from '../context/schema.ts';
import { CommandError } from '../exit-codes.ts';
import { type Format, yamlText } from '../output/formats.ts';
import { show } from '../output/show.ts';
import { table } from '../output/table.ts';
import { didYouMean } from '../shoot/near.ts';

export function addContext(program: Command, cli: Cli): void {
  const context = program
    .command('context')
    .description('Where commands go to: contexts, as kubectl has them.');
  withExamples(
    context
      .command('list')
      .description('The contexts of the file, and local.')
      .addOption(outputOption())
      .action((options: { output: Format }, self: Command) => list(cli, self, options.output)),
    [{ line: 'context list', does: 'the one that commands go to is marked' }],
  );
  withExamples(
    context
      .command('use')
      .description(
        'Makes a context the one that commands go to where neither flags nor environment say another.',
      )
      .argument('<NAME>', 'a context of the file, or local')
      .action((name: string, _: object, self: Command) => use(cli, self, name)),
    [{ line: 'context use local', does: 'the world of npm start -- --serve in this clone' }],
  );
  withExamples(
    context
      .command('show')
      .description('The context that commands go to, and what said so. Shows no token.')
      .argument('[NAME]', 'another context')
      .addOption(outputOption())
      .action(async (name: string | undefined, { output }: { output: Format }, self: Command) => {
        const flags = self.optsWithGlobals<PlaceFlags>();
        const chosen =
          name === undefined
            ? await chosenContext(cli, self)
            : await chooseContext({ config: flags.config, context: name }, cli.terminal);
        const { access: _, ...context } = chosen.context;
        const shown = { name: chosen.name, from: chosen.from, ...context, access: chosen.access };
        show(cli.terminal, output, shown, yamlText);
      }),
    [{ line: 'context show', does: 'where a command would go to now' }],
  );
}

async function list(cli: Cli, self: Command, output: Format): Promise<void> {
  const flags = self.optsWithGlobals<PlaceFlags>();
  const file = contextsFile(flags.config, cli.terminal.env);
  const { contexts, current = LOCAL } = await readContexts(file);
  const named = cli.terminal.env.SHOOT_DUALSTACK_CONTEXT || undefined;
  const chosen = flags.context ?? named ?? current;
  const all: readonly (readonly [string, Context | undefined])[] = [
    ...(LOCAL in contexts ? [] : [[LOCAL, undefined] as const]),
    ...Object.entries(contexts),
  ];
  const listed = all.map(([name, context]) => ({
    name,
    current: name === chosen,
    kind: context?.kind ?? 'api',
    place: context === undefined ? 'npm start -- --serve' : placeOf(context),
  }));
  show(cli.terminal, output, { file, contexts: listed }, ({ contexts: shown }) => {
    const rows = shown.map(({ name, kind, place, ...each }) => [each.current ? '*' : '', name, kind, place]);
    const columns = [
      { heading: 'CURRENT' },
      { heading: 'NAME' },
      { heading: 'KIND' },
      { heading: 'PLACE', least: 20 },
    ];
    return table(columns, rows, lookOf(cli, output).width);
  });
}

async function use(cli: Cli, self: Command, name: string): Promise<void> {
  const file = contextsFile(self.optsWithGlobals<PlaceFlags>().config, cli.terminal.env);
  const { contexts } = await readContexts(file);
  const known = [LOCAL, ...Object.keys(contexts)];
  if (!known.includes(name)) {
    throw new CommandError('notFound', `There is no context ${name} in ${file}.${didYouMean(name, known)}`);
  }
  await writeCurrent(file, name);
  cli.terminal.out(`Commands go to ${name} from now on (${file}).\n`);
}

function placeOf(context: Context): string {
  return context.kind === 'api' ? context.status : `project ${context.project}`;
}
