import { interruption } from '../interruption.ts';
import { CommandLineEnd } from '../options.ts';
import { CONDITIONS } from './conditions.ts';
import type { Figures } from './figures.ts';
import { type BenchOptions, benchOptions, casesOf } from './options.ts';
import { writePage } from './page.ts';
import { runCase } from './run-case.ts';
import { textTable, unfinished } from './table.ts';
import { verdictsOn } from './targets.ts';

process.exitCode = await main(process.argv.slice(2));

/** `npm run bench`: every case one after the other, then a table or a line of JSON. Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const interrupted = interruption();
  try {
    const options = benchOptions(args);
    const all = await measureAll(options, interrupted);
    const report = { conditions: CONDITIONS, seed: options.seed, cases: all, targets: verdictsOn(all) };
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `${reportText(all)}\n`);
    if (options.writeDocs) for (const file of writePage(all, options)) say(`wrote ${file}`);
    return 0;
  } catch (error) {
    if (error instanceof CommandLineEnd) return error.exitCode;
    if (interrupted.aborted) {
      say('interrupted');
      return 130;
    }
    say(`error: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
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
  const verdicts = verdictsOn(all).map(({ target, measured, reached }) => {
    return `${reached ? 'reached    ' : 'NOT reached'}  ${target}: ${measured}`;
  });
  const blocks = [[textTable(all)], unfinished(all), verdicts, [...CONDITIONS]];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
