import type { Command } from 'commander';
import { type Cli, lookOf, outputOption, withExamples, withOperations } from '../cli.ts';
import type { Format } from '../output/formats.ts';
import { nodesText } from '../output/nodes.ts';
import { show } from '../output/show.ts';
import { findMigration, SHOOT_ARGUMENT } from '../shoot/find.ts';

export function addNodes(program: Command, cli: Cli): void {
  const command = program
    .command('nodes')
    .description('What leads packets to the pods of each node: a route, an alias IP range, both, nothing.')
    .argument('<SHOOT>', SHOOT_ARGUMENT)
    .option('--live', 'as cloud and cluster show them now, and not as the records say')
    .addOption(outputOption())
    .action((shoot: string, options: { live?: boolean; output: Format }, self: Command) =>
      withOperations(cli, self, async (operations) => {
        const { id } = await findMigration(operations, shoot);
        const view = await operations.nodes(id, options.live === true);
        const { output } = options;
        show(cli.terminal, output, view, (seen) => nodesText(seen, lookOf(cli, output)));
      }),
    );
  withExamples(command, [
    { line: 'nodes garden-core/api', does: 'as the records of the step migrate-routes say' },
    { line: 'nodes garden-core/api --live -o wide', does: 'as they are now, with pool and readiness' },
  ]);
}
