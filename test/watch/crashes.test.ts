import { describe, expect, test } from 'vitest';
import type { Call } from '../support/interception.ts';
import { onNth, unavailable } from '../support/interception.ts';
import { type Death, mortalProcess } from '../support/mortal-process.ts';
import { DUAL, type WatchWorld, watchWorld } from './garden.ts';

/** Two Shoots that are remembered together, or the order of two parts would hide what dies between them, and one that changes not. */
async function changedWorld(): Promise<WatchWorld> {
  const world = watchWorld([{ name: 'api' }, { name: 'web' }, { name: 'still' }]);
  await world.look();
  await world.setFamilies('api', DUAL);
  await world.setFamilies('web', DUAL);
  return world;
}

/** All calls of an undisturbed look at the changed garden. */
async function callsOfALook(): Promise<readonly Call[]> {
  const world = await changedWorld();
  const calls: Call[] = [];
  const observed = world.instance((call) => {
    calls.push(call);
    return undefined;
  });
  await world.look(observed);
  return calls;
}

const CALLS = await callsOfALook();

async function expectToldAndTakenIn(world: WatchWorld): Promise<void> {
  await world.look();
  const told = new Set(world.changes().map(({ body }) => JSON.stringify(body)));
  expect(told.size).toBe(2);
  expect(await world.look()).toMatchObject({ changes: 0 });
  // The bus may bring each twice, too.
  await world.takeIn(2);
  const migrations = await world.migrations();
  expect(migrations.map(({ active }) => active)).toEqual([true, true]);
  expect(await world.refusals()).toEqual([]);
}

describe.each<Death>(['before', 'after'])('an instance that dies %s', (when) => {
  test.each(CALLS.map(({ port, method, target }, index) => [`${port} ${method} ${target}`, index]))(
    '%s (%i) leaves every change to be told, and each begins one migration',
    async (_, index) => {
      const world = await changedWorld();
      let call = -1;
      const process = mortalProcess(() => {
        call += 1;
        return call === index ? when : undefined;
      });
      const dying = world.look(world.instance(process.intercept));
      dying.catch(() => undefined);
      await world.clock.until(process.died);
      await expectToldAndTakenIn(world);
    },
  );
});

test('two looks at once tell of a change, remember it once, and begin one migration', async () => {
  const world = await changedWorld();
  const [one, other] = [world.instance(), world.instance()];
  await Promise.all([world.look(one), world.look(other), world.look()]);
  await expectToldAndTakenIn(world);
});

test('what a look was overtaken with, between its listing and its publishing, it does not tell again', async () => {
  const world = await changedWorld();
  const overtaken = world.instance(
    onNth(33, ({ method }) => method === 'get', { before: () => world.look().then(() => undefined) }),
  );
  expect(await world.look(overtaken)).toMatchObject({ changes: 1, gaveWay: 1 });
  // One by the overtaken look, before it was; the other by the one that was quicker.
  expect(world.changes()).toHaveLength(2);
});

test('a look that was overtaken after its publishing does not undo what the other remembered', async () => {
  const world = await changedWorld();
  const late = world.instance(
    onNth(1, ({ port, method }) => port === 'documents' && method === 'commit', {
      before: async () => {
        await world.look();
        await world.setFamilies('api', ['IPv4']);
        await world.setFamilies('web', ['IPv4']);
        await world.look();
      },
    }),
  );
  await world.look(late);
  const before = world.changes().length;
  expect(await world.look()).toMatchObject({ changes: 0 });
  expect(world.changes()).toHaveLength(before);
});

test.each(['bus', 'documents'] as const)(
  'what the %s would not take is told at the next look',
  async (port) => {
    const world = await changedWorld();
    const away = world.instance((call) =>
      call.port === port && (call.method === 'publish' || call.method === 'commit')
        ? { before: unavailable({ port }) }
        : undefined,
    );
    await expect(world.look(away)).rejects.toThrow(/no answer/);
    await expectToldAndTakenIn(world);
  },
);

test('a part of the memory that cannot be understood is named, and does not hold up the others', async () => {
  const world = await changedWorld();
  const [damaged] = await world.documents.list('watched');
  if (damaged === undefined) throw new Error('nothing is remembered');
  await world.documents.commit([
    { kind: 'put', path: damaged.path, fields: { ...damaged.fields, shoots: '{' } },
  ]);
  await expect(world.look()).rejects.toThrow(new RegExp(`${damaged.path} cannot be understood`));
  expect(world.changes().length).toBeGreaterThan(0);
});
