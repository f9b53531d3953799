import { expect, test } from 'vitest';
import { exampleRow } from '../../infra/local/bench/page/example-fleet.ts';
import { exampleHistory } from '../../infra/local/bench/page/example-migration.ts';
import { countPhases } from '../../shared/view/index.ts';
import { openPage, PATIENTLY, screenshot, useChromium } from './chromium.ts';
import { oneMigration, standIn } from './standing-in.ts';

useChromium();

const LAST_NEWS = '2026-03-01T12:34:56.000Z';

test('a connection that is lost is said to be, with the time of the last news, and comes back by itself', async () => {
  const now = Date.now();
  const api = await standIn({ rows: [exampleRow(0, now)] });
  const page = await openPage(`${api.url}/`);
  const line = page.locator('#connection');
  await line.and(page.locator('[data-kind="live"]')).waitFor();
  await page.getByRole('button', { name: '1 all' }).waitFor();
  const rows = [exampleRow(0, now, 'blocked')];
  const counts = countPhases(rows);
  await api.news('fleet', { at: LAST_NEWS, whole: true, total: 1, counts, rows, gone: [], unreadable: [] });
  await page.getByRole('button', { name: '1 blocked' }).waitFor();
  await api.stop();
  await line.and(page.locator('[data-kind="lost"]')).waitFor();
  const shown = await page.evaluate<string>(`new Date('${LAST_NEWS}').toLocaleTimeString('en-GB')`);
  expect(await line.textContent()).toContain(`${shown}. There was no answer.`);
  expect(await line.locator('time').getAttribute('title')).toBe('2026-03-01 12:34:56 UTC');
  expect(await page.locator('body[data-stale]').count()).toBe(1);
  expect(await page.locator('.rows > .row').count()).toBe(1);
  await screenshot(page, 'lost');

  api.shown.rows = [exampleRow(0, now), exampleRow(15, now)];
  await api.start();
  await line.and(page.locator('[data-kind="live"]')).waitFor();
  expect(await page.locator('body[data-stale]').count()).toBe(0);
  await expect.poll(async () => await page.locator('.rows > .row').count(), PATIENTLY).toBe(2);
}, 120_000);

test('a stream that ends as streams do comes back without a word, and nothing is lost or shown twice', async () => {
  const { shown, place } = oneMigration('running', { history: 5 });
  const api = await standIn(shown);
  const page = await openPage(`${api.url}${place}`);
  const lines = page.locator('.history > li');
  await expect.poll(async () => await lines.count(), PATIENTLY).toBe(5);
  await page.evaluate(`
    window.said = [];
    const line = document.getElementById('connection');
    new MutationObserver(() => said.push(line.dataset.kind)).observe(line, { childList: true, characterData: true, attributes: true, subtree: true });
    window.cell = document.querySelector('.cells > .cell');
  `);
  api.shown.history = exampleHistory(6, Date.now());
  api.endStreams();
  await expect.poll(() => api.streams, PATIENTLY).toBe(2);
  await expect.poll(async () => await lines.count(), PATIENTLY).toBe(6);
  expect(await page.evaluate('said')).toEqual([]);
  expect(await page.evaluate('cell.isConnected')).toBe(true);
}, 120_000);

test('older entries of the history come when they are asked for', async () => {
  const { shown, place } = oneMigration('running', { history: 100 });
  const api = await standIn(shown);
  const page = await openPage(`${api.url}${place}`);
  const lines = page.locator('.history > li');
  await expect.poll(async () => await lines.count(), PATIENTLY).toBe(40);
  const older = page.getByRole('button', { name: 'Older entries' });
  await older.click();
  await expect.poll(async () => await lines.count(), PATIENTLY).toBe(80);
  await older.click();
  await expect.poll(async () => await lines.count(), PATIENTLY).toBe(100);
  expect(await older.isVisible()).toBe(false);
  const numbers = await page.evaluate<number[]>(
    '[...document.querySelectorAll(".history > li")].map(({ value }) => value)',
  );
  expect(numbers).toEqual(Array.from({ length: 100 }, (_, index) => 99 - index));
}, 120_000);

test('a migration that is not known, and a place that there is not, say so', async () => {
  const api = await standIn();
  const page = await openPage(`${api.url}/#/migrations/m-nobody`);
  await page.getByRole('heading', { name: 'No such migration' }).waitFor();
  await page.goto(`${api.url}/#/somewhere`);
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
}, 120_000);

test('a reason leads to what it means and what to do about it', async () => {
  const { shown, place, row } = oneMigration('blocked');
  const api = await standIn(shown);
  const page = await openPage(`${api.url}${place}`);
  await page
    .locator('.why')
    .getByRole('link', { name: row.why?.reason ?? '' })
    .click();
  await page.getByRole('heading', { level: 1, name: row.why?.reason ?? '' }).waitFor();
  expect(await page.locator('main').textContent()).toContain(row.why?.sentence);
}, 120_000);
