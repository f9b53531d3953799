import { expect, test } from 'vitest';
import { exampleCell } from '../../infra/local/bench/page/example-migration.ts';
import { openPage, PATIENTLY, screenshot, useChromium } from './chromium.ts';
import { oneMigration, standIn } from './standing-in.ts';

useChromium();

const MARKUP = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>';

test('names and messages that are markup are shown as the text that they are, everywhere', async () => {
  const { migration, shown, row, place } = oneMigration('blocked', { nodes: 0, history: 0 });
  const why = { reason: MARKUP, message: MARKUP, sentence: MARKUP, remedy: `${MARKUP} javascript:alert(1)` };
  const hostileRow = { ...row, shoot: `garden/${MARKUP}`, project: MARKUP, region: MARKUP, why };
  const [finding] = migration.plan.findings;
  if (finding === undefined) throw new Error('no finding');
  const api = await standIn({
    ...shown,
    rows: [hostileRow],
    unreadable: [{ id: MARKUP, shoot: MARKUP, trouble: MARKUP }],
    migration: {
      ...migration,
      ...hostileRow,
      network: MARKUP,
      timeline: migration.timeline.map((step) => ({ ...step, failures: 1, lastFailure: MARKUP })),
      plan: {
        ...migration.plan,
        why: MARKUP,
        expectations: [MARKUP],
        findings: [{ ...finding, message: MARKUP }],
      },
    },
    cells: [{ ...exampleCell(0, 'route'), name: MARKUP, zone: MARKUP, pool: MARKUP, podCidrs: [MARKUP] }],
    history: [
      {
        n: 0,
        at: new Date().toISOString(),
        by: 'operator',
        who: { name: MARKUP, verified: false },
        event: MARKUP,
        message: MARKUP,
      },
    ],
  });
  const page = await openPage(`${api.url}/`);
  await page.getByRole('link', { name: `garden/${MARKUP}` }).waitFor();
  await page.goto(`${api.url}${place}`);
  await page.locator('.cells > .cell').click();
  expect(await page.locator('#node-details').textContent()).toContain(MARKUP);
  expect(await page.locator('.history > li').textContent()).toContain(MARKUP);
  expect(await page.locator('.remedy').first().textContent()).toContain('javascript:alert(1)');
  await page.getByRole('button', { name: 'Abort …' }).click();
  expect(await page.getByRole('dialog').locator('h2').textContent()).toContain(MARKUP);
  await page.keyboard.press('Escape');
  await screenshot(page, 'hostile');
  expect(await page.locator('main img, main script').count()).toBe(0);
  const links = await page.evaluate<string[]>('[...document.links].map(({ protocol }) => protocol)');
  expect(new Set(links)).toEqual(new Set(['http:']));
  expect(await page.evaluate('window.hurt')).toBeUndefined();
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
}, 120_000);

test('the browser refuses what the page never does: markup from text, inline script and style, another origin', async () => {
  const api = await standIn();
  const response = await fetch(`${api.url}/`);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|data:|blob:|\*|https?:/);
  let told = '';
  const page = await openPage(`${api.url}/`, {}, (wrong) =>
    expect(wrong.join('\n')).toContain('policy: connect-src'),
  );
  page.on('console', (message) => {
    told += message.text();
  });
  const tried = async (script: string) =>
    await page.evaluate<string>(`(async () => { try { ${script} } catch (error) { return error.name; } })()`);
  expect(await tried('document.body.innerHTML = "<p>"')).toBe('TypeError');
  expect(await tried('await fetch("http://127.0.0.2:9/")')).toBe('TypeError');
  await tried(
    'document.head.append(Object.assign(document.createElement("style"), { textContent: "body { display: none }" }))',
  );
  await tried('document.body.setAttribute("onclick", "window.hurt = 1")');
  await page.locator('body').click();
  expect(await page.evaluate('getComputedStyle(document.body).display')).toBe('block');
  expect(await page.evaluate('window.hurt')).toBeUndefined();
  for (const words of ['TrustedHTML', 'connect-src', 'style-src']) {
    await expect.poll(() => told, PATIENTLY).toContain(words);
  }
}, 120_000);
