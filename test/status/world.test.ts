import { expect, onTestFinished, test } from 'vitest';
import { createInProcessWorld, type InProcessOptions } from '../../infra/local/in-process/index.ts';
import type { SentEvent } from '../../shared/edge/http/answer.ts';
import { type Looks, looksOf } from '../../shared/edge/status/looks.ts';
import { LIVE_MS } from '../../shared/edge/status/node-look.ts';
import { eventSchemas } from '../../shared/edge/status/schemas.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { type NodeCell, nodesViewSchema } from '../../shared/view/index.ts';
import { ask, checkEvent, open } from './client.ts';

/** A world with the looks of a function instance of its own, and how often cloud and cluster were opened for them. */
async function watchedWorld(options: InProcessOptions) {
  const world = await createInProcessWorld({ clients: 'direct', ...options });
  onTestFinished(() => world.stop());
  await world.changeShoot();
  const migration = await world.runUntil((each) => each?.plan.madeAt !== undefined);
  const [instance] = world.instances();
  if (instance === undefined) throw new Error('there is no function instance');
  let opened = 0;
  const engine: Engine = {
    ...instance.engine,
    openPorts: async (of, signal) => {
      opened += 1;
      return await instance.engine.openPorts(of, signal);
    },
  };
  return { world, migration, looks: looksOf(engine, world.clock), opened: () => opened };
}

/** Follows the nodes live, from stream to stream, as a page does. */
function follow(looks: Looks, id: string) {
  const cells = new Map<string, NodeCell>();
  const seen: string[] = [];
  const events: SentEvent[] = [];
  let lastId: string | undefined;
  const left = new AbortController();
  const take = async (event: SentEvent) => {
    checkEvent(event);
    events.push(event);
    lastId = event.id ?? lastId;
    if (event.event !== 'nodes') return;
    const news = eventSchemas.nodes.parse(JSON.parse(JSON.stringify(event.data)));
    if (news.whole) cells.clear();
    for (const cell of news.cells) cells.set(cell.name, cell);
    for (const name of news.gone) cells.delete(name);
    expect(news.trouble).toBeUndefined();
    for (const { presence, carrier } of cells.values()) seen.push(`${presence} ${carrier}`);
  };
  const following = (async () => {
    while (!left.signal.aborted) {
      const headers: Record<string, string> = lastId === undefined ? {} : { 'last-event-id': lastId };
      const stream = await open(looks, `/api/events?migration=${id}&live=true&historyAfter=-1`, headers);
      await stream.run(take, left.signal).catch((error: unknown) => {
        if (!left.signal.aborted) throw error;
      });
    }
  })();
  return {
    cells,
    seen,
    events,
    stop: async () => {
      left.abort(new Error('has seen enough'));
      await following;
    },
  };
}

test('a migration can be watched node by node from its start to its end, and no live node is ever seen without a carrier', async () => {
  const { world, migration, looks } = await watchedWorld({ nodes: 6 });
  const viewer = follow(looks, migration.id);
  const ended = await world.runUntil('ended');
  expect(ended.status.kind).toBe('succeeded');
  await world.clock.advance(LIVE_MS + 5_000);
  await viewer.stop();

  for (const stage of [
    'live route',
    'live route and alias',
    'live alias',
    'live dual-stack',
    'left nothing',
  ]) {
    expect(viewer.seen, stage).toContain(stage);
  }
  expect(viewer.seen).not.toContain('live nothing');
  const byPresence = Map.groupBy(viewer.cells.values(), ({ presence }) => presence);
  expect(byPresence.get('live')?.map(({ carrier }) => carrier)).toEqual(Array(6).fill('dual-stack'));
  expect(byPresence.get('left')).toHaveLength(6);

  const history = await world.migrations.history(migration.id);
  const told = viewer.events.flatMap(({ event, data }) =>
    event === 'history' ? eventSchemas.history.parse(JSON.parse(JSON.stringify(data))).entries : [],
  );
  expect(told.map(({ n }) => n)).toEqual(history.map((_, n) => n));
}, 240_000);

test('two viewers cost one look at cloud and cluster in ten seconds, and none costs anything', async () => {
  const { world, migration, looks, opened } = await watchedWorld({ nodes: 3 });
  const viewers = [follow(looks, migration.id), follow(looks, migration.id)];
  await world.clock.advance(60_000);
  const asked = world.clock.until(ask(looks, `/api/migrations/${migration.id}/nodes?live=true`));
  expect(nodesViewSchema.parse((await asked).json)).toMatchObject({ source: 'live', total: 3 });
  expect(opened()).toBeGreaterThanOrEqual(4);
  expect(opened()).toBeLessThanOrEqual(7);
  for (const viewer of viewers) await world.clock.until(viewer.stop());
  const before = opened();
  await world.clock.advance(300_000);
  expect(opened()).toBe(before);
}, 120_000);

test('the records alone tell how far the routes are, without a call to cloud or cluster', async () => {
  const { world, migration, looks, opened } = await watchedWorld({ nodes: 6 });
  await world.runUntil((each) => each?.position === 'check-nodes');
  const { json } = await world.clock.until(ask(looks, `/api/migrations/${migration.id}/nodes`));
  expect(json).toMatchObject({ source: 'records', total: 6, counts: { alias: 6 } });
  expect(opened()).toBe(0);
}, 120_000);

test('a cluster that does not answer is told as trouble beside the records, and asked no more often for that', async () => {
  const { world, migration, looks, opened } = await watchedWorld({ nodes: 3 });
  await world.runUntil((each) => each?.position === 'check-nodes');
  world.onCall(({ port }) => (port === 'cluster' ? new Error('no answer') : undefined));
  const look = async () => {
    const told = await world.clock.until(ask(looks, `/api/migrations/${migration.id}/nodes?live=true`));
    return nodesViewSchema.parse(told.json);
  };
  expect(await look()).toMatchObject({
    source: 'records',
    total: 3,
    trouble: expect.stringContaining('no answer'),
  });
  const before = opened();
  await look();
  expect(opened()).toBe(before);
}, 120_000);
