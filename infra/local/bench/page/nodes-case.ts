import type { Browser } from 'playwright-core';
import type { NodeCell } from '../../../../shared/view/index.ts';
import { exampleRow } from './example-fleet.ts';
import { exampleCell, exampleCells, exampleHistory, exampleMigration } from './example-migration.ts';
import { type PageFigures, spreadOf, type Update } from './figures.ts';
import { mainThreadOf, type Opened, open, until } from './measure.ts';
import { StandIn } from './stand-in.ts';

/** As many as a batch of deletions changes at once, and as nobody will ever see. */
const BATCH = 50;
const TURNS = ['alias', 'route'] as const;

/** The page of a migration with so many nodes; every update beside making all cells anew. */
export async function nodesCase(browser: Browser, count: number, runs: number): Promise<PageFigures> {
  const now = Date.now();
  const row = exampleRow(0, now, 'running');
  const api = new StandIn({
    rows: [row],
    migration: exampleMigration(row, 40),
    history: exampleHistory(40, now),
    cells: exampleCells(count),
  });
  await api.start();
  try {
    const url = `${api.url}/#/migrations/${row.id}`;
    const complete = `document.getElementsByClassName('cells').length > 0 && document.querySelectorAll('.cells > .cell').length === ${count}`;
    const { opening, opened } = await open(browser, `migration, ${count} nodes`, url, { runs, complete });
    const updates = [
      await measure(
        `${Math.min(BATCH, count)} of ${count} nodes change`,
        opened,
        api,
        Math.min(BATCH, count),
        runs,
      ),
      await measure(`all ${count} nodes change`, opened, api, count, runs),
      await measureNaive(`reference: all ${count} cells made anew`, opened, api.shown.cells, runs),
    ];
    await opened.page.context().close();
    return { openings: [opening], updates };
  } finally {
    await api.stop();
  }
}

async function measure(
  what: string,
  opened: Opened,
  api: StandIn,
  changed: number,
  runs: number,
): Promise<Update> {
  const times: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const carrier = TURNS[run % TURNS.length] ?? 'alias';
    const cells = Array.from({ length: changed }, (_, index) => exampleCell(index, carrier));
    api.shown.cells = [...cells, ...api.shown.cells.slice(changed)];
    const act = async () => await api.news('nodes', { ...api.nodes(), whole: false, cells, gone: [] });
    const done = `document.querySelectorAll('.cells > .cell[data-carrier="${carrier}"]').length ${carrier === 'alias' ? `>= ${changed}` : `=== ${api.shown.cells.length}`}`;
    const took = await mainThreadOf(opened, act, done);
    if (run > 0) times.push(took);
    // What flashes has to be over, or the next one would be charged for it.
    await until(opened.page, "document.querySelector('.moved') === null");
  }
  // Back to where it began, also after an even number of turns.
  const cells = api.shown.cells.map((_, index) => exampleCell(index, 'route'));
  api.shown.cells = cells;
  await api.news('nodes', { ...api.nodes(), whole: true, cells, gone: [] });
  await until(
    opened.page,
    `document.querySelectorAll('.cells > .cell[data-carrier="route"]').length === ${cells.length}`,
  );
  await until(opened.page, "document.querySelector('.moved') === null");
  return { what, mainThread: spreadOf(times), reference: false };
}

/** The simplest thing that works: all of it comes again, and all of it is made again. */
async function measureNaive(
  what: string,
  opened: Opened,
  cells: readonly NodeCell[],
  runs: number,
): Promise<Update> {
  await opened.page.evaluate(`
    window.makeAnew = (text) => {
      const box = document.querySelector('.grid');
      box.replaceChildren(...JSON.parse(text).map((cell) => {
        const made = document.createElement('div');
        made.className = 'cell';
        made.dataset.carrier = cell.carrier;
        made.dataset.presence = cell.presence;
        made.setAttribute('aria-label', cell.name + ': ' + cell.carrier);
        return made;
      }));
      box.className = 'grid cells';
      window.madeAnew = (window.madeAnew ?? 0) + 1;
    };
  `);
  const text = JSON.stringify(JSON.stringify(cells));
  const times: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const act = async () => await opened.page.evaluate(`makeAnew(${text})`);
    const took = await mainThreadOf(opened, async () => void (await act()), `window.madeAnew > ${run}`);
    if (run > 0) times.push(took);
  }
  return { what, mainThread: spreadOf(times), reference: true };
}
