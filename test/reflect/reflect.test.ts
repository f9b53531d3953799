import { expect, test } from 'vitest';
import { shoots } from '../../infra/local/cluster/index.ts';
import { at } from '../support/toy-times.ts';
import { shoot } from '../watch/garden.ts';
import { OTHERS, reflectWorld } from './world.ts';

const NODES = { type: 'DualStackNodesMigrationReady', status: 'Progressing', reason: 'NodesNotMigrated' };

test('a Shoot says which migration of it is under way, how it stands and with which constraints, and what others say stays', async () => {
  const world = await reflectWorld();
  await world.tick();
  const { constraints, ...said } = await world.said();
  expect(said).toEqual({ migration: world.id, state: 'running', step: 'preflight' });
  expect(JSON.parse(constraints ?? '')).toMatchObject([NODES]);
  expect((await world.present()).metadata.annotations).toMatchObject(OTHERS.annotations);
  expect(await world.constraints()).toEqual(OTHERS.constraints);
});

test('nothing is written when nothing is news', async () => {
  const world = await reflectWorld({ writesConstraints: true });
  await world.tick();
  const before = world.patches();
  const stored = await world.documents.list('reflections');
  await world.ticks(10);
  expect(world.patches()).toEqual(before);
  expect(await world.documents.list('reflections')).toEqual(stored);
});

test('a wait, its progress and a block are said with their reasons', async () => {
  const world = await reflectWorld();
  const since = at(world.clock.now());
  const progress = { done: 12, total: 30, unit: 'nodes dual-stack' };
  const waiting = { kind: 'waiting', since, reason: 'NodesRolling', message: 'nodes are replaced' } as const;
  await world.stands({
    status: { ...waiting, progress },
    wakeAt: at(world.clock.now() + 3_600_000),
    position: 'check-nodes',
  });
  await world.tick();
  expect(await world.said()).toMatchObject({
    state: 'waiting',
    step: 'check-nodes',
    why: 'NodesRolling: nodes are replaced',
    progress: '12 of 30 nodes dual-stack',
  });
  await world.stands({
    status: { kind: 'blocked', since, reason: 'Stuck', message: 'A node is stuck.', remedy: 'Look at it.' },
  });
  await world.tick();
  expect(await world.said()).toMatchObject({ state: 'blocked', why: 'Stuck: A node is stuck. Look at it.' });
  await world.stands({ paused: true });
  await world.tick();
  expect(await world.said()).toMatchObject({ state: 'paused' });
});

test('the last word on a migration is that it ended; after that the garden is left in peace', async () => {
  const world = await reflectWorld({ writesConstraints: true });
  await world.tick();
  expect(await world.constraints()).toMatchObject([...OTHERS.constraints, NODES]);
  await world.stands({
    active: false,
    status: { kind: 'succeeded', since: at(world.clock.now()) },
    finishedAt: at(world.clock.now()),
    outbox: [],
  });
  await world.ticks(2);
  expect(await world.said()).toEqual({ migration: world.id, state: 'succeeded' });
  expect(await world.constraints()).toEqual(OTHERS.constraints);
  const reads = world.reads();
  await world.ticks(5);
  expect(world.reads()).toBe(reads);
});

test('status.constraints are not touched unless that is allowed', async () => {
  const world = await reflectWorld();
  await world.ticks(3);
  expect(world.patches().status).toBe(0);
});

test('constraints stand in the status beside Gardener’s, with the times of our own', async () => {
  const world = await reflectWorld({ writesConstraints: true });
  await world.tick();
  const migration = await world.engine.migrations.get(world.id);
  expect(await world.constraints()).toEqual([...OTHERS.constraints, ...(migration?.constraints ?? [])]);
});

test('what somebody changed between our look and our write is not lost, and ours is written after it', async () => {
  const world = await reflectWorld({ writesConstraints: true });
  for (const resource of ['shoots.core.gardener.cloud', 'shoots.core.gardener.cloud/status']) {
    world.garden.gate.failRequest({ match: { verb: 'patch', resource }, when: 'before', answer: 409 });
  }
  await world.tick();
  expect(await world.said()).toMatchObject({ state: 'running' });
  expect(await world.constraints()).toMatchObject([...OTHERS.constraints, NODES]);
});

test('a write whose answer was lost is not made again, and counts as our own', async () => {
  const world = await reflectWorld();
  world.garden.gate.failRequest({ match: { verb: 'patch' }, when: 'after', answer: 'connection-lost' });
  await world.ticks(3);
  expect(world.patches().annotations).toBe(1);
  expect(await world.setbacks()).toEqual({ annotations: 0, constraints: 0 });
  await world.stands({ paused: true });
  await world.tick();
  expect(await world.said()).toMatchObject({ state: 'paused' });
});

test('another Shoot of the same name is told nothing', async () => {
  const world = await reflectWorld();
  await world.garden.client.delete(shoots, { namespace: 'garden-core', name: 'api' });
  await world.garden.client.create(shoots, shoot({ name: 'api' }));
  await world.ticks(3);
  expect(await world.said()).toEqual({});
  expect(world.patches().annotations).toBe(0);
});

test('two ticks at once write once', async () => {
  const world = await reflectWorld();
  await Promise.all([world.tick(world.instance()), world.tick(world.instance())]);
  await world.tick();
  expect(world.patches().annotations).toBe(1);
  expect(await world.said()).toMatchObject({ state: 'running' });
  expect(await world.setbacks()).toEqual({ annotations: 0, constraints: 0 });
});

test('without a garden the tick does all else', async () => {
  const world = await reflectWorld();
  expect(await world.tick({ ...world.engine, garden: undefined })).toEqual({ looked: 1, actions: [] });
});
