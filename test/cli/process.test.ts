import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { fleetOfThree } from './fleet-of-three.ts';

const BIN = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));

const server = createServer();
let url = '';
/** The functions behind a socket, for commands in processes of their own. */
beforeAll(async () => {
  const { asked } = await fleetOfThree();
  server.on('request', async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] satisfies [string, string]] : [],
    );
    const answer = await asked(`http://127.0.0.1${request.url}`, {
      headers,
      ...(request.method === 'POST' && { method: 'POST', body: Buffer.concat(chunks).toString() }),
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  url = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function started(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: '/nowhere', SHOOT_DUALSTACK_STATUS_URL: url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const text = { out: '', said: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text.out += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text.said += part;
  });
  return { child, ended, text };
}

async function firstOutput({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error('no output');
  await once(stdout, 'data');
}

test('Ctrl-C while watching ends with 130 and without a word', async () => {
  const { child, ended, text } = started(['status', '--watch']);
  await firstOutput(child);
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(text.said).toBe('');
  expect(text.out).toContain('garden-core/api');
}, 60_000);

test('whoever has stopped reading is told nothing more, not even an error', async () => {
  // `head` has gone when the second command writes.
  const command = `"${process.execPath}" "${BIN}" explain`;
  const child = spawn('bash', ['-c', `{ ${command}; ${command}; echo "$?" >&2; } | head -c 6`], {
    env: { PATH: process.env.PATH ?? '', HOME: '/nowhere' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', said: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text.out += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text.said += part;
  });
  await once(child, 'close');
  expect(text).toEqual({ out: 'REASON', said: '141\n' });
}, 60_000);

test('the emergency way refuses where nobody can be asked', async () => {
  const { ended, text } = started(['publish', 'migrate-routes', 'garden-core/api']);
  expect(await ended).toEqual([5, null]);
  expect(text).toMatchObject({ out: '', said: expect.stringContaining('give --yes') });
}, 60_000);

test('help goes to the output and is fine; a mistake goes beside it and is not', async () => {
  const help = started(['--help']);
  expect(await help.ended).toEqual([0, null]);
  expect(help.text).toMatchObject({ out: expect.stringContaining('Usage: shoot-dualstack'), said: '' });
  const mistake = started(['--no-such-option']);
  expect(await mistake.ended).toEqual([2, null]);
  expect(mistake.text).toMatchObject({ out: '', said: expect.stringContaining('--no-such-option') });
}, 60_000);

test('what is asked for over a socket is answered with who it was', async () => {
  const { ended, text } = started(['pause', 'garden-core/api']);
  expect(await ended).toEqual([0, null]);
  expect(text.out).toContain('as alice@example.com (verified)');
}, 60_000);

test('colours are forced, or not to be had, as the environment says', async () => {
  const forced = started(['status'], { FORCE_COLOR: '1', NO_COLOR: '1' });
  await forced.ended;
  expect(forced.text.out).toContain('\u001b[');
  const none = started(['status'], { NO_COLOR: '1' });
  await none.ended;
  expect(none.text.out).not.toContain('\u001b');
}, 60_000);
