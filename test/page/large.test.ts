import { expect, test } from 'vitest';
import { exampleFleet, exampleRow } from '../../infra/local/bench/page/example-fleet.ts';
import { exampleCell } from '../../infra/local/bench/page/example-migration.ts';
import { countPhases } from '../../shared/view/index.ts';
import { openPage, PATIENTLY, screenshot, useChromium } from './chromium.ts';
import { oneMigration, standIn } from './standing-in.ts';

useChromium();

const NODES = 5_000;
const SHOOTS = 1_000;
const PATIENCE = 120_000;

test(
  '5,000 nodes are a cell each, in three zones, and an update touches only the cells that it is about',
  async () => {
    const { shown, place } = oneMigration('running', { nodes: NODES });
    const api = await standIn(shown);
    const page = await openPage(`${api.url}${place}`);
    const cells = page.locator('.cells > .cell');
    await page.locator('.legend li', { hasText: '3,334 route' }).waitFor();
    expect(await cells.count()).toBe(NODES);
    expect(await page.locator('.zone').count()).toBe(3);
    expect(await page.locator('.grid').getAttribute('data-density')).toBe('small');

    await page.evaluate(`
    window.touched = new Set();
    new MutationObserver((all) => all.forEach(({ target }) => target.matches('.cell') && touched.add(target.getAttribute('aria-label').split(':')[0])))
      .observe(document.querySelector('.grid'), { subtree: true, childList: true, attributes: true, attributeFilter: ['data-carrier', 'data-presence'] });
    window.first = document.querySelector('.cells > .cell');
  `);
    const moved = [4_000, 4_001, 4_002].map((index) => exampleCell(index, 'alias'));
    for (const cell of moved)
      api.shown.cells[api.shown.cells.findIndex(({ name }) => name === cell.name)] = cell;
    await api.news('nodes', { ...api.nodes(), whole: false, cells: moved, gone: [] });
    await page.locator('.legend li', { hasText: '3 alias' }).waitFor();
    expect(await page.evaluate('[...touched].sort()')).toEqual(moved.map(({ name }) => name).sort());

    // The same again as a whole, after a stream that was broken: nothing is made anew.
    api.shown.cells = api.shown.cells.slice(0, -1);
    await api.news('nodes', { ...api.nodes(), whole: true, cells: api.shown.cells, gone: [] });
    await expect.poll(async () => await cells.count(), PATIENTLY).toBe(NODES - 1);
    expect(await page.evaluate('first.isConnected && touched.size')).toBe(3);
    await screenshot(page, 'nodes-5000');
  },
  PATIENCE,
);

test(
  '1,000 shoots are listed blocked first, are counted, filtered and found, and an update touches one row',
  async () => {
    const now = Date.now();
    const api = await standIn({ rows: exampleFleet(SHOOTS, now) });
    const page = await openPage(`${api.url}/`, { colorScheme: 'light' });
    const rows = page.locator('.rows > .row');
    await expect.poll(async () => await rows.count(), PATIENTLY).toBe(SHOOTS);
    await screenshot(page, 'fleet', 'fleet-light');
    const phases = await page.evaluate<string[]>(
      '[...document.querySelectorAll(".rows > .row")].map((row) => row.dataset.phase)',
    );
    expect([...new Set(phases)].join()).toBe('blocked,running,going back,planning,waiting,paused,succeeded');
    expect(phases.filter((phase) => phase === 'blocked')).toHaveLength(countPhases(api.shown.rows).blocked);

    const blocked = page.getByRole('button', { name: '4 blocked' });
    await blocked.click();
    expect(await rows.count()).toBe(4);
    expect(await blocked.getAttribute('aria-pressed')).toBe('true');
    expect(page.url()).toContain('phase=blocked');
    await page.getByRole('searchbox').fill('BATCH-001 asia');
    expect(await rows.count()).toBe(1);
    await page.getByRole('searchbox').fill('nobody');
    await page.getByRole('link', { name: 'Show all' }).click();
    await expect.poll(async () => await rows.count(), PATIENTLY).toBe(SHOOTS);

    const [first] = api.shown.rows;
    if (first === undefined) throw new Error('no row');
    await page.evaluate(`
    window.changed = new Set();
    new MutationObserver((all) => all.forEach(({ target }) => {
      const row = target.closest?.('.row[data-id]');
      if (row && !target.closest('time')) changed.add(row.dataset.id);
    })).observe(document.querySelector('.rows'), { subtree: true, childList: true });
  `);
    api.shown.rows[0] = { ...exampleRow(0, now, 'blocked'), id: first.id, shoot: first.shoot };
    const counts = countPhases(api.shown.rows);
    const at = new Date().toISOString();
    await api.news('fleet', {
      at,
      whole: false,
      total: SHOOTS,
      counts,
      rows: api.shown.rows.slice(0, 1),
      gone: [],
      unreadable: [],
    });
    await page.getByRole('button', { name: '5 blocked' }).waitFor();
    await page.locator(`.row[data-id="${first.id}"][data-phase="blocked"]`).waitFor();
    expect(await page.evaluate('[...changed]')).toEqual([first.id]);
  },
  PATIENCE,
);

test(
  'nodes that left by the thousand are hidden until they are asked for',
  async () => {
    const { shown, place } = oneMigration('running', { nodes: 1_200 });
    const cells = (shown.cells ?? []).map((cell, index) =>
      index < 600 ? { ...cell, presence: 'left' as const } : cell,
    );
    const api = await standIn({ ...shown, cells });
    const page = await openPage(`${api.url}${place}`);
    const left = page.getByRole('button', { name: '600 left' });
    await left.waitFor();
    const one = page.locator('.cells > .cell[data-presence="left"]').first();
    expect(await one.isVisible()).toBe(false);
    await left.click();
    expect(await one.isVisible()).toBe(true);
  },
  PATIENCE,
);
