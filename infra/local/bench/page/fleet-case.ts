import type { Browser } from 'playwright-core';
import { countPhases, type FleetRow } from '../../../../shared/view/index.ts';
import { exampleFleet } from './example-fleet.ts';
import { type PageFigures, spreadOf, type Update } from './figures.ts';
import { mainThreadOf, type Opened, open } from './measure.ts';
import { StandIn } from './stand-in.ts';

/** As many shoots as may change between two looks in a large fleet. */
const BATCH = 10;

/** The page of a fleet of so many shoots; every update beside making all rows anew. */
export async function fleetCase(browser: Browser, count: number, runs: number): Promise<PageFigures> {
  const api = new StandIn({ rows: exampleFleet(count, Date.now()) });
  await api.start();
  try {
    const complete = `document.querySelectorAll('.rows > .row .shoot').length === ${count}`;
    const { opening, opened } = await open(browser, `fleet, ${count} shoots`, `${api.url}/#/`, {
      runs,
      complete,
    });
    const updates = [
      await measure(
        `${Math.min(BATCH, count)} of ${count} shoots change`,
        opened,
        api,
        Math.min(BATCH, count),
        runs,
      ),
      await measure(`all ${count} shoots change`, opened, api, count, runs),
      await measureNaive(`reference: all ${count} rows made anew`, opened, api.shown.rows, runs),
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
    const mark = `${what}, ${run}`;
    const rows = api.shown.rows.map((row, index) => (index < changed ? told(row, mark) : row));
    api.shown.rows = rows;
    const act = async () =>
      await api.news('fleet', {
        at: new Date().toISOString(),
        whole: false,
        total: rows.length,
        counts: countPhases(rows),
        rows: rows.slice(0, changed),
        gone: [],
        unreadable: [],
      });
    const done = `[...document.querySelectorAll('.row .message')].filter((each) => each.textContent === ${JSON.stringify(mark)}).length === ${changed}`;
    const took = await mainThreadOf(opened, act, done);
    if (run > 0) times.push(took);
  }
  return { what, mainThread: spreadOf(times), reference: false };
}

function told(row: FleetRow, message: string): FleetRow {
  return { ...row, why: { reason: 'OutsideMaintenanceWindow', message } };
}

/** A table that is written again with every news. */
async function measureNaive(
  what: string,
  opened: Opened,
  rows: readonly FleetRow[],
  runs: number,
): Promise<Update> {
  await opened.page.evaluate(`
    window.makeAnew = (text) => {
      const body = document.createElement('tbody');
      body.append(...JSON.parse(text).map((row) => {
        const line = document.createElement('tr');
        const texts = [row.phase, row.shoot, row.project + ' ' + row.region, row.step, row.why?.message, row.why?.remedy, row.constraint?.type, row.constraint?.status, row.since];
        line.append(...texts.map((text) => Object.assign(document.createElement('td'), { textContent: text ?? '' })));
        return line;
      }));
      const table = document.createElement('table');
      table.append(body);
      document.querySelector('main').replaceChildren(table);
      window.madeAnew = (window.madeAnew ?? 0) + 1;
    };
  `);
  const text = JSON.stringify(JSON.stringify(rows));
  const times: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const act = async () => void (await opened.page.evaluate(`makeAnew(${text})`));
    const took = await mainThreadOf(opened, act, `window.madeAnew > ${run}`);
    if (run > 0) times.push(took);
  }
  return { what, mainThread: spreadOf(times), reference: true };
}
