import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lossChart } from './chart/chart.ts';
import { CONDITIONS } from './conditions.ts';
import type { Figures } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { markdownTable, unfinished } from './table.ts';
import { verdictsOn } from './targets.ts';

const DOCS = new URL('../../../docs/', import.meta.url);
const CHART = 'route-migration.svg';

/** Writes the page for operators and its chart from the figures just measured. Returns the files' paths. */
export function writePage(all: readonly Figures[], { seed }: Pick<BenchOptions, 'seed'>): readonly string[] {
  mkdirSync(DOCS, { recursive: true });
  const files = [
    { name: CHART, content: lossChart(all) },
    { name: 'route-migration.md', content: page(all, seed) },
  ];
  return files.map(({ name, content }) => {
    const file = fileURLToPath(new URL(name, DOCS));
    writeFileSync(file, content);
    return file;
  });
}

function page(all: readonly Figures[], seed: number): string {
  return `# What the route migration does to pod traffic

<!-- Written by \`npm run bench -- --write-docs\`; change the text in infra/local/bench/page.ts. -->

Before the migration a VPC route per node carries its pods' traffic. Afterwards an alias IP range on the node's network
interface does. Between the two lies the only part of the migration in which pod traffic could be lost. The plan names the
strategy, and why, before anything is touched (\`npm start -- --plan-only\`).

| strategy | what happens | pod traffic | what it takes |
| --- | --- | --- | --- |
| \`overlap\` | Every node gets its alias while its route still stands, and each alias is read back. Then the routes go: one alone, the rest in batches, a look at the nodes after each. | Not interrupted: there is always one of the two, and both lead to the same node. | A hybrid subnet. Google's advice for it ends at 130 instances and 300 routes in the network; beyond that the plan warns. |
| \`rollover\` | A free block of the pod range becomes the alias range. Nodes are replaced as in any rollout of workers; a route goes when its node is gone. | Not interrupted for a running node. Pods move once, as their node is drained. | Free blocks in the pod range, and a rollout of all nodes. |
| \`cutover\` | All routes go at once, the range is added, all nodes get their aliases side by side. Everything that need not be in the gap is done before. | Lost between all nodes for the length of the gap, which grows with the cluster: see *longest gap* below. | An operator who said \`acknowledgeTrafficLoss\`. |

If the network does not do what \`overlap\` relies on, the still unused range comes off again and the migration goes on as
\`rollover\`. A node that is not reached after its route was deleted gets it back, and the migration stops with a reason.

## Lost traffic over the size of the cluster

![Lost node-seconds over the number of nodes, for each strategy and for Gardener's order](${CHART})

*Gardener's order* is the reference: a model of what its provider extension does today. It deletes all routes, changes the
subnet, then adds aliases one node after the other, and looks at operations every ten seconds. A node-second is lost when
packets to a live node's pod range do not arrive for one second. At sizes at which the quotas keep the reference from its
end, it is shown without quotas as well (\`gardener-unlimited\`).${hollow(all)}

## Figures

${markdownTable(all)}

Seconds are simulated. *lower bound* is the time of the calls that no order can avoid which keeps the strategy's rules, and
*of it waiting* the part that is prescribed waiting. *with rollout* counts the replacement of all nodes. *runs* are runs of
functions up to the end of the route migration; of the reference, its attempts.
${section('Cases that did not come to their end', unfinished(all))}${section(
  'What was to be reached',
  verdictsOn(all).map(
    ({ target, measured, reached }) => `${reached ? 'Reached' : '**Not reached**'}: ${target} (${measured}).`,
  ),
)}
Measured with seed ${seed}; again: \`npm run bench\`. All cases have the same conditions; the latencies are estimates, since
Google publishes none:

${CONDITIONS.map((line) => `- ${line}`).join('\n')}
`;
}

function hollow(all: readonly Figures[]): string {
  if (unfinished(all).length === 0) return '';
  return ' A hollow\npoint is a case that did not come to its end: it shows what its attempts cost, and they got nowhere.';
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `\n## ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}\n`;
}
