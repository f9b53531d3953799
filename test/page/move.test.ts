import { expect, test } from 'vitest';
import { freePort } from '../../infra/local/child-process.ts';
import { exampleWorld, until } from '../world/support.ts';
import { openPage, screenshot, useChromium } from './chromium.ts';

useChromium();

const NODES = 24;

/** Keeps every state in which a cell is ever seen, from the first one on. */
const WATCH_CELLS = `
  window.seen = new Set();
  const note = () => {
    for (const cell of document.querySelectorAll('.cells > .cell')) seen.add(cell.dataset.presence + ' ' + cell.dataset.carrier);
  };
  new MutationObserver(note).observe(document.documentElement, { subtree: true, childList: true, attributes: true });
  note();
`;

test('a migration of the local world can be watched from its start to its end without loading the page again', async () => {
  const port = await freePort();
  const world = await exampleWorld(NODES, { pagePort: port, backend: 'embedded', speed: 60 });
  const url = `http://127.0.0.1:${port}`;
  const page = await openPage(`${url}/`, { colorScheme: 'dark' });
  await page.getByRole('heading', { name: 'No migration yet' }).waitFor();

  await world.changeShoot();
  await page.getByRole('link', { name: 'garden-core/api' }).click();
  await page.getByRole('grid', { name: 'Nodes' }).waitFor();
  await page.evaluate(WATCH_CELLS);

  const cells = page.locator('.cells > .cell');
  await cells.and(page.locator('[data-carrier="route and alias"]')).first().waitFor({ timeout: 240_000 });
  await cells.and(page.locator('[data-carrier="alias"]')).first().waitFor({ timeout: 240_000 });
  await screenshot(page, 'move', 'migration-dark');
  await page.getByRole('heading', { name: 'The shoot is dual-stack' }).waitFor({ timeout: 300_000 });
  await until(world, (migration) => migration.status.kind === 'succeeded');
  await page.locator('.legend li', { hasText: `${NODES} dual-stack` }).waitFor();
  await screenshot(page, 'moved');

  // Set in the page once: it is the same document still.
  const seen = await page.evaluate<string[]>('[...seen]');
  expect(seen).toEqual(
    expect.arrayContaining([
      'live route',
      'live route and alias',
      'live alias',
      'live dual-stack',
      'left nothing',
    ]),
  );
  expect(seen).not.toContain('live nothing');
  expect(await page.locator('.steps > li').count()).toBe(7);
  expect(await page.locator('.steps > li[data-state="done"]').count()).toBe(7);
  const [latest = ''] = await page.locator('.history > li').allInnerTexts();
  const history = await world.migrations.history((await until(world, () => true)).id);
  expect(latest).toContain(history.at(-1)?.message ?? 'nothing');
}, 600_000);
