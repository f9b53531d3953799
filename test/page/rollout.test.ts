import { expect, test } from 'vitest';
import { exampleFleet } from '../../infra/local/bench/page/example-fleet.ts';
import { openPage, screenshot, useChromium } from './chromium.ts';
import { exampleRollout, NOW } from './example-rollout.ts';
import { standIn } from './standing-in.ts';

useChromium();

test('where there is no rollout nothing is said of one; where one runs, how far it is and who comes next', async () => {
  const counts = { planning: 0, waiting: 0, refused: 0, in: 0, blocked: 0, done: 0, ledBack: 0 };
  const api = await standIn({
    rows: exampleFleet(20, Date.now()),
    rollout: exampleRollout({ state: 'none', counts }),
  });
  const page = await openPage(`${api.url}/`);
  await page.locator('.rows > .row').first().waitFor();
  expect(await page.locator('.rollout').isVisible()).toBe(false);
  await api.news('rollout', exampleRollout());
  await page.getByRole('heading', { name: 'Rollout running' }).waitFor();
  expect(await page.locator('.rollout .counts').textContent()).toContain(
    '10 of 10 under way480 wait for their turn',
  );
  await page.locator('.rollout summary', { hasText: 'Next: garden-core/next' }).click();
  expect(await page.locator('.rollout ol').textContent()).toContain('place 1 of 480');
  await screenshot(page, 'rollout');
}, 120_000);

test('a rollout that has stopped says by what, and what to do; what is held says by whom, and how it ends', async () => {
  const api = await standIn({
    rows: exampleFleet(20, Date.now()),
    rollout: exampleRollout({
      state: 'stopped',
      stopped: {
        by: 'rollout',
        reason: 'CanaryBlocked',
        message: 'the canary garden-core/staging is blocked',
        remedy: 'Mend it, then let the rollout go on.',
        troubles: [
          {
            migration: 'm-staging',
            shoot: 'garden-core/staging',
            reason: 'PodRangeTaken',
            message: 'another subnet',
          },
        ],
      },
      holds: [
        {
          kind: 'all',
          since: NOW,
          who: { name: 'alice@example.com', verified: false },
          release: { perMinute: 5, since: NOW, left: 37, endsAbout: NOW },
        },
      ],
    }),
  });
  const page = await openPage(`${api.url}/`, { viewport: { width: 360, height: 780 } });
  const strip = page.locator('.rollout');
  await strip.getByText('What to do: Mend it').waitFor();
  expect(await strip.getByRole('link', { name: 'garden-core/staging' }).first().getAttribute('href')).toBe(
    '#/migrations/m-staging',
  );
  expect(await strip.textContent()).toContain(
    'by alice@example.com as the message claims; 5 go on each minute, 37 are left, until about',
  );
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  await screenshot(page, 'rollout-stopped');
}, 120_000);
