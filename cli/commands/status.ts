import type { Command } from 'commander';
import type { FleetRow, FleetView, MigrationView } from '../../shared/view/index.ts';
import { type Cli, lookOf, outputOption, withExamples, withOperations } from '../cli.ts';
import type { Operations } from '../operations/operations.ts';
import { fleetText } from '../output/fleet.ts';
import { type Format, jsonLine, yamlText } from '../output/formats.ts';
import { migrationText } from '../output/migration.ts';
import { phaseText, progressText, stepText } from '../output/phase.ts';
import { screenOn } from '../output/screen.ts';
import { show } from '../output/show.ts';
import { plain } from '../output/text.ts';
import { findMigration, SHOOT_ARGUMENT } from '../shoot/find.ts';
import { watch } from '../watch.ts';

interface StatusOptions {
  readonly output: Format;
  readonly watch?: boolean;
}

export function addStatus(program: Command, cli: Cli): void {
  const command = program
    .command('status')
    .description('How the migrations stand: of all shoots, or of one. Ends with 4 where that one is blocked.')
    .argument('[SHOOT]', SHOOT_ARGUMENT)
    .option(
      '-w, --watch',
      'go on until it is over or blocked, or until Ctrl-C; without a terminal a line per change',
    )
    .addOption(outputOption())
    .action((shoot: string | undefined, options: StatusOptions, self: Command) =>
      withOperations(cli, self, async (operations) => {
        if (shoot === undefined) await showFleet(cli, operations, options);
        else await showMigration(cli, operations, shoot, options);
      }),
    );
  withExamples(command, [
    { line: 'status', does: 'all shoots, those that need you first' },
    { line: 'status -o wide', does: 'with strategy, constraint, project and what is waited for in words' },
    { line: 'status garden-core/api', does: 'one shoot: its steps, its constraints, why it stands so' },
    { line: 'status api -o json', does: 'for a script; a name alone will do where only one shoot has it' },
    { line: 'status garden-core/api --watch', does: 'until it is over' },
  ]);
}

async function showFleet(cli: Cli, operations: Operations, { output, watch: watching }: StatusOptions) {
  const look = () => operations.fleet();
  const text = (view: FleetView) => fleetText(view, lookOf(cli, output));
  if (!watching) {
    show(cli.terminal, output, await look(), text);
    return;
  }
  await watchChanges(cli, output, look, {
    text,
    lines: (view) => new Map(view.rows.map((row) => [row.id, lineOf(row, output)])),
    isOver: () => false,
  });
}

async function showMigration(
  cli: Cli,
  operations: Operations,
  shoot: string,
  { output, watch: watching }: StatusOptions,
) {
  const first = await findMigration(operations, shoot);
  const text = (view: MigrationView) => migrationText(view, lookOf(cli, output));
  let last = first;
  if (!watching) show(cli.terminal, output, first, text);
  else {
    const look = async () => (await operations.migration(first.id)) ?? last;
    await watchChanges(cli, output, look, {
      text,
      lines: (view) => new Map([[view.id, lineOf(view, output)]]),
      isOver: (view) => {
        last = view;
        return view.finishedAt !== undefined || view.phase === 'blocked';
      },
    });
  }
  if (last.phase === 'blocked') cli.ending = 'blocked';
}

interface Watched<View> {
  readonly text: (view: View) => string;
  /** What is said of each shoot where there is no terminal. */
  readonly lines: (view: View) => ReadonlyMap<string, string>;
  readonly isOver: (view: View) => boolean;
}

/** A picture that is drawn anew in a terminal; else what has changed, line by line. */
async function watchChanges<View extends object>(
  { terminal }: Cli,
  output: Format,
  look: () => Promise<View>,
  { text, lines, isOver }: Watched<View>,
): Promise<void> {
  const screen = terminal.size() === undefined ? undefined : screenOn(terminal);
  const said = new Map<string, string>();
  let document = '';
  await watch(terminal, look, (view) => {
    if (output === 'json' || output === 'yaml') {
      // When it was looked at is no news.
      const present = JSON.stringify({ ...view, at: undefined });
      if (present !== document) terminal.out(output === 'json' ? jsonLine(view) : `---\n${yamlText(view)}`);
      document = present;
    } else if (screen !== undefined) {
      screen.show(text(view));
    } else {
      for (const [id, line] of lines(view)) {
        if (said.get(id) !== line) terminal.out(`${new Date(terminal.clock.now()).toISOString()}  ${line}\n`);
        said.set(id, line);
      }
    }
    return isOver(view);
  });
}

/** Who reads a log finds the words in the history; `wide`: here, too. */
function lineOf(row: FleetRow, output: Format): string {
  const why =
    row.why && (output === 'wide' ? `${row.why.reason}: ${plain(row.why.message)}` : row.why.reason);
  return [row.shoot, phaseText(row, (_, text) => text), stepText(row), progressText(row), why]
    .filter(Boolean)
    .join('  ');
}
