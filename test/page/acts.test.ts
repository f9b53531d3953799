import { expect, test } from 'vitest';
import { openPage, screenshot, useChromium } from './chromium.ts';
import { oneMigration, standIn } from './standing-in.ts';

useChromium();

test('abort asks for the shoot’s name to be typed, says what it does, and is not sent before', async () => {
  const { shown, place, row } = oneMigration('running');
  const api = await standIn(shown);
  const page = await openPage(`${api.url}${place}`);
  const abort = page.getByRole('button', { name: 'Abort …' });
  await abort.click();
  const dialog = page.getByRole('dialog', { name: `Lead ${row.shoot} back?` });
  expect(await dialog.textContent()).toContain('routes first, then aliases');
  const go = dialog.getByRole('button', { name: 'Lead it back' });
  expect(await go.isDisabled()).toBe(true);
  await dialog.getByRole('textbox').fill('something else');
  expect(await go.isDisabled()).toBe(true);
  await screenshot(page, 'abort');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(api.posted).toEqual([]);
  expect(await page.evaluate('document.activeElement.dataset.act')).toBe('abort');

  await abort.click();
  await dialog.getByRole('textbox').fill(row.shoot);
  await page.keyboard.press('Enter');
  await page.locator('.said', { hasText: 'Asked for: abort, as alice@example.com' }).waitFor();
  expect(api.posted).toEqual([{ path: `/api/migrations/${row.id}/abort`, body: '{}' }]);
}, 120_000);

test('a plan that is blocked can be made anew with another strategy and the loss of traffic accepted', async () => {
  const { shown, place, row } = oneMigration('blocked', { step: 'preflight', stepNumber: 1 });
  const api = await standIn(shown);
  const page = await openPage(`${api.url}${place}`);
  await page.getByRole('button', { name: 'Run now' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').selectOption('cutover');
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Run now' }).click();
  await page.locator('.said', { hasText: 'Asked for: retry' }).waitFor();
  const [sent] = api.posted;
  expect(sent?.path).toBe(`/api/migrations/${row.id}/retry`);
  expect(JSON.parse(sent?.body ?? '')).toEqual({ strategy: 'cutover', acknowledgeTrafficLoss: true });
}, 120_000);

test.each([
  ['not here', 'To look at only: nothing that acts is served here.', []],
  [
    'refused',
    'To look at only: acting needs the permission to call the function operate.',
    ['Sign in to act'],
  ],
] as const)(
  'where acting is %s no button is shown, and the page says so, with the way to sign in where there is one',
  async (operate, words, links) => {
    const { shown, place } = oneMigration('running');
    const api = await standIn({ ...shown, operate });
    const page = await openPage(`${api.url}${place}`);
    await page.locator('.said', { hasText: words }).waitFor();
    expect(await page.locator('.acts button').count()).toBe(0);
    expect(await page.locator('.acts').getByRole('link').allTextContents()).toEqual(links);
  },
  120_000,
);

test('what is paused can be resumed, what waits can be run, and what is over takes nothing any more', async () => {
  const labels = async (phase: 'paused' | 'waiting' | 'succeeded') => {
    const { shown, place } = oneMigration(phase);
    const api = await standIn(shown);
    const page = await openPage(`${api.url}${place}`);
    await page.locator(`.why[data-phase="${phase}"]`).waitFor();
    if (phase !== 'succeeded') await page.locator('.acts button').first().waitFor();
    return await page.locator('.acts button').allTextContents();
  };
  expect(await labels('paused')).toEqual(['Resume', 'Abort …']);
  expect(await labels('waiting')).toEqual(['Run now', 'Pause', 'Abort …']);
  expect(await labels('succeeded')).toEqual([]);
}, 120_000);
