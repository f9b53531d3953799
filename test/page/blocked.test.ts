import { expect, test } from 'vitest';
import { freePort } from '../../infra/local/child-process.ts';
import { exampleWorld } from '../world/support.ts';
import { openPage, screenshot, useChromium } from './chromium.ts';

useChromium();

test('what is blocked says what to do; once that is done, the buttons resume it, run it, and it comes to its end', async () => {
  const port = await freePort();
  const world = await exampleWorld(6, { pagePort: port, backend: 'embedded', speed: 60 });
  const routes = await world.compute.actors.listRoutes();
  const network = routes[0]?.network ?? '';
  await world.compute.actors.insertRoute({
    name: 'vpn-backup',
    network,
    destRange: '100.120.0.0/24',
    nextHopGateway: `projects/${world.project}/global/gateways/default-internet-gateway`,
    priority: 1000,
    description: 'not ours',
  });
  await world.changeShoot();
  const page = await openPage(`http://127.0.0.1:${port}/`);
  await page.getByRole('link', { name: 'garden-core/api' }).waitFor();
  // An address that lasts from one migration of the shoot to the next one.
  await page.goto(`http://127.0.0.1:${port}/#/shoots/garden-core/api`);
  const remedy = page.locator('.why .remedy');
  await remedy.waitFor({ timeout: 240_000 });
  expect(await page.getByRole('heading', { name: /A human has to act/ }).count()).toBe(1);
  expect(await page.locator('.findings [data-severity="block"]').first().textContent()).toContain(
    'vpn-backup',
  );
  await screenshot(page, 'blocked', 'blocked');

  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
  await page.locator('.history .who', { hasText: 'as the message claims' }).first().waitFor();
  const resume = page.getByRole('button', { name: 'Resume' });
  await resume.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();

  await world.compute.actors.deleteRoute('vpn-backup');
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run now' }).click();
  await page.locator('.why:not([data-phase="blocked"])').waitFor();
  await page.getByRole('heading', { name: 'The shoot is dual-stack' }).waitFor({ timeout: 300_000 });
  expect(await page.locator('.acts button').count()).toBe(0);
}, 600_000);
