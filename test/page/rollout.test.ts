import { expect, test } from 'vitest';
import { exampleFleet } from '../../infra/local/bench/page/example-fleet.ts';
import { type RolloutView, rolloutViewSchema } from '../../shared/view/index.ts';
import { openPage, screenshot, useChromium } from './chromium.ts';
import { standIn } from './standing-in.ts';

useChromium();

const NOW = new Date().toISOString();

function rollout(changes: Partial<RolloutView> = {}): RolloutView {
  return rolloutViewSchema.parse({
    at: NOW,
    state: 'running',
    since: NOW,
    policy: { canaries: ['garden-core/staging'], atOnce: 10, stopAfterBlocked: 1 },
    counts: { planning: 2, waiting: 480, refused: 3, in: 10, blocked: 0, done: 120, ledBack: 0 },
    canaries: [{ shoot: 'garden-core/staging', state: 'passed', migration: 'm-staging' }],
    accepted: [],
    in: [],
    next: [
      {
        place: 1,
        migration: 'm-next',
        shoot: 'garden-core/next',
        project: 'prod-network',
        canary: false,
        since: NOW,
        why: { reason: 'WaitsForRollout', message: 'place 1 of 480: 10 of 10 are under way' },
      },
    ],
    holds: [],
    events: [],
    ...changes,
  });
}

test('where there is no rollout nothing is said of one; where one runs, how far it is and who comes next', async () => {
  const counts = { planning: 0, waiting: 0, refused: 0, in: 0, blocked: 0, done: 0, ledBack: 0 };
  const api = await standIn({
    rows: exampleFleet(20, Date.now()),
    rollout: rollout({ state: 'none', counts }),
  });
  const page = await openPage(`${api.url}/`);
  await page.locator('.rows > .row').first().waitFor();
  expect(await page.locator('.rollout').isVisible()).toBe(false);
  await api.news('rollout', rollout());
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
    rollout: rollout({
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
