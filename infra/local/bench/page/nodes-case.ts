import type { Browser } from 'playwright-core';
import { exampleRow } from './example-fleet.ts';
import { exampleCell, exampleCells, exampleHistory, exampleMigration } from './example-migration.ts';
import type { PageFigures, Update } from './figures.ts';
import { mainThreadOf, type Opened, until } from './measure.ts';
import { pageCase, updateOf } from './page-case.ts';
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
  const plan = {
    page: 'migration',
    count,
    what: 'nodes',
    batch: BATCH,
    address: `/#/migrations/${row.id}`,
    complete: `document.getElementsByClassName('cells').length > 0 && document.querySelectorAll('.cells > .cell').length === ${count}`,
    change: (opened: Opened, what: string, changed: number) => change(opened, api, { what, changed, runs }),
    naive: { made: 'cells', items: () => api.shown.cells, script: CELLS_ANEW },
  };
  return await pageCase(browser, api, plan, runs);
}

async function change(
  opened: Opened,
  api: StandIn,
  { what, changed, runs }: { readonly what: string; readonly changed: number; readonly runs: number },
): Promise<Update> {
  const update = await updateOf(what, runs, async (run) => {
    const carrier = TURNS[run % TURNS.length] ?? 'alias';
    const cells = Array.from({ length: changed }, (_, index) => exampleCell(index, carrier));
    api.shown.cells = [...cells, ...api.shown.cells.slice(changed)];
    const act = async () => await api.news('nodes', { ...api.nodes(), whole: false, cells, gone: [] });
    const done = `document.querySelectorAll('.cells > .cell[data-carrier="${carrier}"]').length ${carrier === 'alias' ? `>= ${changed}` : `=== ${api.shown.cells.length}`}`;
    const took = await mainThreadOf(opened, act, done);
    // What flashes has to be over, or the next one would be charged for it.
    await until(opened.page, "document.querySelector('.moved') === null");
    return took;
  });
  // Back to where it began, also after an even number of turns.
  const cells = api.shown.cells.map((_, index) => exampleCell(index, 'route'));
  api.shown.cells = cells;
  await api.news('nodes', { ...api.nodes(), whole: true, cells, gone: [] });
  await until(
    opened.page,
    `document.querySelectorAll('.cells > .cell[data-carrier="route"]').length === ${cells.length}`,
  );
  await until(opened.page, "document.querySelector('.moved') === null");
  return update;
}

const CELLS_ANEW = `
  const box = document.querySelector('.grid');
  box.replaceChildren(...items.map((cell) => {
    const made = document.createElement('div');
    made.className = 'cell';
    made.dataset.carrier = cell.carrier;
    made.dataset.presence = cell.presence;
    made.setAttribute('aria-label', cell.name + ': ' + cell.carrier);
    return made;
  }));
  box.className = 'grid cells';
`;
