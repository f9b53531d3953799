import { availableParallelism, loadavg } from 'node:os';
import { runCommand } from '../../run-command.ts';
import { verdictLines } from '../verdict.ts';
import { launchChromium } from './browser.ts';
import { emptyCase } from './empty-case.ts';
import type { PageFigures } from './figures.ts';
import { fleetCase } from './fleet-case.ts';
import { nodesCase } from './nodes-case.ts';
import { type PageBenchOptions, pageBenchOptions } from './options.ts';
import { textTable, verdictsOn } from './table.ts';

await runCommand(main);

/** `npm run bench:page`: the page in a real Chromium, beside the simplest thing that works. Returns the exit code. */
async function main(args: readonly string[], interrupted: AbortSignal): Promise<number> {
  const options = pageBenchOptions(args);
  const [load = 0] = loadavg();
  const browser = await launchChromium();
  const end = () => void browser.close();
  interrupted.addEventListener('abort', end, { once: true });
  try {
    const conditions = [
      `Chromium ${browser.version()}, headless, ${availableParallelism()} cores, load ${load.toFixed(1)} before it began`,
      `${options.runs} loads with an empty cache and ${options.runs} updates of each kind, after one that is not counted; median (least–most)`,
      'update: time that the main thread’s tasks took from the event to the second frame after it, script, style, layout and paint together',
    ];
    const figures = await measureAll(browser, options);
    const report = { conditions, ...figures, targets: verdictsOn(figures) };
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : text(figures, conditions));
  } finally {
    interrupted.removeEventListener('abort', end);
    await browser.close();
  }
  return 0;
}

async function measureAll(
  browser: Awaited<ReturnType<typeof launchChromium>>,
  { nodes, shoots, runs }: PageBenchOptions,
): Promise<PageFigures> {
  say('a page of one word …');
  const empty = await emptyCase(browser, runs);
  say(`a migration with ${nodes} nodes …`);
  const migration = await nodesCase(browser, nodes, runs);
  say(`a fleet of ${shoots} shoots …`);
  const fleet = await fleetCase(browser, shoots, runs);
  return {
    openings: [empty, ...migration.openings, ...fleet.openings],
    updates: [...migration.updates, ...fleet.updates],
  };
}

function text(figures: PageFigures, conditions: readonly string[]): string {
  const verdicts = verdictLines(verdictsOn(figures));
  return `${[textTable(figures), verdicts.join('\n'), conditions.join('\n')].join('\n\n')}\n`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
