import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startOptions } from '../../infra/local/options.ts';
import { systemClock } from '../../shared/clock.ts';
import { fleetViewSchema, historyPageSchema } from '../../shared/view/index.ts';

const START = fileURLToPath(new URL('../../infra/local/start.ts', import.meta.url));

test('a plan alone is not served, and a port is a port', () => {
  expect(startOptions(['--serve', '--port', '8080'])).toMatchObject({ serve: true, port: 8080 });
  expect(startOptions([])).toMatchObject({ serve: false, port: 0 });
});

test('with --serve the world stays up after the migration, shows it, takes what operators ask for, and ends at Ctrl-C', async () => {
  const args = ['--nodes', '2', '--backend', 'embedded', '--json', '--serve'];
  const child = spawn(process.execPath, [START, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  let report = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    report += text;
  });
  const until = async (words: RegExp) => {
    for (;;) {
      const found = words.exec(said);
      if (found !== null) return found;
      if (child.exitCode !== null) throw new Error(`it ended: ${said}`);
      await systemClock.sleep(100);
    }
  };
  const [, url = ''] = await until(/status page (http:\/\/127\.0\.0\.1:\d+)\//);
  expect((await fetch(url)).headers.get('content-type')).toMatch(/^text\/html/);

  await until(/The page stays at/);
  expect(JSON.parse(report)).toMatchObject({ result: 'Succeeded' });
  const fleet = fleetViewSchema.parse(await (await fetch(`${url}/api/fleet`)).json());
  expect(fleet.rows).toEqual([expect.objectContaining({ shoot: 'garden-core/api', phase: 'succeeded' })]);
  const id = fleet.rows[0]?.id ?? '';

  const asked = await fetch(`${url}/api/migrations/${id}/pause`, {
    method: 'POST',
    headers: { 'x-requested-by': 'shoot-dualstack' },
  });
  expect(asked.status).toBe(202);
  for (;;) {
    const page = await fetch(`${url}/api/migrations/${id}/history?limit=500&after=5`);
    const { entries } = historyPageSchema.parse(await page.json());
    const refused = entries.find(({ event }) => event === 'refused');
    if (refused !== undefined) {
      expect(refused).toMatchObject({
        reason: 'MigrationFinished',
        by: 'operator',
        who: { verified: false },
      });
      break;
    }
    await systemClock.sleep(200);
  }

  child.kill('SIGINT');
  expect(await exit).toEqual([0, null]);
}, 400_000);
