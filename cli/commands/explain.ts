import type { Command } from 'commander';
import { EXPLANATIONS, type Explanation, explain } from '../../shared/explain/index.ts';
import { type Cli, lookOf, outputOption, withExamples } from '../cli.ts';
import { CommandError } from '../exit-codes.ts';
import type { Format } from '../output/formats.ts';
import { show } from '../output/show.ts';
import { table } from '../output/table.ts';
import { fields } from '../output/text.ts';
import { didYouMean } from '../shoot/near.ts';

export function addExplain(program: Command, cli: Cli): void {
  const command = program
    .command('explain')
    .description('What a reason means, what to do about it and where it comes from. Asks nobody.')
    .argument('[REASON]', 'as status, history and findings show it; without one all are listed')
    .addOption(outputOption())
    .action((reason: string | undefined, { output }: { output: Format }) => {
      const reasons = reason === undefined ? EXPLANATIONS : named(reason);
      const { width, wide } = lookOf(cli, output);
      show(cli.terminal, output, { reasons }, () =>
        reason === undefined ? listed(reasons, wide ? undefined : width) : told(reasons, width),
      );
    });
  withExamples(command, [
    { line: 'explain NodesRolling', does: 'one reason' },
    { line: 'explain -o wide', does: 'all of them, each with its sentence' },
  ]);
}

/** Upper and lower case do not matter to whoever types. @throws CommandError with names that are near */
function named(reason: string): readonly Explanation[] {
  const names = EXPLANATIONS.map(({ name }) => name);
  const name = names.find((each) => each.toLowerCase() === reason.toLowerCase());
  if (name !== undefined) return explain(name);
  throw new CommandError(
    'notFound',
    `There is no reason ${reason.slice(0, 60)}.${didYouMean(reason, names)}`,
  );
}

function told(reasons: readonly Explanation[], width: number | undefined): string {
  return reasons
    .map(({ name, part, sentence, whatToDo, source }) =>
      fields(
        [
          ['reason', name],
          ['given by', part],
          ['means', sentence],
          [
            'to do',
            whatToDo ?? 'As a rule nothing; where a migration is blocked by it, `status` says what to do.',
          ],
          ['source', source ?? 'shoot-dualstack’s own'],
        ],
        width,
      ),
    )
    .join('\n');
}

function listed(reasons: readonly Explanation[], width: number | undefined): string {
  const rows = reasons.map(({ name, part, sentence }) => [name, part, sentence]);
  return table(
    [{ heading: 'REASON' }, { heading: 'GIVEN BY' }, { heading: 'MEANS', least: 20 }],
    rows,
    width,
  );
}
