import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../infra/local/child-process.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A function under functions-framework's own command line, as it is deployed. */
async function serve(target: string) {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [
      '--import',
      './test/edge/slow-instance.ts',
      'node_modules/@google-cloud/functions-framework/build/src/main.js',
      '--source=functions/index.ts',
      `--target=${target}`,
      `--port=${port}`,
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    for (const wake of waiting) wake();
  });
  const said = async (words: string): Promise<void> => {
    while (!output.includes(words)) {
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  };
  await said('URL: ');
  return { child, url: `http://127.0.0.1:${port}`, said };
}

test('under functions-framework a message that is under way is finished when SIGTERM comes', async () => {
  const { child, url, said } = await serve('maintenance-tick');
  const exit = once(child, 'exit');
  const answer = fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: { data: 'e30=', messageId: '1' } }),
  });
  await said('listing');
  child.kill('SIGTERM');
  expect((await answer).status).toBe(204);
  expect(await exit).toEqual([0, null]);
});
