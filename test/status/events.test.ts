import { beforeEach, describe, expect, test } from 'vitest';
import type { SentEvent } from '../../shared/edge/http/answer.ts';
import { STREAM_SECONDS } from '../../shared/edge/status/events.ts';
import { type Looks, looksOf } from '../../shared/edge/status/looks.ts';
import { eventSchemas } from '../../shared/edge/status/schemas.ts';
import { pause } from '../../shared/engine/pause.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import type { Call } from '../support/interception.ts';
import { startedMigration } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';
import { checkEvent, open } from './client.ts';
import { storeMigrations, storeRoutes } from './crowd.ts';

let engine: ReturnType<typeof testEngine>;
let looks: Looks;
let migration: Migration;
let calls: Call[];

beforeEach(async () => {
  calls = [];
  engine = testEngine({
    intercept: (call) => {
      calls.push(call);
      return undefined;
    },
  });
  migration = await startedMigration(engine);
  looks = looksOf(engine, engine.clock);
});

interface Viewer {
  readonly events: SentEvent[];
  readonly ended: Promise<void>;
  leave(): void;
}

/** Watches until the stream ends or the viewer leaves; what is sent is checked against the API's description. */
async function watch(url: string, lastEventId?: string): Promise<Viewer> {
  const stream = await open(looks, url, lastEventId === undefined ? {} : { 'last-event-id': lastEventId });
  const events: SentEvent[] = [];
  const left = new AbortController();
  const ended = stream
    .run(async (event) => {
      checkEvent(event);
      events.push(event);
    }, left.signal)
    .catch((error: unknown) => {
      if (!left.signal.aborted) throw error;
    });
  return { events, ended, leave: () => left.abort(new Error('has seen enough')) };
}

const named = ({ events }: Viewer, name: string) => events.filter(({ event }) => event === name);
const lastId = ({ events }: Viewer) => events.findLast(({ id }) => id !== undefined)?.id;

function fleetIn({ events }: Viewer, index: number) {
  const data = events.filter(({ event }) => event === 'fleet')[index]?.data;
  return eventSchemas.fleet.parse(JSON.parse(JSON.stringify(data)));
}

describe('the fleet’s news', () => {
  test('begin with everything, and go on with what has changed and what is gone', async () => {
    await storeMigrations(engine.documents, migration, 20);
    const viewer = await watch('/api/events');
    await engine.clock.advance(5_000);
    expect(fleetIn(viewer, 0)).toMatchObject({ whole: true, total: 21 });
    await pause(engine, { kind: 'shoot', name: migration.shoot.key });
    await engine.clock.advance(5_000);
    expect(named(viewer, 'fleet')).toHaveLength(2);
    const news = fleetIn(viewer, 1);
    expect(news).toMatchObject({ whole: false, total: 21, gone: [] });
    expect(news.rows.map(({ id, phase }) => `${id} ${phase}`)).toEqual([`${migration.id} paused`]);
    viewer.leave();
  });

  test('are no news to who comes back with the last id, and only what changed meanwhile', async () => {
    const viewer = await watch('/api/events');
    await engine.clock.advance(5_000);
    viewer.leave();
    const id = lastId(viewer);
    const back = await watch('/api/events', id);
    await engine.clock.advance(5_000);
    expect(named(back, 'fleet')).toEqual([]);
    back.leave();
    await pause(engine, { kind: 'shoot', name: migration.shoot.key });
    await engine.clock.advance(5_000);
    const again = await watch('/api/events', id);
    await engine.clock.advance(5_000);
    expect(fleetIn(again, 0)).toMatchObject({ whole: false, rows: [{ phase: 'paused' }] });
    again.leave();
  });

  test.each(['unknown', '0', 'a.b.c', '', 'x'.repeat(5_000), '../..', '1\n2'])(
    'begin anew for an id that is none: %j',
    async (id) => {
      const viewer = await watch('/api/events', id);
      await engine.clock.advance(2_000);
      expect(fleetIn(viewer, 0)).toMatchObject({ whole: true, total: 1 });
      viewer.leave();
    },
  );

  test('cost one query of the store every few seconds, however many watch, and none when nobody does', async () => {
    const viewers = await Promise.all(Array.from({ length: 40 }, () => watch('/api/events')));
    await engine.clock.advance(1_000);
    calls.length = 0;
    await engine.clock.advance(30_000);
    const lists = calls.filter(({ method, target }) => method === 'list' && target === 'migrations');
    expect(lists.length).toBeGreaterThanOrEqual(7);
    expect(lists.length).toBeLessThanOrEqual(11);
    for (const viewer of viewers) viewer.leave();
    await engine.clock.advance(2_000);
    calls.length = 0;
    await engine.clock.advance(600_000);
    expect(calls).toEqual([]);
  });

  test('end before the function’s time-out, and show in between that they are alive', async () => {
    const viewer = await watch('/api/events');
    await engine.clock.until(viewer.ended);
    expect(engine.clock.now() - Date.parse(migration.createdAt)).toBeLessThan(540_000);
    expect(named(viewer, 'alive').length).toBeGreaterThanOrEqual(STREAM_SECONDS / 15 - 2);
  });
});

describe('the news of one migration', () => {
  test('are its view, what is new in its history, and its nodes as they change', async () => {
    await storeRoutes(engine.documents, migration, 4);
    const viewer = await watch(`/api/events?migration=${migration.id}&nodes=true`);
    await engine.clock.advance(4_000);
    expect(viewer.events.map(({ event }) => event)).toEqual(['migration', 'nodes']);
    await pause(engine, { kind: 'shoot', name: migration.shoot.key }, { name: 'alice', verified: false });
    await storeRoutes(engine.documents, migration, 5);
    await engine.clock.advance(8_000);
    viewer.leave();
    const [view, history, nodes] = ['migration', 'history', 'nodes'].map(
      (name) => named(viewer, name).at(-1)?.data,
    );
    expect(view).toMatchObject({ migration: { phase: 'paused', paused: true } });
    const who = { name: 'alice', verified: false };
    expect(history).toMatchObject({ entries: [{ event: 'paused', by: 'operator', who }] });
    expect(nodes).toMatchObject({ whole: false, total: 5, cells: [{ name: 'node-00004' }], gone: [] });
  });

  test('go on where the client has left off', async () => {
    const viewer = await watch(`/api/events?migration=${migration.id}&historyAfter=-1`);
    await engine.clock.advance(3_000);
    expect(named(viewer, 'history')[0]?.data).toMatchObject({ entries: [{ n: 0 }, { n: 1 }] });
    viewer.leave();
    await pause(engine, { kind: 'shoot', name: migration.shoot.key });
    const back = await watch(`/api/events?migration=${migration.id}&historyAfter=-1`, lastId(viewer));
    await engine.clock.advance(5_000);
    expect(named(back, 'history').map(({ data }) => data)).toMatchObject([
      { entries: [{ n: 2, event: 'paused' }] },
    ]);
    back.leave();
  });

  test('of a migration that nobody knows are a problem', async () => {
    await expect(watch('/api/events?migration=nobody')).rejects.toThrow('There is no migration nobody');
  });
});

test('a client that reads slowly holds up nobody else', async () => {
  const stream = await open(looks, '/api/events');
  const left = new AbortController();
  void stream.run(() => new Promise(() => {}), left.signal).catch(() => {});
  const quick = await watch('/api/events');
  await engine.clock.advance(3_000);
  expect(named(quick, 'fleet')).toHaveLength(1);
  quick.leave();
  left.abort(new Error('enough'));
});
