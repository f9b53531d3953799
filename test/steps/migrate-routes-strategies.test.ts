import { beforeEach, describe, expect, test } from 'vitest';
import type { Timestamp } from '../../shared/clock.ts';
import { contains, parseCidr } from '../../shared/migration/cidr.ts';
import type { Strategy } from '../../shared/migration/plan.ts';
import { NOW, TARGET } from './fixtures.ts';
import { deletions, migrate, round, upTo } from './routes-run.ts';
import { instanceName, type RoutesWorld, routeName, worldOf } from './routes-world.ts';

let world: RoutesWorld;

function follow(strategy: Strategy, acknowledged = false): void {
  const trafficLossAcknowledgedAt = new Date(NOW).toISOString() as Timestamp;
  const plan = { ...world.migration.plan, strategy, ...(acknowledged ? { trafficLossAcknowledgedAt } : {}) };
  world.migration = { ...world.migration, plan };
}

beforeEach(() => {
  world = worldOf(3);
});

describe('rollover', () => {
  beforeEach(() => follow('rollover'));

  test('happens in this order, and no route of a running node is touched', async () => {
    const reached: boolean[] = [];
    world.onDelete = (name) => {
      const old = [...world.instances.keys()].map((instance) =>
        routeName(Number(instance.split('-').at(-1))),
      );
      if (old.includes(name)) world.violated(`${name} was deleted while its VM runs`);
      reached.push(...[...world.nodes.values()].map((node) => world.isReached(node)));
    };
    expect(await migrate(world)).toBe('done');
    expect(world.journal).toEqual([
      'stop route controller',
      'range 100.96.128.0/17',
      'enable IPv6',
      'roll workers',
      ...[1, 2, 3].map((number) => `delete ${routeName(number)}`),
      'remove probe',
    ]);
    expect(reached).not.toContain(false);
    expect(world.violations).toEqual([]);
  });

  test('gives new nodes nothing that an old route leads to', async () => {
    await migrate(world);
    for (const node of world.nodes.values()) {
      expect(contains(parseCidr('100.96.128.0/17'), parseCidr(node.podCidr ?? ''))).toBe(true);
    }
  });

  test('is blocked with a reason when no block is free for all nodes’ successors', async () => {
    for (let number = 4; number < 256; number += 4) world.addRoute(world.addNode(number));
    expect(await migrate(world)).toBe('blocked: NoFreeBlock');
    expect(world.podRange()).toBeUndefined();
    expect(deletions(world)).toEqual([]);
  });

  test('chooses the block only when no new route can come into it any more', async () => {
    await upTo(world, 'add free range');
    expect(world.ccm).toMatchObject({ managesRoutes: false, oldPods: 0 });
  });
});

describe('cutover', () => {
  test('begins nothing before somebody has said that traffic may be lost', async () => {
    follow('cutover');
    expect(await migrate(world)).toBe('blocked: TrafficLossNotAcknowledged');
    expect(world.journal).toEqual([]);
  });

  test('does all that need not be in the gap before it, and everything in it side by side', async () => {
    follow('cutover', true);
    expect(await migrate(world)).toBe('done');
    expect(world.journal).toEqual([
      'stop route controller',
      'enable IPv6',
      ...[1, 2, 3].map((number) => `delete ${routeName(number)}`),
      `range ${TARGET.pods}`,
      ...[1, 2, 3].map((number) => `alias ${instanceName(number)}`),
      'remove probe',
    ]);
    expect(world.violations).toEqual([]);
  });

  test('is not begun while a node is not reached anyway', async () => {
    follow('cutover', true);
    const [first] = world.nodes.values();
    if (first !== undefined) first.deaf = true;
    expect(await migrate(world)).toMatch(/^blocked: NodeNotReached: .* No route was deleted/);
    expect(deletions(world)).toEqual([]);
  });

  test('in the gap is not paused: the next act follows in the same run', async () => {
    follow('cutover', true);
    await upTo(world, 'cut routes');
    expect(await round(world)).toMatchObject({ kind: 'acted', noPauseAfter: true });
    expect(await round(world)).toMatchObject({ kind: 'acted', noPauseAfter: true });
    expect(await round(world)).toMatchObject({ kind: 'acted', noPauseAfter: true });
  });

  test('gives every node its route back when the range is refused in the gap', async () => {
    follow('cutover', true);
    await upTo(world, 'cut routes');
    world.refuses.anyRange = true;
    expect(await migrate(world)).toMatch(/^blocked: RangeRefused: .* All routes were created again/);
    for (const node of world.nodes.values()) expect(world.isReached(node)).toBe(true);
  });

  test('gives every node its route back whatever call a crash comes at, when the range is refused', async () => {
    for (let calls = 0; calls < 50; calls += 1) {
      world = worldOf(3);
      follow('cutover', true);
      await upTo(world, 'cut routes');
      world.refuses.anyRange = true;
      world.crashes = [{ calls, afterEffect: true }];
      expect(await migrate(world)).toMatch(/^blocked: (RangeRefused|NodeNotReached)/);
      for (const node of world.nodes.values()) expect(world.isReached(node)).toBe(true);
    }
  });

  test('cut off in the gap, it ends the gap before anything else, whatever else stands in the way', async () => {
    follow('cutover', true);
    await upTo(world, 'add range in gap');
    // Would be an obstacle at any other time.
    world.addNode(7);
    const instance = world.instances.get(instanceName(7));
    if (instance !== undefined) instance.aliases = [{ range: '10.250.9.7/32', rangeName: undefined }];
    await round(world);
    await round(world);
    for (const number of [1, 2, 3]) expect(world.aliasOf(instanceName(number))).toBeDefined();
  });

  test('looks at every node right after the gap, though the route controller is back and slow to go', async () => {
    follow('cutover', true);
    await upTo(world, 'add aliases');
    await round(world);
    world.ccm = { managesRoutes: true, allocatesFromAliases: false, oldPods: 1 };
    const [first] = world.nodes.values();
    if (first !== undefined) first.deaf = true;
    await expect(round(world)).rejects.toMatchObject({ reason: 'NodeNotReached' });
  });
});
