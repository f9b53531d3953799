import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answered } from '../../shared/edge/http/serve.ts';
import { looksOf } from '../../shared/edge/status/looks.ts';
import { answerWith } from '../../shared/edge/status/serve.ts';
import { startedMigration } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';
import { checked } from './client.ts';

const engine = testEngine();
const migration = await startedMigration(engine);
const looks = looksOf(engine, engine.clock);

const PATHS = [
  '/',
  '/api/fleet',
  '/api/migrations',
  `/api/migrations/${migration.id}`,
  `/api/migrations/${migration.id}/nodes`,
  `/api/migrations/${migration.id}/history`,
  '/api/reasons',
  '/openapi.json',
];
const NAMES = [
  'limit',
  'after',
  'shoot',
  'live',
  'name',
  '__proto__',
  'constructor',
  'toString',
  'migration',
  '',
];
const VALUES = [
  '',
  '0',
  '-1',
  '1',
  '99999999999999999999',
  'true',
  'NaN',
  '%00',
  '%',
  '%zz',
  '../..',
  '__proto__',
  '\u2028',
  '😀',
  'x'.repeat(3_000),
];

const part = fc.oneof(fc.constantFrom(...VALUES), fc.string({ unit: 'binary', maxLength: 40 }));
const query = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), part), part), { maxLength: 5 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'));
const path = fc.oneof(
  fc.constantFrom(...PATHS),
  fc.array(part, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`),
  fc.array(part, { maxLength: 3 }).map((parts) => `/api/migrations/${parts.join('/')}`),
  part,
);
const header = fc.oneof(part, fc.constant('*'), fc.constant('W/"a", "b"'), fc.array(part, { maxLength: 3 }));

test('whatever is asked is answered: as described, or with a problem that is the caller’s', async () => {
  await fc.assert(
    fc.asyncProperty(path, query, header, header, async (where, asked, etag, accept) => {
      const url = `${where}?${asked}`;
      const headers = { 'if-none-match': etag, 'accept-encoding': accept, 'last-event-id': etag };
      const request = { method: 'GET', url, headers, body: Buffer.alloc(0) };
      const result = await answered('status', request, () => answerWith(looks, request));
      if (result.kind === 'events') return;
      expect(result.status, url).toBeLessThan(500);
      expect(result.body.length).toBeLessThan(200_000);
      checked('get', where, result);
    }),
    { numRuns: 600 },
  );
}, 120_000);

test('what is quoted of a request is bounded and holds no secret', async () => {
  const token = `Bearer ${'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln'}`;
  const url = `/api/fleet?${encodeURIComponent(token)}=${'x'.repeat(500)}`;
  const request = { method: 'GET', url, headers: {}, body: Buffer.alloc(0) };
  const result = await answered('status', request, () => answerWith(looks, request));
  if (result.kind === 'events') throw new Error('events');
  expect(result.status).toBe(400);
  expect(result.body.toString('utf8')).not.toContain('c2ln');
  expect(result.body.length).toBeLessThan(2_000);
});
