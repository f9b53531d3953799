import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { shootDualstack } from './support.ts';

const TOKEN = `eyJhbGciOiJub25lIn0.${Buffer.from('{"email":"alice@example.com"}').toString('base64url')}.c2lnbmF0dXJl`;

async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return `http://127.0.0.1:${address.port}`;
}

const FLEET = {
  at: '2026-03-01T22:30:00.000Z',
  total: 0,
  counts: {
    blocked: 0,
    running: 0,
    'going back': 0,
    planning: 0,
    waiting: 0,
    paused: 0,
    succeeded: 0,
    'led back': 0,
  },
  rows: [],
  unreadable: [],
};

test.each<[what: string, status: number, type: string, body: string, code: number, words: RegExp]>([
  ['a page in the place of the API', 200, 'text/html', '<html>login</html>', 1, /no JSON/],
  ['a page for logging in', 302, 'text/html', '', 5, /leads elsewhere/],
  ['nothing of ours', 404, 'text/plain', 'no', 1, /nothing is served there/],
  ['IAM that does not let in', 403, 'text/html', '<html>Forbidden</html>', 5, /run\.invoker/],
  ['a proxy without anything behind it', 502, 'text/html', '', 6, /answered 502/],
  ['an error of its own', 500, 'application/json', '{}', 1, /answered 500/],
  ['JSON that is another API’s', 200, 'application/json', '{"items":[]}', 1, /another version/],
  [
    'a newer version',
    200,
    'application/json',
    JSON.stringify({ ...FLEET, weather: 'fine' }),
    1,
    /weather: not known here.*another version/,
  ],
  [
    'an older version',
    200,
    'application/json',
    JSON.stringify({ ...FLEET, counts: undefined }),
    1,
    /counts.*another version/,
  ],
  ['half an answer', 200, 'application/json', '{"at":', 1, /no JSON/],
  [
    'a problem with an echo',
    503,
    'application/problem+json',
    JSON.stringify({
      type: 'about:blank',
      title: 't',
      status: 503,
      detail: `no, Authorization: Bearer ${TOKEN}`,
    }),
    6,
    /redacted/,
  ],
])('%s is told in words and by the exit code', async (_, status, type, body, code, words) => {
  const url = await listening((_request, response) => {
    response
      .writeHead(status, { 'content-type': type, location: 'https://accounts.example/login' })
      .end(body);
  });
  const ended = await shootDualstack(['status', '--status-url', url], undefined);
  expect(ended).toMatchObject({ code, out: '' });
  expect(ended.said).toMatch(words);
  expect(ended.said).not.toContain(TOKEN);
});

test('where nobody listens it is said where nobody does', async () => {
  const url = await listening(() => {});
  const dead = url.replace(/\d+$/, '1');
  const ended = await shootDualstack(['status', '--status-url', dead], undefined);
  expect(ended).toMatchObject({ code: 6, said: expect.stringContaining(`${dead}/api/fleet: no answer`) });
});

test('a connection that breaks in the middle is no answer', async () => {
  const url = await listening((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"at"');
    setImmediate(() => response.destroy());
  });
  expect(await shootDualstack(['status', '--status-url', url], undefined)).toMatchObject({
    code: 6,
    out: '',
  });
});

test.each([
  ['http://status.example', 'expected https'],
  ['https://alice:secret@status.example', 'neither user nor password'],
  ['ftp://127.0.0.1', 'expected an address'],
  ['nonsense', 'expected an address'],
])('an address that a token must not go to is refused, and not quoted: %s', async (url, words) => {
  const ended = await shootDualstack(['status', '--status-url', url], undefined);
  expect(ended).toMatchObject({ code: 2, said: expect.stringContaining(words) });
  expect(ended.said).not.toContain('secret');
});

test('the token goes into both headers of each request, to nobody else, and into no output', async () => {
  const seen: (string | string[] | undefined)[][] = [];
  const url = await listening((request, response) => {
    seen.push([request.headers.authorization, request.headers['x-serverless-authorization']]);
    response.writeHead(401, { 'content-type': 'text/plain' }).end(`who is ${TOKEN}?`);
  });
  const file = await contextsWith(
    `contexts: {c: {kind: api, status: "${url}", idToken: google}}\ncurrent: c\n`,
  );
  const env = {
    SHOOT_DUALSTACK_STATUS_URL: undefined,
    SHOOT_DUALSTACK_CONFIG: file,
    SHOOT_DUALSTACK_ID_TOKEN: TOKEN,
  };
  const ended = await shootDualstack('status', undefined, { env });
  expect(seen).toEqual([[`Bearer ${TOKEN}`, `Bearer ${TOKEN}`]]);
  expect(ended.code).toBe(5);
  expect(ended.said).not.toContain(TOKEN);
});

async function contextsWith(text: string): Promise<string> {
  const { mkdtemp, rm, writeFile } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const { tmpdir } = await import('node:os');
  const folder = await mkdtemp(join(tmpdir(), 'shoot-dualstack-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'contexts.yaml'), text);
  return join(folder, 'contexts.yaml');
}
