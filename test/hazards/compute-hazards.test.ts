import { describe, expect, test } from 'vitest';
import { hazardWorld, migrated, routeCall, routesMigrated, unreachedNow } from './hazard-world.ts';

const UPDATE = 'instances.updateNetworkInterface';

describe('an alias operation that fails after its HTTP 200', () => {
  test('with a trouble that passes is sent again, and nothing is lost', async () => {
    const world = await hazardWorld();
    world.compute.faults.add({ method: UPDATE, call: 3, kind: 'operation-error', reason: 'INTERNAL_ERROR' });
    expect((await migrated(world)).status.kind).toBe('succeeded');
    expect(world.lostNodeSeconds()).toBe(0);
  });

  test('for good keeps every route, blocks with the API’s reason, and goes on once the cause is gone', async () => {
    const world = await hazardWorld();
    const takeBack = world.compute.faults.add({
      method: UPDATE,
      call: 'every',
      path: world.example.nodes[3]?.name ?? '',
      kind: 'operation-error',
      reason: 'IP_IN_USE_BY_ANOTHER_RESOURCE',
    });
    const blocked = await migrated(world);
    expect(blocked.status).toMatchObject({
      kind: 'blocked',
      reason: 'ComputeEngineRefused',
      message: expect.stringContaining('IP_IN_USE_BY_ANOTHER_RESOURCE'),
    });
    expect(world.compute.calls().byMethod['routes.delete']).toBeUndefined();
    takeBack();
    await world.publish('migrate-routes', { shoot: blocked.shoot.key });
    await world.runUntil((migration) => migration?.status.kind !== 'blocked');
    expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
    expect(world.lostNodeSeconds()).toBe(0);
  });
});

test('a VM that is deleted between the list and its update stops nobody', async () => {
  const world = await hazardWorld();
  const [, , victim] = world.example.nodes;
  const end = world.onCall((call) => {
    if (!routeCall('addAlias')(call)) return undefined;
    end();
    // Without a word to Kubernetes, as somebody does by hand.
    void world.compute.actors.deleteInstance(victim?.zone ?? '', victim?.name ?? '');
    return undefined;
  });
  expect((await migrated(world)).status.kind).toBe('succeeded');
  expect(
    (await world.clock.until(world.compute.actors.listRoutes())).some(
      ({ destRange }) => destRange === victim?.podCidr,
    ),
  ).toBe(false);
});

test('a NIC whose fingerprint went stale is read again, and the other change stays', async () => {
  const world = await hazardWorld();
  const [, , changed] = world.example.nodes;
  const zone = changed?.zone ?? '';
  const name = changed?.name ?? '';
  const end = world.onCall((call) => {
    if (!routeCall('addAlias')(call)) return undefined;
    end();
    void (async () => {
      const [nic] = (await world.compute.actors.getInstance(zone, name)).networkInterfaces;
      await world.compute.actors.updateNetworkInterface(zone, name, 'nic0', {
        fingerprint: nic?.fingerprint,
        aliasIpRanges: [...(nic?.aliasIpRanges ?? []), { ipCidrRange: '10.250.200.7/32' }],
      });
    })();
    return undefined;
  });
  const after = await routesMigrated(world);
  const [nic] = (await world.clock.until(world.compute.actors.getInstance(zone, name))).networkInterfaces;
  // Somebody else's alias stands first now, which only a human can judge; it was not overwritten.
  expect(nic?.aliasIpRanges).toContainEqual({ ipCidrRange: '10.250.200.7/32' });
  expect(after.status).toMatchObject({ kind: 'blocked', reason: 'ForeignAlias' });
  expect(world.lostNodeSeconds()).toBe(0);
});

test.each([
  ['the nodes are listed', 'routes'],
  ['the flag is on', 'setRoutesOverlap'],
])('a node that joins after %s has its alias before any route goes', async (_what, method) => {
  const world = await hazardWorld();
  const end = world.onCall((call) => {
    if (!routeCall(method)(call)) return undefined;
    end();
    void world.actors.machineController.add(1).catch(() => undefined);
    return undefined;
  });
  expect((await migrated(world)).status).toMatchObject({ kind: 'succeeded' });
  expect(world.lostNodeSeconds()).toBe(0);
});

test('a VM made in the middle that was given an old node’s range is named; the others have their aliases by then', async () => {
  const world = await hazardWorld();
  let newcomer: readonly string[] = [];
  const end = world.onCall((call) => {
    if (!routeCall('addAlias')(call)) return undefined;
    end();
    void world.actors.machineController.add(1).then(
      (names) => {
        newcomer = names;
      },
      () => undefined,
    );
    return undefined;
  });
  const blocked = await migrated(world);
  expect(blocked.status).toMatchObject({ kind: 'blocked', reason: 'PodCidrTaken' });
  expect(world.gaps().length).toBeLessThanOrEqual(1);
  expect(world.compute.calls().byMethod['routes.delete']).toBeUndefined();
  await world.clock.untilTrue(() => newcomer.length > 0);
  await world.clock.until(world.actors.machineController.remove(newcomer[0] ?? ''));
  await world.publish('migrate-routes', { shoot: blocked.shoot.key });
  await world.runUntil((migration) => migration?.status.kind !== 'blocked');
  expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
  expect(world.gaps().length).toBeLessThanOrEqual(1);
});

test('a route that something else creates again blocks with a reason, and nothing is lost', async () => {
  const world = await hazardWorld();
  const end = world.compute.onEvent((event) => {
    if (event.type !== 'route-deleted') return;
    end();
    const { name, destRange, network, nextHopInstance, description } = event.route;
    void world.compute.actors.insertRoute({ name, destRange, network, nextHopInstance, description });
  });
  expect((await migrated(world)).status).toMatchObject({ kind: 'blocked', reason: 'RouteReappeared' });
  expect(unreachedNow(world)).toEqual([]);
  expect(world.lostNodeSeconds()).toBe(0);
});

describe('a quota that is used up in the middle', () => {
  test('of calls a minute only takes time', async () => {
    const world = await hazardWorld({ nodes: 12, quotas: { callsPerMinute: { writes: 12, reads: 60 } } });
    expect((await migrated(world)).status.kind).toBe('succeeded');
    expect(world.lostNodeSeconds()).toBe(0);
  });

  test('of operations in flight only takes time', async () => {
    const world = await hazardWorld({
      nodes: 12,
      quotas: { concurrentOperations: { global: 1, regional: 2 } },
    });
    expect((await migrated(world)).status.kind).toBe('succeeded');
    expect(world.lostNodeSeconds()).toBe(0);
  });
});

test.each([
  ['before it is deleted', 'before'],
  ['between its deletion and the record of that', 'after'],
] as const)('a SIGKILL once a route’s record is stored, %s, loses nothing', async (_what, when) => {
  for (const nth of [1, 2, 5]) {
    const world = await hazardWorld();
    const killed = world.killAt(routeCall('deleteRoute'), when, nth);
    expect((await migrated(world)).status.kind).toBe('succeeded');
    await killed;
    expect(world.lostNodeSeconds()).toBe(0);
    const { id } = await world.runUntil('ended');
    expect([...(await world.migrations.podRoutes(id)).values()].map(({ state }) => state)).toEqual(
      Array.from({ length: 6 }, () => 'deleted'),
    );
  }
});
