import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onNudge } from '../../shared/edge/handlers.ts';
import { MESSAGE_PUBLISHED } from '../../shared/edge/message.ts';
import { receive } from '../../shared/edge/receive.ts';
import { connectWith } from '../../shared/runtime/instance.ts';
import { pushBody } from '../edge/deliveries.ts';
import { PATIENCE, runs } from './runs.ts';
import { hostileText, hostileValue, near } from './values.ts';
import { type HostileWorld, hostileWorld } from './world.ts';

const MEBIBYTE = 1024 * 1024;
let world: HostileWorld;
let port: number;
let close: () => Promise<void>;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

beforeAll(async () => {
  world = await hostileWorld();
  const listeners = SIGNALS.map((signal) => [signal, process.listeners(signal)] as const);
  connectWith(async () => world.engine);
  http('hostile', receive('preflight', onNudge('preflight')));
  const server = getTestServer('hostile');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  port = address.port;
  close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    for (const [signal, before] of listeners) {
      process.removeAllListeners(signal);
      for (const listener of before) process.on(signal, listener);
    }
  };
});
afterAll(async () => await close());

async function post(
  body: Buffer<ArrayBuffer> | string | undefined,
  headers: Record<string, string>,
  method = 'POST',
) {
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, text: await answer.text() };
}

/** What the framework itself turns away before a function sees it: it is no JSON, encoding or charset at all. */
const TURNED_AWAY = [400, 413, 415];

async function expectDealtWith(send: () => Promise<{ status: number; text: string }>): Promise<void> {
  const before = await world.rest();
  const { status, text } = await send();
  expect([204, ...TURNED_AWAY]).toContain(status);
  if (status === 204) expect(text).toBe('');
  expect(await world.rest()).toEqual(before);
  // It still serves.
  expect((await post('hello', { 'content-type': 'text/plain' })).status).toBe(204);
}

const NUDGE = pushBody({ text: '{"shoot":"garden-core/nobody"}' });

test('any bytes with any header are refused, change nothing and end nothing', PATIENCE, async () => {
  const header = hostileText.map((text) =>
    text
      .replaceAll(/[^\x20-\x7e]/g, '')
      .trim()
      .slice(0, 100),
  );
  const headers = fc.record(
    {
      'content-type': fc.oneof(
        header,
        fc.constantFrom(
          'application/json',
          'application/json; charset=utf-7',
          'application/json; charset=utf-16',
          'application/cloudevents+json',
          'application/cloudevents-batch+json',
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
          'text/plain; charset=nope',
        ),
      ),
      'content-encoding': fc.constantFrom('gzip', 'deflate', 'br', 'nope', 'identity'),
      'ce-type': fc.oneof(header, fc.constantFrom(MESSAGE_PUBLISHED)),
      'ce-id': header,
      'ce-specversion': header,
      authorization: header,
    },
    { requiredKeys: [] },
  );
  const json = fc.oneof(near(NUDGE), hostileValue).map((value) => JSON.stringify(value) ?? '');
  const body = fc.oneof(
    json,
    json.map((text) => gzipSync(text)),
    json.chain((text) => fc.nat(text.length).map((at) => text.slice(0, at))),
    json.map((text) => `\ufeff${text}`),
    fc.uint8Array({ maxLength: 100 }),
    fc.constantFrom(
      'a[__proto__][polluted]=1&constructor[prototype][polluted]=1',
      '{"message":{},"message":7}',
    ),
  );
  await fc.assert(
    fc.asyncProperty(headers, body, async (some, content) => {
      await expectDealtWith(() => post(Buffer.from(content), some));
    }),
    runs(60),
  );
});

test.each<[what: string, headers: Record<string, string>, body: () => Buffer]>([
  ['eleven mebibytes of text', { 'content-type': 'text/plain' }, () => Buffer.alloc(11 * MEBIBYTE, 'x')],
  [
    'eleven mebibytes of JSON',
    { 'content-type': 'application/json' },
    () => Buffer.from(JSON.stringify({ message: { data: 'A'.repeat(11 * MEBIBYTE) } })),
  ],
  [
    'twenty mebibytes in a few gzipped bytes',
    { 'content-type': 'text/plain', 'content-encoding': 'gzip' },
    () => gzipSync(Buffer.alloc(20 * MEBIBYTE)),
  ],
  [
    'fifty thousand lists in each other',
    { 'content-type': 'application/json' },
    () => Buffer.from(`${'['.repeat(50_000)}${']'.repeat(50_000)}`),
  ],
])('%s are refused in few words', PATIENCE, async (_what, headers, body) => {
  await expectDealtWith(() => post(Buffer.from(body()), headers));
  for (const { fields } of await world.refusals()) expect(JSON.stringify(fields).length).toBeLessThan(6_000);
});

test.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'])('%s changes nothing', async (method) => {
  await expectDealtWith(() => post(undefined, {}, method));
});

test('headers that try to be two, and requests that end early, end nothing', PATIENCE, async () => {
  const starts = [
    'POST / HTTP/1.1\r\nHost: a\r\nce-id: a\r\n b\r\nContent-Length: 2\r\n\r\n{}',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"message"',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    `POST / HTTP/1.1\r\nHost: a\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
    'NOPE\r\n\r\n',
    '\u0000\u0001\u0002',
  ];
  for (const start of starts) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = once(socket, 'close').catch(() => undefined);
    socket.resume();
    socket.end(start);
    await closed;
  }
  await expectDealtWith(() => post(JSON.stringify(NUDGE), { 'content-type': 'application/json' }));
});
