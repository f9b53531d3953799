import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { answered } from '../../shared/edge/http/serve.ts';
import { LIVE_AT_ONCE, type Looks, looksOf } from '../../shared/edge/status/looks.ts';
import { answerWith } from '../../shared/edge/status/serve.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { StoreUnavailable } from '../../shared/store/documents.ts';
import { fleetViewSchema, nodesViewSchema } from '../../shared/view/index.ts';
import { startedMigration } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';
import { API, ask, get, pointer } from './client.ts';
import { storeMigrations, storeRoutes } from './crowd.ts';

let engine: ReturnType<typeof testEngine>;
let looks: Looks;
let migration: Migration;

beforeEach(async () => {
  engine = testEngine();
  migration = await startedMigration(engine);
  looks = looksOf(engine, engine.clock);
});

async function methodOf(method: string, url: string) {
  const request = get(url, {}, method);
  const result = await answered('status', request, () => answerWith(looks, request));
  if (result.kind === 'events') throw new Error('events');
  return result;
}

describe('the fleet', () => {
  test('is told as the API describes it, and is not sent again to who has it', async () => {
    const { status, json, etag = '' } = await ask(looks, '/api/fleet');
    expect(status).toBe(200);
    expect(json).toMatchObject({ total: 1, rows: [{ id: migration.id, phase: 'planning' }], unreadable: [] });
    await engine.clock.advance(60_000);
    expect((await ask(looks, '/api/fleet')).etag).toBe(etag);
    await engine.migrations.change(migration.id, (current) => ({ migration: { ...current, paused: true } }));
    await engine.clock.advance(60_000);
    expect((await ask(looks, '/api/fleet')).etag).not.toBe(etag);
  });

  test('of a thousand shoots comes in pages that leave none out', async () => {
    await storeMigrations(engine.documents, migration, 1_000, (index) => ({
      status:
        index % 100 === 7
          ? { kind: 'blocked', since: migration.createdAt, reason: 'RunsDie', message: 'm', remedy: 'r' }
          : migration.status,
    }));
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const { json } = await ask(
        looks,
        `/api/fleet?limit=300${after === undefined ? '' : `&after=${after}`}`,
      );
      const page = fleetViewSchema.parse(json);
      expect(page.total).toBe(1_001);
      expect(page.counts.blocked).toBe(10);
      seen.push(...page.rows.map(({ id }) => id));
      after = page.next;
      if (after === undefined) break;
    }
    expect(new Set(seen).size).toBe(1_001);
    expect(seen).toHaveLength(1_001);
    expect(seen.slice(0, 10).every((id) => id.endsWith('07'))).toBe(true);
  });

  test('shows a document that cannot be read beside the others, with what is wrong', async () => {
    const path = 'migrations/damaged';
    const fields = { id: 'damaged', active: true, shootKey: 'garden-core/broken', position: 'no step' };
    await engine.documents.commit([{ kind: 'put', path, fields }]);
    const { json } = await ask(looks, '/api/fleet');
    const unreadable = [
      { id: 'damaged', shoot: 'garden-core/broken', trouble: expect.stringContaining(path) },
    ];
    expect(json).toMatchObject({ total: 1, unreadable });
    expect(await ask(looks, '/api/migrations/damaged')).toMatchObject({
      status: 500,
      json: { detail: expect.stringContaining('position') },
    });
  });

  test('keeps a migration that ends between two looks at those that have ended', async () => {
    await ask(looks, '/api/fleet');
    await engine.migrations.change(migration.id, (current) => ({
      migration: { ...current, active: false, status: { kind: 'succeeded', since: current.createdAt } },
    }));
    await engine.clock.advance(3_000);
    expect((await ask(looks, '/api/fleet')).json).toMatchObject({ total: 1, rows: [{ phase: 'succeeded' }] });
    await engine.clock.advance(120_000);
    expect((await ask(looks, '/api/fleet')).json).toMatchObject({ total: 1, rows: [{ phase: 'succeeded' }] });
  });
});

describe('one migration', () => {
  test('is told by its id and by its shoot', async () => {
    const byId = await ask(looks, `/api/migrations/${migration.id}`);
    expect(byId).toMatchObject({ status: 200, json: { id: migration.id, plan: { state: 'not made' } } });
    expect((await ask(looks, '/api/migrations?shoot=garden-core/api')).json).toEqual(byId.json);
  });

  test.each([
    '/api/migrations/nobody',
    '/api/migrations?shoot=garden-core/nobody',
    '/api/migrations/nobody/nodes',
    '/api/migrations/nobody/nodes?live=true',
    '/api/migrations/nobody/history',
    '/api/reasons?name=Nothing',
    '/api/nothing',
    '/etc/passwd',
    '/../package.json',
    '/%2e%2e/package.json',
    '//index.html',
  ])('that is not there is a problem that says so: %s', async (url) => {
    expect(await ask(looks, url)).toMatchObject({
      status: 404,
      type: 'application/problem+json; charset=utf-8',
    });
  });

  test('has a history in pages, oldest first, and tells of entries that cannot be read', async () => {
    const path = `migrations/${migration.id}/history/00000002`;
    await engine.documents.commit([{ kind: 'put', path, fields: { at: 'yesterday' } }]);
    const first = await ask(looks, `/api/migrations/${migration.id}/history?limit=1`);
    expect(first.json).toMatchObject({ entries: [{ n: 0, by: 'event', event: 'started' }], next: 0 });
    const rest = await ask(looks, `/api/migrations/${migration.id}/history?after=0&limit=10`);
    expect(rest.json).toMatchObject({ entries: [{ n: 1, event: 'constraint' }], unreadable: [2] });
    expect(rest.json).not.toHaveProperty('next');
  });

  test('of five thousand nodes tells all of them at once and in pages', async () => {
    await storeRoutes(engine.documents, migration, 5_000);
    const all = nodesViewSchema.parse((await ask(looks, `/api/migrations/${migration.id}/nodes`)).json);
    expect(all).toMatchObject({
      source: 'records',
      total: 5_000,
      counts: { route: 2_500, 'route and alias': 2_500 },
    });
    expect(all.cells).toHaveLength(5_000);
    const url = `/api/migrations/${migration.id}/nodes?limit=10&after=${all.cells[4_993]?.name}`;
    const last = nodesViewSchema.parse((await ask(looks, url)).json);
    expect(last.cells).toEqual(all.cells.slice(4_994));
    expect(last.next).toBeUndefined();
  });

  test('whose cluster cannot be seen shows the records, and why', async () => {
    await storeRoutes(engine.documents, migration, 2);
    const { json } = await ask(looks, `/api/migrations/${migration.id}/nodes?live=true`);
    expect(json).toMatchObject({
      source: 'records',
      total: 2,
      trouble: expect.stringContaining('port compute'),
    });
  });
});

test('whoever asks for live nodes of all migrations at once has a few of them looked at, and the others after them', async () => {
  await storeMigrations(engine.documents, migration, 30);
  let open = 0;
  let most = 0;
  const counting = looksOf(
    {
      ...engine,
      openPorts: async () => {
        open += 1;
        most = Math.max(most, open);
        // The others get as far as they can.
        for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
        open -= 1;
        throw new Error('the cluster is away');
      },
    },
    engine.clock,
  );
  const ids = Array.from({ length: 30 }, (_, index) => `m-shoot-${String(index).padStart(5, '0')}`);
  const answers = await Promise.all(ids.map((id) => ask(counting, `/api/migrations/${id}/nodes?live=true`)));
  expect(answers.map(({ json }) => json)).toEqual(
    ids.map((id) => expect.objectContaining({ migration: id, trouble: 'Error: the cluster is away' })),
  );
  expect(most).toBe(LIVE_AT_ONCE);
});

describe('a request that is not as it has to be', () => {
  test.each<[url: string, field: string, expected: RegExp]>([
    ['/api/fleet?limit=0', 'limit', /whole number from 1 to 1000/],
    ['/api/fleet?limit=1e3', 'limit', /whole number from 1 to 1000/],
    ['/api/fleet?limit=', 'limit', /whole number/],
    ['/api/fleet?limit=5&limit=6', 'limit', /at most once/],
    ['/api/fleet?colour=blue', 'colour', /no such field/],
    ['/api/fleet?after=../x', 'after', /id of a migration/],
    ['/api/migrations', 'shoot', /expected/],
    ['/api/migrations?shoot=api', 'shoot', /namespace\/name/],
    [`/api/migrations/${'x'.repeat(201)}`, 'id', /id of a migration/],
    ['/api/migrations/a%2Fb', 'id', /id of a migration/],
    ['/api/migrations/x/nodes?live=1', 'live', /true or false/],
    ['/api/migrations/x/history?after=-2', 'after', /from -1 to/],
    ['/api/migrations/x/history?limit=501', 'limit', /from 1 to 500/],
    ['/api/events?live=true', 'migration', /beside nodes, live/],
  ])('is refused by field: %s', async (url, field, expected) => {
    const errors = [{ field, expected: expect.stringMatching(expected) }];
    expect(await ask(looks, url)).toMatchObject({ status: 400, json: { errors } });
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'BREW'])('is not answered: %s', async (method) => {
    for (const url of ['/api/fleet', `/api/migrations/${migration.id}/pause`, '/', '/nothing']) {
      expect(await methodOf(method, url)).toMatchObject({ status: 405, headers: { Allow: 'GET, HEAD' } });
    }
  });

  test('finds the store away as a problem that passes', async () => {
    const before = async () => {
      throw new StoreUnavailable('no answer');
    };
    const away = testEngine({ world: engine.world, intercept: () => ({ before }) });
    const answer = await ask(looksOf(away, away.clock), '/api/fleet');
    expect(answer).toMatchObject({ status: 503, headers: { 'Retry-After': '2' } });
  });
});

describe('the description of the API', () => {
  test('names every way in, with what each takes and answers', async () => {
    const { json } = await ask(looks, '/openapi.json');
    expect(json).toEqual(API);
    const paths = z.record(z.string(), z.record(z.string(), z.unknown())).parse(pointer(json, ['paths']));
    expect(
      Object.entries(paths).flatMap(([path, of]) => Object.keys(of).map((method) => `${method} ${path}`)),
    ).toEqual([
      'get /api/fleet',
      'get /api/rollout',
      'post /api/rollout',
      'get /api/migrations',
      'get /api/migrations/{id}',
      'get /api/migrations/{id}/nodes',
      'get /api/migrations/{id}/history',
      'get /api/reasons',
      'get /api/events',
      'post /api/caller',
      'post /api/migrations/{id}/pause',
      'post /api/migrations/{id}/resume',
      'post /api/migrations/{id}/abort',
      'post /api/migrations/{id}/retry',
      'post /api/holds',
      'post /api/messages',
    ]);
    for (const [path, methods] of Object.entries(paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const operation of Object.values(methods)) {
        const parameters = z
          .array(z.object({ name: z.string(), in: z.string(), schema: z.object({ type: z.string() }) }))
          .parse(pointer(operation, ['parameters']));
        expect(parameters.flatMap((each) => (each.in === 'path' ? [each.name] : []))).toEqual(inPath);
        expect(
          Object.keys(z.record(z.string(), z.unknown()).parse(pointer(operation, ['responses']))),
        ).toContain('default');
      }
    }
  });

  test('refuses what an answer has and it does not name', async () => {
    const view = pointer(API, [
      'paths',
      '/api/fleet',
      'get',
      'responses',
      '200',
      'content',
      'application/json',
      'schema',
    ]);
    expect(pointer(view, ['additionalProperties'])).toBe(false);
    expect(pointer(view, ['properties', 'rows', 'items', 'additionalProperties'])).toBe(false);
  });

  test('is as good as every reason', async () => {
    expect((await ask(looks, '/api/reasons')).status).toBe(200);
    expect((await ask(looks, '/api/reasons?name=PodCidrTaken')).json).toMatchObject({
      reasons: [{ name: 'PodCidrTaken', step: 'migrate-routes' }],
    });
  });
});
