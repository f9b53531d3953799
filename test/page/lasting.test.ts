import { expect, test } from 'vitest';
import { exampleFleet, exampleRow } from '../../infra/local/bench/page/example-fleet.ts';
import { countPhases } from '../../shared/view/index.ts';
import { openPage, PATIENTLY, useChromium } from './chromium.ts';
import { exampleRollout } from './example-rollout.ts';
import { oneMigration, standIn } from './standing-in.ts';

useChromium();

/** What a page asks when its stream is refused. */
const WHY = /\/api\/fleet\?limit=1$/;

test('who is on a link keeps it while news come, and hears that a migration is blocked although nodes move', async () => {
  const { shown, place, migration, row } = oneMigration('running');
  const api = await standIn(shown);
  const page = await openPage(`${api.url}${place}`);
  await page.locator('.cells > .cell').first().waitFor();
  await page.locator('#trail').getByRole('link', { name: 'Shoots' }).focus();
  const at = new Date().toISOString();
  await api.news('migration', { at, migration: { ...migration, phase: 'blocked' } });
  await api.news('nodes', { ...api.nodes(), whole: false, cells: [], gone: [] });
  await page.locator('.why[data-phase="blocked"]').waitFor();
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Shoots');
  const told = async () => await page.locator('#announcement').textContent();
  await expect.poll(told, PATIENTLY).toContain(`${row.shoot} is blocked`);
}, 120_000);

test('what is said of the cell that is pointed at is what carries its pods now', async () => {
  const { shown, place } = oneMigration('running', { nodes: 9 });
  const api = await standIn(shown);
  const page = await openPage(`${api.url}${place}`);
  const cell = api.shown.cells.find(({ carrier }) => carrier === 'route');
  if (cell === undefined) throw new Error('no node is carried by a route');
  await page.locator(`.cells > .cell[aria-label^="${cell.name}"]`).hover();
  const details = page.locator('#node-details');
  await details.getByText('a VPC route leads to its pods').waitFor();
  await api.news('nodes', {
    ...api.nodes(),
    whole: false,
    cells: [{ ...cell, carrier: 'alias' }],
    gone: [],
  });
  await details.getByText('an alias IP range on its network interface leads to its pods').waitFor();
}, 120_000);

test('what the viewer has unfolded stays so while news come', async () => {
  const api = await standIn({ rows: exampleFleet(20, Date.now()), rollout: exampleRollout() });
  const page = await openPage(`${api.url}/`);
  await page.locator('.rollout summary').click();
  const counts = { planning: 2, waiting: 479, refused: 3, in: 10, blocked: 0, done: 121, ledBack: 0 };
  await api.news('rollout', exampleRollout({ counts }));
  await page.locator('.rollout .counts', { hasText: '121 done' }).waitFor();
  expect(await page.locator('.rollout details').getAttribute('open')).not.toBe(null);
}, 120_000);

test('what was today has its day once midnight is over', async () => {
  const row = { ...exampleRow(0, Date.now(), 'blocked'), since: '2026-03-01T12:00:00.000Z' };
  const api = await standIn({ rows: [row] });
  const page = await openPage(`${api.url}/`, { timezoneId: 'UTC' });
  await page.locator('#connection[data-kind="live"]').waitFor();
  await page.getByRole('button', { name: '1 blocked' }).waitFor();
  const rows = [{ ...row, since: '2026-03-01T12:01:00.000Z' }];
  const counts = countPhases(rows);
  const at = '2026-03-01T23:59:58.500Z';
  await api.news('fleet', { at, whole: true, total: 1, counts, rows, gone: [], unreadable: [] });
  const shown = async () => await page.locator('.rows .clock time').textContent();
  await expect.poll(shown, PATIENTLY).toBe('1 Mar, 12:01');
}, 120_000);

test('a question whether it is meant goes with the view that asked it, and is not answered yes', async () => {
  const { shown, place } = oneMigration('running');
  const api = await standIn(shown);
  const page = await openPage(`${api.url}/`);
  await page.locator('.rows > .row').first().waitFor();
  await page.goto(`${api.url}${place}`);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('dialog').waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'Migrations to dual-stack' }).waitFor();
  await page.locator('dialog').waitFor({ state: 'detached' });
  expect(api.posted).toEqual([]);
}, 120_000);

test('why a stream is refused is not said on a view that was gone to meanwhile', async () => {
  const api = await standIn({ rows: [exampleRow(0, Date.now())] });
  const page = await openPage(api.url);
  await page.locator('.rows > .row').first().waitFor();
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  await page.route(/\/api\/events/, (route) => route.fulfill({ status: 403 }));
  await page.route(WHY, async (route) => {
    asked.resolve();
    await answer.promise;
    await route.fulfill({ status: 403 });
  });
  await page.reload();
  await asked.promise;
  await page.evaluate('location.hash = "#/reasons/Paused"');
  await page.getByRole('heading', { level: 1, name: 'Paused' }).waitFor();
  const answered = page.waitForResponse(WHY, { timeout: 10_000 });
  answer.resolve();
  await answered;
  // Whoever waited for the former has gone on by the time that the latter is there.
  await page.evaluate('fetch("/api/fleet").then((response) => response.json())');
  expect(await page.locator('#connection').isVisible()).toBe(false);
}, 120_000);
