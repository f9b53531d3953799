import { runCommand } from '../run-command.ts';
import { CONDITIONS } from './conditions.ts';
import type { Figures } from './figures.ts';
import { type BenchOptions, benchOptions, casesOf } from './options.ts';
import { writePage } from './page.ts';
import { runCase } from './run-case.ts';
import { textTable, unfinished } from './table.ts';
import { verdictsOn } from './targets.ts';
import { verdictLines } from './verdict.ts';

await runCommand(main);

/** `npm run bench`: every case one after the other, then a table or a line of JSON. Returns the exit code. */
async function main(args: readonly string[], interrupted: AbortSignal): Promise<number> {
  const options = benchOptions(args);
  const all = await measureAll(options, interrupted);
  const report = { conditions: CONDITIONS, seed: options.seed, cases: all, targets: verdictsOn(all) };
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `${reportText(all)}\n`);
  if (options.writeDocs) for (const file of writePage(all, options)) say(`wrote ${file}`);
  return 0;
}

/** One at a time: a machine that is shared between cases would make none of their costs comparable. */
async function measureAll(options: BenchOptions, signal: AbortSignal): Promise<readonly Figures[]> {
  const all: Figures[] = [];
  const cases = casesOf(options);
  for (const [index, benchCase] of cases.entries()) {
    const { strategy, nodes } = benchCase;
    say(`${index + 1}/${cases.length}: ${strategy}, ${nodes} nodes …`);
    const figures = await runCase(benchCase, signal);
    const lost = `${figures.lostNodeSeconds.toFixed(0)} lost node-seconds`;
    say(`  ${figures.outcome}, ${lost}, ${figures.wallSeconds.toFixed(1)} s of the wall`);
    all.push(figures);
  }
  return all;
}

function reportText(all: readonly Figures[]): string {
  const verdicts = verdictLines(verdictsOn(all));
  const blocks = [[textTable(all)], unfinished(all), verdicts, CONDITIONS];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
