import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { exampleFleet } from '../../infra/local/bench/page/example-fleet.ts';
import { openPage, useChromium } from './chromium.ts';
import { oneMigration, standIn } from './standing-in.ts';

useChromium();

const focused = async (page: Page) =>
  await page.evaluate<string>(
    '(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent ?? "").trim()',
  );

test('cells are moved through by arrow keys, pinned by Enter, let go by Escape, and left by Tab', async () => {
  const { shown, place } = oneMigration('running', { nodes: 9, history: 3 });
  const api = await standIn(shown);
  const page = await openPage(`${api.url}${place}`);
  await page.locator('.cells > .cell').first().waitFor();
  for (let tabs = 0; !(await focused(page)).startsWith('shoot--core'); tabs += 1) {
    expect(tabs, 'times Tab was pressed').toBeLessThan(40);
    await page.keyboard.press('Tab');
  }
  const start = await focused(page);
  expect(start).toBe('shoot--core--api-worker-z1-00000: both');
  expect(await page.locator('.grid [tabindex="0"]').count()).toBe(1);

  await page.keyboard.press('ArrowRight');
  expect(await focused(page)).toBe('shoot--core--api-worker-z1-00003: route');
  await page.keyboard.press('End');
  expect(await focused(page)).toContain('z1-00006');
  await page.keyboard.press('ArrowRight');
  expect(await focused(page)).toContain('z2-00001');
  await page.keyboard.press('Control+End');
  expect(await focused(page)).toContain('z3-00008');
  await page.keyboard.press('Control+Home');
  expect(await focused(page)).toBe(start);

  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowRight');
  const details = page.locator('#node-details');
  expect(await details.textContent()).toContain('z1-00000');
  await page.keyboard.press('Escape');
  expect(await details.textContent()).toContain('z1-00003');
  expect(await details.textContent()).toContain('a VPC route leads to its pods');
  await page.keyboard.press('Tab');
  expect(await focused(page)).not.toContain('shoot--core--api-worker');
}, 120_000);

test('up and down lead to the cell above and below that the eye sees', async () => {
  const { shown, place } = oneMigration('running', { nodes: 300 });
  const api = await standIn(shown);
  const page = await openPage(`${api.url}${place}`);
  await page.locator('.cells > .cell').nth(1).click();
  await page.keyboard.press('Escape');
  const box = async () =>
    await page.evaluate<{ x: number; y: number }>('document.activeElement.getBoundingClientRect().toJSON()');
  const before = await box();
  await page.keyboard.press('ArrowDown');
  const after = await box();
  expect(after.x).toBeCloseTo(before.x, 0);
  expect(after.y).toBeGreaterThan(before.y);
  await page.keyboard.press('ArrowUp');
  expect(await box()).toMatchObject({ x: before.x });
  expect(
    await page.evaluate('document.activeElement === document.querySelectorAll(".cells > .cell")[1]'),
  ).toBe(true);
}, 120_000);

test('the fleet is used by keyboard alone: skip the head, filter, open a shoot, and land at its top', async () => {
  const { shown, row } = oneMigration('running');
  const api = await standIn({ ...shown, rows: [row, ...exampleFleet(20, Date.now()).slice(4)] });
  const page = await openPage(`${api.url}/`);
  await page.getByRole('button', { name: '17 all' }).waitFor();
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('content');
  await page.keyboard.press('Tab');
  await page.keyboard.type(row.shoot);
  expect(await page.locator('.rows > .row').count()).toBe(1);
  for (let tabs = 0; (await focused(page)) !== row.shoot; tabs += 1) {
    expect(tabs, 'times Tab was pressed').toBeLessThan(20);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: row.shoot }).waitFor();
  expect(await page.evaluate('document.activeElement.id')).toBe('content');
}, 120_000);

test('nothing on the page holds the focus: from the last control Tab leads out, and every one of them shows it', async () => {
  const { shown, place } = oneMigration('blocked', { nodes: 6 });
  const api = await standIn(shown);
  const page = await openPage(`${api.url}${place}`);
  await page.getByRole('button', { name: 'Run now' }).waitFor();
  await page.locator('.cells > .cell').first().waitFor();
  const seen: string[] = [];
  for (let tabs = 0; tabs < 60; tabs += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>('document.activeElement === document.body')) break;
    seen.push(await focused(page));
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), seen.at(-1)).toBe(
      'solid',
    );
  }
  expect(seen.length).toBeGreaterThan(8);
  expect(seen.length).toBeLessThan(60);
  expect(new Set(seen).size).toBeGreaterThan(8);
}, 120_000);
