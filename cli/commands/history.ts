import type { Command } from 'commander';
import type { HistoryPage } from '../../shared/view/index.ts';
import { type Cli, lookOf, outputOption, withExamples, withOperations } from '../cli.ts';
import type { Operations } from '../operations/operations.ts';
import { type Format, jsonLine, yamlText } from '../output/formats.ts';
import { historyText } from '../output/history.ts';
import { show } from '../output/show.ts';
import { findMigration, SHOOT_ARGUMENT } from '../shoot/find.ts';
import { watch } from '../watch.ts';
import { numberBetween } from './numbers.ts';

interface HistoryOptions {
  readonly output: Format;
  readonly follow?: boolean;
  readonly tail?: number;
}

/** The API’s most. */
const PAGE = 500;

export function addHistory(program: Command, cli: Cli): void {
  const command = program
    .command('history')
    .description('What was decided and done, by what and by whom, oldest first.')
    .argument('<SHOOT>', SHOOT_ARGUMENT)
    .option('-f, --follow', 'go on with what comes, until the migration is over or Ctrl-C')
    .option('--tail <number>', 'only so many of the latest entries', numberBetween(0, 999_999))
    .addOption(outputOption())
    .action((shoot: string, options: HistoryOptions, self: Command) =>
      withOperations(cli, self, async (operations) => {
        const { id, historyLength } = await findMigration(operations, shoot);
        const after = options.tail === undefined ? -1 : Math.max(-1, historyLength - 1 - options.tail);
        if (options.follow) await follow(cli, operations, id, { ...options, after });
        else showPage(cli, await wholePage(operations, id, after), options.output);
      }),
    );
  withExamples(command, [
    { line: 'history garden-core/api', does: 'all of it' },
    { line: 'history garden-core/api --tail 10', does: 'the latest ten entries' },
    { line: 'history garden-core/api --follow', does: 'and what comes, until the migration is over' },
  ]);
}

/** All entries after `after`, as one page of the API. */
async function wholePage(operations: Operations, id: string, after: number): Promise<HistoryPage> {
  const pages: HistoryPage[] = [];
  for (let from: number | undefined = after; from !== undefined; from = pages.at(-1)?.next) {
    pages.push(await operations.history(id, { after: from, limit: PAGE }));
  }
  return {
    migration: id,
    entries: pages.flatMap(({ entries }) => entries),
    unreadable: pages.flatMap(({ unreadable }) => unreadable),
  };
}

async function follow(
  cli: Cli,
  operations: Operations,
  id: string,
  { after, output }: HistoryOptions & { readonly after: number },
): Promise<void> {
  let last = after;
  const look = async () => {
    // First whether it is over: what is written before that is seen then, too.
    const migration = await operations.migration(id);
    return { over: migration?.finishedAt !== undefined, page: await wholePage(operations, id, last) };
  };
  await watch(cli.terminal, look, ({ over, page }) => {
    const numbers = [...page.entries.map(({ n }) => n), ...page.unreadable];
    if (numbers.length > 0) {
      last = Math.max(last, ...numbers);
      if (output === 'json') cli.terminal.out(jsonLine(page));
      else if (output === 'yaml') cli.terminal.out(`---\n${yamlText(page)}`);
      else showPage(cli, page, output);
    }
    return over;
  });
}

function showPage(cli: Cli, page: HistoryPage, output: Format): void {
  const { terminal } = cli;
  const { width, paint, wide } = lookOf(cli, output);
  show(terminal, output, page, ({ entries }) =>
    entries.map((entry) => historyText(entry, width, paint, wide)).join(''),
  );
  if (page.unreadable.length > 0) {
    terminal.say(`Entries ${page.unreadable.join(', ')} cannot be read by this version.\n`);
  }
}
