import { describe, expect, test } from 'vitest';
import { cloudState, hazardWorld, migrated, routesMigrated, unreachedNow } from './hazard-world.ts';

test('when the range is refused the migration goes on as rollover, and nothing is lost', async () => {
  const world = await hazardWorld({ switches: { rangeOverRoutesUnderFlag: 'refused' } });
  const migration = await migrated(world);
  expect(migration.status.kind).toBe('succeeded');
  expect(migration.plan).toMatchObject({
    strategy: 'rollover',
    notTaken: expect.arrayContaining([expect.objectContaining({ strategy: 'overlap' })]),
  });
  expect(world.lostNodeSeconds()).toBe(0);
});

test('when the flag is refused the migration goes on as rollover, and nothing is lost', async () => {
  const world = await hazardWorld({ switches: { flagOn: 'refused' } });
  const migration = await migrated(world);
  expect(migration.status.kind).toBe('succeeded');
  expect(migration.plan.strategy).toBe('rollover');
  expect(world.lostNodeSeconds()).toBe(0);
});

describe('when packets do not fall back to the routes', () => {
  test('the range comes off again before any alias, every node is reached as before, and rollover follows', async () => {
    const world = await hazardWorld({ switches: { hybridFallback: 'off' } });
    await world.changeShoot();
    await world.runUntil((migration) => migration?.plan.strategy === 'rollover');
    expect(world.compute.calls().byMethod['instances.updateNetworkInterface']).toBeUndefined();
    expect(await cloudState(world)).toMatchObject({ nodesSubnet: { flag: false, ranges: [] } });
    const migration = await world.runUntil('ended');
    expect(migration.status.kind).toBe('succeeded');
    // Every gap is that one: from the range's arrival on the hosts to its going.
    for (const { from, to } of world.gaps()) expect(to - from).toBeLessThan(40_000);
    expect(new Set(world.gaps().map(({ node }) => node)).size).toBe(world.gaps().length);
  });

  test('only at first, the range comes off again too: what was lost once is not tried out further', async () => {
    const world = await hazardWorld({ switches: { hybridTransientMs: 10_000 } });
    const migration = await migrated(world);
    expect(migration.status.kind).toBe('succeeded');
    expect(migration.plan.strategy).toBe('rollover');
  });
});

test('a first deletion after which the node is not reached brings its route back, and blocks with a reason', async () => {
  const world = await hazardWorld({ switches: { aliasMatchesInHybridSubnet: 'no' } });
  const before = unreachedNow(world);
  const migration = await routesMigrated(world);
  expect(migration.status).toMatchObject({
    kind: 'blocked',
    reason: 'NodeNotReached',
    message: expect.stringContaining('created again'),
  });
  expect(world.compute.calls().byMethod['routes.delete']).toBe(1);
  world.after(10, () => undefined);
  await world.clock.advance(10_000);
  expect(unreachedNow(world)).toEqual(before);
  expect(new Set(world.gaps().map(({ node }) => node)).size).toBe(1);
});

test('a guest agent that takes aliases for its own costs one node some seconds, and blocks with a reason', async () => {
  const world = await hazardWorld({ switches: { guestAgentTakesAliases: 'yes' } });
  const migration = await routesMigrated(world);
  expect(migration.status).toMatchObject({ kind: 'blocked', reason: 'AliasTakesTraffic' });
  await world.clock.advance(10_000);
  expect(unreachedNow(world)).toEqual([]);
  expect(new Set(world.gaps().map(({ node }) => node)).size).toBe(1);
  expect(world.compute.calls().byMethod['routes.delete']).toBeUndefined();
});

test('by rollover it stops the migration at the first node that came with an alias, before others are asked for', async () => {
  const world = await hazardWorld({ strategy: 'rollover', switches: { guestAgentTakesAliases: 'yes' } });
  const migration = await routesMigrated(world);
  expect(migration).toMatchObject({
    position: 'migrate-routes',
    status: {
      kind: 'blocked',
      reason: 'AliasTakesTraffic',
      message: expect.stringContaining('the first node that came with its alias IP range'),
      remedy: expect.stringContaining('Keep further nodes from being replaced'),
    },
  });
  expect(world.gaps().length).toBeLessThan(world.example.nodes.length);
});

describe('the strategy that the operator wishes for', () => {
  test('rollover replaces the nodes and loses nothing', async () => {
    const world = await hazardWorld({ strategy: 'rollover' });
    const migration = await migrated(world);
    expect(migration.status.kind).toBe('succeeded');
    expect(migration.plan.strategy).toBe('rollover');
    expect(world.lostNodeSeconds()).toBe(0);
  });

  test('cutover touches nothing before traffic loss is acknowledged; then every node has one gap, and it ends', async () => {
    const world = await hazardWorld({ strategy: 'cutover' });
    const before = await cloudState(world);
    const blocked = await migrated(world);
    expect(blocked.status).toMatchObject({
      kind: 'blocked',
      reason: 'PreflightBlocked',
      message: expect.stringContaining('traffic-loss-is-acknowledged'),
    });
    expect(await cloudState(world)).toEqual(before);
    await world.publish('preflight', { shoot: blocked.shoot.key, acknowledgeTrafficLoss: true });
    await world.runUntil((migration) => migration?.status.kind !== 'blocked');
    expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
    expect(world.gaps()).toHaveLength(world.example.nodes.length);
    for (const { from, to } of world.gaps()) expect(to - from).toBeLessThan(60_000);
  });
});
