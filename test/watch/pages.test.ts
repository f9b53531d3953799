import { expect, test } from 'vitest';
import type { Transport } from '../../shared/kubernetes/client/index.ts';
import { shardOf } from '../../shared/watch/memory.ts';
import { DUAL, requestsTo, type Shot, watchWorld } from './garden.ts';

const many = (count: number): readonly Shot[] =>
  Array.from({ length: count }, (_, number) => ({ name: `s-${String(number).padStart(5, '0')}` }));

/** Answers the nth request for a further page with 410, as when its token has expired. */
function expired(...nths: readonly number[]): (transport: Transport) => Transport {
  let further = 0;
  return (transport) => async (request) => {
    if (!request.url.searchParams.has('continue')) return await transport(request);
    further += 1;
    if (!nths.includes(further)) return await transport(request);
    const body = JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      reason: 'Expired',
      code: 410,
    });
    return { status: 410, headers: { 'content-type': 'application/json' }, body };
  };
}

test('changes are found on every page', async () => {
  const world = watchWorld(many(450));
  expect(await world.look()).toMatchObject({ shoots: 450 });
  expect(requestsTo(world.garden, 'list')).toBe(3);
  for (const name of ['s-00000', 's-00199', 's-00200', 's-00449']) await world.setFamilies(name, DUAL);
  expect(await world.look()).toMatchObject({ shoots: 450, changes: 4 });
});

test('a list whose token expires in the middle is begun anew, and every change is told once', async () => {
  const world = watchWorld(many(450), { wire: expired(4) });
  await world.look();
  for (const name of ['s-00000', 's-00300']) await world.setFamilies(name, DUAL);
  expect(await world.look()).toMatchObject({ shoots: 450, changes: 2 });
  // Three pages; then two of which the second came too late, and three again.
  expect(requestsTo(world.garden, 'list')).toBe(3 + 2 + 3);
  expect(world.changes()).toHaveLength(2);
});

test('a list that never holds together is a garden in trouble, and nothing is forgotten', async () => {
  const world = watchWorld(many(450), { wire: expired(3, 4, 5) });
  await world.look();
  const before = await world.documents.list('watched');
  await world.setFamilies('s-00449', DUAL);
  expect(await world.look()).toMatchObject({ kind: 'trouble', reason: 'Refused' });
  expect(await world.documents.list('watched')).toEqual(before);
  expect(await world.look()).toMatchObject({ changes: 1 });
});

test('a garden of 5,000 Shoots is looked at in 25 requests, 32 reads, and one write for a change', async () => {
  const world = watchWorld(many(5_000));
  await world.look();
  await world.setFamilies('s-03333', DUAL);
  const calls: string[] = [];
  const counted = world.instance(({ port, method, target }) => {
    calls.push(`${port} ${method} ${target.split('/')[0]}`);
    return undefined;
  });
  const asked = requestsTo(world.garden, 'list');
  expect(await world.look(counted)).toMatchObject({ shoots: 5_000, changes: 1 });
  expect(requestsTo(world.garden, 'list') - asked).toBe(25);
  const tally = Object.groupBy(calls, (call) => call);
  expect(tally['documents get watched']).toHaveLength(32 + 1);
  expect(tally['documents commit watched']).toHaveLength(1);
  expect(tally['bus publish shoot-changed']).toHaveLength(1);
  const sizes = (await world.documents.list('watched')).map(({ fields }) => JSON.stringify(fields).length);
  // A document holds a mebibyte.
  expect(Math.max(...sizes)).toBeLessThan(40_000);
});

test('Shoots fall evenly to the parts of the memory', () => {
  const uids = many(5_000).map(({ name }) => `uid-${name}`);
  const counts = [...Map.groupBy(uids, shardOf).values()].map(({ length }) => length);
  expect(counts).toHaveLength(32);
  expect(Math.max(...counts)).toBeLessThan(2 * (5_000 / 32));
});
