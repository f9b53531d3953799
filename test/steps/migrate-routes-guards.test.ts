import { beforeEach, describe, expect, test } from 'vitest';
import { MARKS } from '../../shared/steps/migrate-routes/marks.ts';
import { TARGET } from './fixtures.ts';
import { decide, deletions, migrate, round, upTo } from './routes-run.ts';
import { instanceName, POD_RANGE, podCidr, type RoutesWorld, routeName, worldOf } from './routes-world.ts';

let world: RoutesWorld;

beforeEach(() => {
  world = worldOf(3);
});

/** Runs through whatever crash is planned, until the plan is another one. */
async function untilReplanned(): Promise<string> {
  return await migrate(world, () => world.migration.plan.strategy !== 'overlap');
}

describe('the range over the routes', () => {
  test('comes off again at once when packets do not follow the routes, before any alias, and rollover follows', async () => {
    world.hybridFallback = false;
    await untilReplanned();
    expect(world.journal).toEqual([
      'flag true',
      `range ${TARGET.pods}`,
      `remove range ${POD_RANGE}`,
      'flag false',
      'replan rollover',
    ]);
    for (const node of world.nodes.values()) expect(world.isReached(node)).toBe(true);
    expect(world.migration.plan).toMatchObject({
      strategy: 'rollover',
      why: expect.stringContaining('was not reached; the range was taken off again'),
      notTaken: [{ strategy: 'overlap' }],
    });
  });

  test('is off again whatever call a crash comes at', async () => {
    for (let calls = 0; calls < 60; calls += 1) {
      for (const afterEffect of [false, true]) {
        world = worldOf(3);
        world.hybridFallback = false;
        await upTo(world, 'add pod range');
        world.crashes = [{ calls, afterEffect }];
        await untilReplanned();
        expect(world.podRange(), `crash at call ${calls}`).toBeUndefined();
        expect(world.subnet.routesOverlapAllowed).toBe(false);
        expect(world.journal.some((line) => line.startsWith('alias'))).toBe(false);
        expect(world.violations).toEqual([]);
      }
    }
  });

  test('goes without another look once the verdict is known, though a crash came before it was off', async () => {
    await upTo(world, 'add pod range');
    world.hybridFallback = false;
    world.onRemember = (mark, value) => {
      if (mark === MARKS.rangeHarmed && value !== '') world.crashes = [{ calls: 0, afterEffect: false }];
    };
    await round(world).catch(() => undefined);
    expect(world.podRange()).toBeDefined();
    world.onRemember = () => undefined;
    const looks = world.looks.length;
    await round(world);
    expect(world.podRange()).toBeUndefined();
    expect(world.looks).toHaveLength(looks);
  });

  test('is watched again after a crash before any alias uses it', async () => {
    await upTo(world, 'add pod range');
    // The call that adds the range comes after the probe was set up and every node looked at once.
    world.crashes = [{ calls: 12, afterEffect: true }];
    await migrate(world, () => world.podRange() !== undefined);
    world.restart();
    expect(await decide(world)).toMatchObject({ action: { kind: 'watch pod range' } });
  });

  test('is not added while a node is not reached anyway, so that the two cannot be confused', async () => {
    await upTo(world, 'add pod range');
    const [, second] = world.nodes.values();
    if (second !== undefined) second.deaf = true;
    expect(await migrate(world)).toMatch(/^blocked: NodeNotReached: .* No range was added/);
    expect(world.podRange()).toBeUndefined();
  });

  test('that is refused over the routes takes the flag off, and rollover follows', async () => {
    world.refuses.rangeOverRoutes = true;
    await untilReplanned();
    expect(world.journal).toEqual(['flag true', 'flag false', 'replan rollover']);
  });

  test('stays when it cannot come off, and the aliases bring traffic back', async () => {
    await upTo(world, 'add pod range');
    world.hybridFallback = false;
    // Somebody's new VM took an alias out of it in the same second.
    world.onRange = () => {
      const other = world.addNode(9);
      const instance = world.instances.get(other.name);
      if (instance !== undefined) instance.aliases = [{ range: podCidr(9), rangeName: POD_RANGE }];
    };
    await round(world);
    expect(world.migration.marks[MARKS.rangeHarmed]).toBe('');
    await upTo(world, 'verify aliases');
    for (const node of world.nodes.values()) expect(world.isReached(node)).toBe(true);
  });
});

test('a flag that is refused changes nothing, and rollover follows', async () => {
  world.refuses.flag = true;
  await untilReplanned();
  expect(world.journal).toEqual(['replan rollover']);
});

test('without room for rollover the fallback is cutover, which begins nothing by itself', async () => {
  // Every second block of the pod CIDR is in use.
  world = worldOf(0);
  for (let number = 0; number < 256; number += 2) world.addRoute(world.addNode(number));
  world.refuses.flag = true;
  expect(await migrate(world)).toBe('blocked: TrafficLossNotAcknowledged');
  expect(world.journal).toEqual(['replan cutover']);
});

describe('the first alias', () => {
  test('is alone and watched; a guest that takes it for its own gives it back, and no other node gets one', async () => {
    for (const node of world.nodes.values()) node.hears = false;
    expect(await migrate(world)).toMatch(/^blocked: AliasTakesTraffic: .*z1-1 was not reached/);
    expect(world.journal.filter((line) => /alias/.test(line))).toEqual([
      `alias ${instanceName(1)}`,
      `remove alias ${instanceName(1)}`,
    ]);
    for (const node of world.nodes.values()) expect(world.isReached(node)).toBe(true);
    expect(deletions(world)).toEqual([]);
  });

  test('does not speak for the others: each node is looked at with its alias, and only the deaf one loses it', async () => {
    const [, second] = world.nodes.values();
    if (second !== undefined) second.hears = false;
    expect(await migrate(world)).toMatch(/^blocked: AliasTakesTraffic: .*z1-2/);
    expect(world.aliasOf(instanceName(2))).toBeUndefined();
    expect(world.aliasOf(instanceName(3))).toBeDefined();
    expect(world.records.get(routeName(2))?.state).toBe('recorded');
    expect(deletions(world)).toEqual([]);
  });

  test('is off again whatever call a crash comes at', async () => {
    for (let calls = 0; calls < 45; calls += 1) {
      world = worldOf(3);
      for (const node of world.nodes.values()) node.hears = false;
      await upTo(world, 'add first alias');
      world.crashes = [{ calls, afterEffect: true }];
      expect(await migrate(world)).toMatch(/^blocked: AliasTakesTraffic/);
      for (const node of world.nodes.values()) expect(world.isReached(node)).toBe(true);
      expect(world.violations).toEqual([]);
    }
  });
});

test('an alias that somebody took away after it was verified keeps its route until it is there again', async () => {
  await upTo(world, 'delete first route');
  const instance = world.instances.get(instanceName(1));
  if (instance !== undefined) instance.aliases = [];
  expect(await decide(world)).toMatchObject({ action: { kind: 'add aliases' } });
  expect(await migrate(world)).toBe('done');
  expect(world.violations).toEqual([]);
});

test.each(['paused', 'abort'] as const)(
  'a batch of deletions ends early when %s is asked for',
  async (what) => {
    world = worldOf(60);
    await upTo(world, 'delete routes');
    world.onDelete = () => {
      world.migration = {
        ...world.migration,
        ...(what === 'paused'
          ? { paused: true }
          : { abort: { requestedAt: world.migration.createdAt, from: 'migrate-routes' as const } }),
      };
    };
    await round(world);
    expect(deletions(world)).toHaveLength(26);
  },
);
