import type { Browser } from 'playwright-core';
import { countPhases, type FleetRow } from '../../../../shared/view/index.ts';
import { exampleFleet } from './example-fleet.ts';
import type { PageFigures, Update } from './figures.ts';
import { mainThreadOf, type Opened } from './measure.ts';
import { pageCase, updateOf } from './page-case.ts';
import { StandIn } from './stand-in.ts';

/** As many shoots as may change between two looks in a large fleet. */
const BATCH = 10;

/** The page of a fleet of so many shoots; every update beside making all rows anew. */
export async function fleetCase(browser: Browser, count: number, runs: number): Promise<PageFigures> {
  const api = new StandIn({ rows: exampleFleet(count, Date.now()) });
  const plan = {
    page: 'fleet',
    count,
    what: 'shoots',
    batch: BATCH,
    address: '/#/',
    complete: `document.querySelectorAll('.rows > .row .shoot').length === ${count}`,
    change: (opened: Opened, what: string, changed: number) => change(opened, api, { what, changed, runs }),
    naive: { made: 'rows', items: () => api.shown.rows, script: TABLE_ANEW },
  };
  return await pageCase(browser, api, plan, runs);
}

async function change(
  opened: Opened,
  api: StandIn,
  { what, changed, runs }: { readonly what: string; readonly changed: number; readonly runs: number },
): Promise<Update> {
  return await updateOf(what, runs, async (run) => {
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
    return await mainThreadOf(opened, act, done);
  });
}

function told(row: FleetRow, message: string): FleetRow {
  return { ...row, why: { reason: 'OutsideMaintenanceWindow', message } };
}

/** A table that is written again with every news. */
const TABLE_ANEW = `
  const body = document.createElement('tbody');
  body.append(...items.map((row) => {
    const line = document.createElement('tr');
    const texts = [row.phase, row.shoot, row.project + ' ' + row.region, row.step, row.why?.message, row.why?.remedy, row.constraint?.type, row.constraint?.status, row.since];
    line.append(...texts.map((text) => Object.assign(document.createElement('td'), { textContent: text ?? '' })));
    return line;
  }));
  const table = document.createElement('table');
  table.append(body);
  document.querySelector('main').replaceChildren(table);
`;
