import { expect, test } from 'vitest';
import type { Transport } from '../../shared/kubernetes/client/index.ts';
import { at } from '../support/toy-times.ts';
import { reflectWorld } from './world.ts';

/** A garden that is in trouble from the first tick on, until it is let go. */
function trouble(answer: (request: Parameters<Transport>[0]) => ReturnType<Transport> | undefined) {
  let on = false;
  let asked = 0;
  return {
    set: (is: boolean) => {
      on = is;
    },
    asked: () => asked,
    wire:
      (transport: Transport): Transport =>
      async (request) => {
        const instead = on ? answer(request) : undefined;
        if (instead === undefined) return await transport(request);
        asked += 1;
        return await instead;
      },
  };
}

const status = (code: number) => async () => ({
  status: code,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ kind: 'Status', message: `status ${code}`, code }),
});

test.each([
  ['401', status(401), /Unauthorized/],
  ['429', status(429), /Busy/],
  ['500', status(500), /Away/],
  ['nothing', () => Promise.reject(new Error('refused')), /Away/],
  ['nothing, ever', () => new Promise<never>(() => undefined), /TooSlow/],
])(
  'a garden that answers %s holds up no migration, and all is said once it is back',
  async (_, answer, said) => {
    const gardens = trouble(answer);
    const world = await reflectWorld({
      wire: gardens.wire,
      names: ['api', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
    });
    gardens.set(true);
    const waiting = { kind: 'waiting', since: at(0), reason: 'R', message: 'm' } as const;
    await world.stands({ status: waiting, wakeAt: at(0), outbox: [] });
    const before = world.clock.now();
    const ticked = await world.tick();
    expect(ticked).toMatchObject({
      actions: [{ migration: world.id, action: 'woke' }],
      reflected: { written: 0, troubles: expect.arrayContaining([expect.stringMatching(said)]) },
    });
    expect(world.clock.now() - before).toBeLessThanOrEqual(60_000);
    gardens.set(false);
    await world.tick();
    expect(await world.said()).toMatchObject({ state: 'waiting' });
    expect(await world.said('h')).toMatchObject({ state: 'running' });
    expect(await world.setbacks()).toMatchObject({ annotations: 0 });
  },
);

test.each([
  ['403', status(403)],
  ['422', status(422)],
])(
  'a write that is answered with %s is tried less and less often, and the others are written',
  async (_, answer) => {
    const gardens = trouble((request) =>
      request.method === 'PATCH' && request.url.pathname.endsWith('/api') ? answer() : undefined,
    );
    const world = await reflectWorld({ wire: gardens.wire, names: ['api', 'web'] });
    gardens.set(true);
    await world.ticks(60);
    expect(gardens.asked()).toBeGreaterThan(1);
    expect(gardens.asked()).toBeLessThan(6);
    expect(await world.said('web')).toMatchObject({ state: 'running' });
    gardens.set(false);
    await world.ticks(60);
    expect(await world.said()).toMatchObject({ state: 'running' });
  },
);

type World = Awaited<ReturnType<typeof reflectWorld>>;

const endAborted = (world: World) =>
  world.stands({ active: false, status: { kind: 'aborted', since: at(world.clock.now()) }, outbox: [] });

/** A migration that was aborted, with its last word still to be said, when the trouble began. */
async function abortedIn(gardens: ReturnType<typeof trouble>): Promise<World> {
  const world = await reflectWorld({ wire: gardens.wire });
  await world.tick();
  gardens.set(true);
  await endAborted(world);
  return world;
}

test('the last word on a migration whose Shoot is gone is given up', async () => {
  const gardens = trouble(status(404));
  const world = await abortedIn(gardens);
  await world.ticks(3);
  const asked = gardens.asked();
  await world.ticks(10);
  expect(gardens.asked()).toBe(asked);
});

test('the last word that is refused is given up', async () => {
  const gardens = trouble((request) => (request.method === 'PATCH' ? status(403)() : undefined));
  const world = await abortedIn(gardens);
  await world.ticks(60);
  const asked = gardens.asked();
  expect(asked).toBeGreaterThan(0);
  await world.ticks(120);
  expect(gardens.asked()).toBe(asked);
});

test('an ended migration that cannot be read is left out, and the Shoots of the others say how they stand', async () => {
  const world = await reflectWorld({ names: ['api', 'web'] });
  await world.tick();
  await endAborted(world);
  const path = `migrations/${world.id}`;
  const stored = await world.documents.get(path);
  await world.documents.commit([{ kind: 'put', path, fields: { ...stored?.fields, plan: 'none' } }]);
  const [other] = await world.engine.migrations.active();
  await world.stands({ paused: true }, other?.id);
  await world.tick();
  expect(await world.said('web')).toMatchObject({ state: 'paused' });
});

test('a migration that was deleted by hand is not asked about for ever', async () => {
  const world = await reflectWorld();
  await world.tick();
  await world.documents.commit([{ kind: 'delete', path: `migrations/${world.id}` }]);
  await world.tick();
  expect(await world.documents.list('reflections', { where: { field: 'open', equals: true } })).toEqual([]);
});
