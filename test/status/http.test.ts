import '../../functions/index.ts';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { request as httpRequest } from 'node:http';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { identifyCallersWith } from '../../shared/edge/operate/callers.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { connectWith } from '../../shared/runtime/instance.ts';
import { fleetViewSchema } from '../../shared/view/index.ts';
import { startedMigration } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';
import { storeMigrations } from './crowd.ts';

const engine = testEngine();
const servers: Server[] = [];
let status: string;
let operate: string;
let migration: Migration;

async function listening(name: string): Promise<string> {
  const server = getTestServer(name).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return `http://127.0.0.1:${address.port}`;
}

beforeAll(async () => {
  migration = await startedMigration(engine);
  await storeMigrations(engine.documents, migration, 30);
  connectWith(async () => ({ ...engine, clock: systemClock }));
  identifyCallersWith(async () => ({ who: { name: 'alice', verified: true } }));
  [status, operate] = await Promise.all([listening('status'), listening('operate')]);
});

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const SECURITY = {
  'content-security-policy': expect.stringMatching(
    /^default-src 'none'; script-src 'self'; style-src 'self';.* frame-ancestors 'none';.* trusted-types 'none'$/,
  ),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
};

test.each<[url: string, answer: number, type: RegExp]>([
  ['/', 200, /^text\/html/],
  ['/fleet.js', 200, /^text\/javascript/],
  ['/openapi.json', 200, /^application\/json/],
  ['/api/fleet', 200, /^application\/json/],
  ['/api/nothing', 404, /^application\/problem\+json/],
  ['/api/fleet?x=1', 400, /^application\/problem\+json/],
])('every answer has the headers that keep the page to itself: %s', async (url, answer, type) => {
  const response = await fetch(status + url);
  expect(response.status).toBe(answer);
  const headers = Object.fromEntries(response.headers);
  expect(headers).toMatchObject(SECURITY);
  expect(headers['content-type']).toMatch(type);
  expect(headers['cache-control']).toBe(answer === 200 ? 'private, no-cache' : 'no-store');
  await response.arrayBuffer();
});

test('the page loads nothing from elsewhere and has neither script nor style within', async () => {
  const html = await (await fetch(`${status}/`)).text();
  expect(html).not.toMatch(/https?:\/\/|<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=/);
});

test('what a client has is not sent again, and a head has no body', async () => {
  const first = await fetch(`${status}/api/fleet`);
  const etag = first.headers.get('etag') ?? '';
  const length = (await first.text()).length;
  const again = await fetch(`${status}/api/fleet`, { headers: { 'if-none-match': `"other", ${etag}` } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  expect(Object.fromEntries(again.headers)).toMatchObject(SECURITY);
  const head = await fetch(`${status}/api/fleet`, {
    method: 'HEAD',
    headers: { 'accept-encoding': 'identity' },
  });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect(Number(head.headers.get('content-length'))).toBe(length);
});

test('large answers are compressed for who takes that, and only for them', async () => {
  const zipped = await fetch(`${status}/api/fleet`, { headers: { 'accept-encoding': 'br, gzip' } });
  expect(zipped.headers.get('content-encoding')).toBe('gzip');
  const { rows } = fleetViewSchema.parse(await zipped.json());
  for (const accepted of ['identity', 'gzip;q=0', 'br']) {
    const plain = await fetch(`${status}/api/fleet`, { headers: { 'accept-encoding': accepted } });
    expect(plain.headers.get('content-encoding'), accepted).toBeNull();
    expect(fleetViewSchema.parse(await plain.json()).rows).toEqual(rows);
  }
});

test.each(['POST', 'PUT', 'DELETE'])('the reading function takes no %s', async (method) => {
  const response = await fetch(`${status}/api/migrations/${migration.id}/pause`, { method, body: '{}' });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, HEAD');
});

test('the acting function shows nothing, and does what it is asked for', async () => {
  expect((await fetch(`${operate}/api/fleet`)).status).toBe(405);
  const signedIn = await fetch(`${operate}/operate/`, { redirect: 'manual' });
  expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/']);
  const refused = await fetch(`${operate}/api/migrations/${migration.id}/pause`, { method: 'POST' });
  expect(refused.status).toBe(403);
  const response = await fetch(`${operate}/api/migrations/${migration.id}/retry`, {
    method: 'POST',
    headers: { 'x-requested-by': 'shoot-dualstack' },
  });
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ topic: 'preflight', who: { name: 'alice', verified: true } });
  const [act] = await engine.documents.list('acts');
  expect(act?.fields).toMatchObject({ topic: 'preflight', who: { name: 'alice', verified: true } });
});

test('a path that climbs is answered as any other that is not there', async () => {
  const climbing = httpRequest(`${status}/x`, { path: '/../../package.json' });
  climbing.end();
  const [response] = await once(climbing, 'response');
  expect(response.statusCode).toBe(404);
  response.resume();
});

describe('a stream of events', () => {
  /** The text of a stream until it has `what`. */
  async function until(url: string, what: RegExp, headers: Record<string, string> = {}): Promise<string> {
    const gone = new AbortController();
    const response = await fetch(url, { headers, signal: gone.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(Object.fromEntries(response.headers)).toMatchObject(SECURITY);
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (what.test(text)) break;
    }
    gone.abort();
    return text;
  }

  test('begins with the fleet, and goes on where a client has left off', async () => {
    const text = await until(`${status}/api/events`, /event: fleet\nid: .*\ndata: .*\n\n/);
    expect(text).toMatch(/^retry: 1000\n\n/);
    const [, id = '', data = ''] = /event: fleet\nid: (.*)\ndata: (.*)\n\n/.exec(text) ?? [];
    expect(JSON.parse(data)).toMatchObject({ whole: true, total: 31 });
    const watching = until(`${status}/api/events`, /event: fleet\nid: .*\ndata: .*\n\n/, {
      'last-event-id': id,
    });
    await engine.migrations.change(migration.id, (current) => ({ migration: { ...current, paused: true } }));
    const [, news = ''] = /event: fleet\nid: .*\ndata: (.*)\n\n/.exec(await watching) ?? [];
    expect(JSON.parse(news)).toMatchObject({ whole: false, rows: [{ id: migration.id, phase: 'paused' }] });
  });
});
