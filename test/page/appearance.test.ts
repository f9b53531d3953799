import { expect, test } from 'vitest';
import { exampleFleet } from '../../infra/local/bench/page/example-fleet.ts';
import { openPage, screenshot, useChromium } from './chromium.ts';
import { oneMigration, standIn } from './standing-in.ts';

useChromium();

const PHONE = { viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const LEAST_CONTRAST = 4.5;

/**
 * Texts whose contrast to what is behind them is too low (WCAG 2.2, 1.4.3, relative luminance). What is disabled has no contrast to
 * keep.
 */
const LOW_CONTRAST = `
  (() => {
    const channels = (text) => {
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((each) => each / 255).map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = (node) => {
      for (let each = node; each; each = each.parentElement) {
        const colour = channels(getComputedStyle(each).backgroundColor);
        if (colour[3] === 255) return colour;
      }
      return channels('Canvas');
    };
    const low = [];
    let checked = 0;
    for (const node of document.querySelectorAll('body *')) {
      const own = [...node.childNodes].some((each) => each.nodeType === 3 && each.textContent.trim() !== '');
      if (!own || !node.checkVisibility() || node.closest('.unseen, .skip, noscript, :disabled')) continue;
      const [text, ground] = [channels(getComputedStyle(node).color), behind(node)].map(luminance);
      const contrast = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
      checked += 1;
      if (contrast < ${LEAST_CONTRAST}) low.push(node.className + ' ' + node.textContent.trim().slice(0, 40) + ' ' + contrast.toFixed(2));
    }
    return { checked, low };
  })()
`;

const SCHEMES = ['light', 'dark'] as const;

test.each(SCHEMES)(
  'every text can be read in %s, in every phase',
  async (colorScheme) => {
    const { shown, place, row } = oneMigration('blocked');
    const api = await standIn({
      ...shown,
      rows: exampleFleet(20, Date.now()),
      unreadable: [{ id: 'm-broken', trouble: 'plan.strategy: expected one of overlap, rollover, cutover' }],
    });
    const page = await openPage(`${api.url}/`, { colorScheme });
    await page.locator('.rows > .row').first().waitFor();
    const fleet = await page.evaluate<{ checked: number; low: string[] }>(LOW_CONTRAST);
    expect(fleet.low).toEqual([]);
    expect(fleet.checked).toBeGreaterThan(100);
    await page.goto(`${api.url}${place}`);
    await page.getByRole('heading', { name: row.shoot }).waitFor();
    await page.locator('.acts button').first().waitFor();
    await page.locator('.cells > .cell').first().click();
    for (const summary of await page.locator('summary').all()) await summary.click();
    const migration = await page.evaluate<{ checked: number; low: string[] }>(LOW_CONTRAST);
    expect(migration.low).toEqual([]);
    expect(migration.checked).toBeGreaterThan(60);
    const ground = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(ground).toBe(colorScheme === 'light' ? 'rgb(244, 246, 248)' : 'rgb(14, 19, 25)');
  },
  120_000,
);

test('on a phone nothing is wider than the screen, in no place, with names of any length', async () => {
  const { shown, place, row } = oneMigration('running', { nodes: 130 });
  const long = `${row.shoot}-with-a-name-that-goes-on-and-on-and-on-and-on-and-on`;
  const why = { reason: 'AliasesSettling', message: `${'x'.repeat(200)} of 30 nodes` };
  const rows = [{ ...row, shoot: long, why }, ...exampleFleet(30, Date.now()).slice(4)];
  const api = await standIn({ ...shown, rows });
  const page = await openPage(`${api.url}/`, PHONE);
  const fits = async () =>
    await page.evaluate('document.documentElement.scrollWidth <= 360 && innerWidth <= 360');
  await page.locator('.rows > .row').first().waitFor();
  expect(await fits()).toBe(true);
  await page.goto(`${api.url}${place}`);
  await page.locator('.cells > .cell').first().waitFor();
  expect(await fits()).toBe(true);
  await screenshot(page, 'phone', 'phone');
  await page.getByRole('button', { name: 'Abort …' }).click();
  expect(await fits()).toBe(true);
  await screenshot(page, 'phone-abort');
}, 120_000);

test('a wait is calm: nothing about it has the colour of what is blocked', async () => {
  const { shown, place } = oneMigration('waiting');
  const api = await standIn(shown);
  const page = await openPage(`${api.url}${place}`);
  await page.locator('.why[data-phase="waiting"]').waitFor();
  await page.locator('.cells > .cell').first().waitFor();
  await screenshot(page, 'waiting');
  expect(await page.locator('.why .remedy').count()).toBe(0);
  const red = `[...document.querySelectorAll('main *')].filter((node) => node.checkVisibility() && ['color', 'borderLeftColor', 'backgroundColor', 'stroke'].some((name) => /rgb\\(179, 38, 30\\)|rgb\\(253, 241, 240\\)/.test(getComputedStyle(node)[name]))).length`;
  expect(await page.evaluate(red)).toBe(0);
}, 120_000);

test('who wants no motion sees none, and who wants it sees a cell that has moved', async () => {
  for (const [reducedMotion, animated] of [
    ['reduce', 0],
    ['no-preference', 1],
  ] as const) {
    const { shown, place } = oneMigration('running', { nodes: 3 });
    const api = await standIn(shown);
    const page = await openPage(`${api.url}${place}`, { reducedMotion });
    await page.locator('.cells > .cell').first().waitFor();
    const [cell] = api.shown.cells;
    if (cell === undefined) throw new Error('no cell');
    await page.evaluate(
      'window.ran = 0; new MutationObserver(() => { ran = Math.max(ran, document.querySelector(".moved")?.getAnimations({ subtree: true }).length ?? 0) }).observe(document.querySelector(".grid"), { subtree: true, attributes: true })',
    );
    await api.news('nodes', {
      ...api.nodes(),
      whole: false,
      cells: [{ ...cell, carrier: 'alias' }],
      gone: [],
    });
    await page.locator('.cells > .cell[data-carrier="alias"]').waitFor();
    expect(await page.evaluate('ran'), reducedMotion).toBe(animated);
  }
}, 120_000);

test('the page has a language, landmarks, one first heading, and names for what is acted on', async () => {
  const { shown, place } = oneMigration('running');
  const api = await standIn(shown);
  const page = await openPage(`${api.url}${place}`);
  await page.locator('.acts button').first().waitFor();
  await page.locator('.cells > .cell').first().waitFor();
  expect(await page.evaluate('document.documentElement.lang')).toBe('en');
  expect(await page.locator('h1').count()).toBe(1);
  for (const role of ['banner', 'main', 'navigation'] as const)
    expect(await page.getByRole(role).count(), role).toBe(1);
  for (const name of ['Steps', 'Constraints', 'Nodes', 'Plan', 'History']) {
    expect(await page.getByRole('region', { name, exact: true }).count(), name).toBeGreaterThan(0);
  }
  expect(await page.getByRole('gridcell', { name: ': both' }).count()).toBe(10);
  const nameless = `[...document.querySelectorAll('button, a, input, select, summary')].filter((each) => (each.textContent || each.getAttribute('aria-label') || '').trim() === '').length`;
  expect(await page.evaluate(nameless)).toBe(0);
}, 120_000);
