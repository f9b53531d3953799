import { beforeEach, describe, expect, test } from 'vitest';
import { ABORT_MARKS } from '../../shared/steps/abort/marks.ts';
import { askForTheWayBack, goBack } from './abort-run.ts';
import { beforeDeletions, migrated } from './abort-stages.ts';
import type { AbortWorld } from './abort-world.ts';
import { instanceName, POD_RANGE, podCidr, routeName } from './routes-world.ts';

let world: AbortWorld;

beforeEach(() => {
  world = migrated(6);
  askForTheWayBack(world, 'check-nodes');
});

function removals(): string[] {
  return world.journal.filter((line) => line.startsWith('remove alias'));
}

function firstIsProven(): boolean {
  return Boolean(world.migration.marks[ABORT_MARKS.firstReached]);
}

test('the first alias goes alone, and no other before its node was seen to be reached', async () => {
  await goBack(world, { until: () => removals().length > 0 });
  expect(removals()).toEqual([`remove alias ${instanceName(1)}`]);
  expect(firstIsProven()).toBe(true);
});

test('a first node that is not reached gets its alias back, and the way back is blocked', async () => {
  world.deafByRoute.add(instanceName(1));
  expect(await goBack(world)).toMatch(/^blocked: NodeNotReached: .*worker-z1-1 .*given back/);
  expect(removals()).toHaveLength(1);
  expect(world.aliasOf(instanceName(1))?.range).toBe(podCidr(1));
  expect(world.routes.get(routeName(1))?.destination).toBe(podCidr(1));
  expect(world.violations).toEqual([]);
});

test('no record calls an alias read back while it is being taken off', async () => {
  world = beforeDeletions(6);
  askForTheWayBack(world);
  world.beforeCall = (what) => {
    const number = /^remove alias .*-(\d+)$/.exec(what)?.[1];
    if (number === undefined) return;
    expect(world.records.get(routeName(Number(number)))?.state).toBe('recorded');
  };
  await goBack(world, { until: firstIsProven });
  world.deafByRoute.add(instanceName(3));
  expect(await goBack(world)).toMatch(/^blocked: NodeNotReached/);
  expect(world.records.get(routeName(3))?.state).toBe('aliased');
});

test('of a batch those that are not reached get their aliases back, and no other batch begins', async () => {
  await goBack(world, { until: firstIsProven });
  world.deafByRoute.add(instanceName(3));
  expect(await goBack(world)).toMatch(/^blocked: NodeNotReached: .*worker-z1-3 /);
  expect(removals()).toHaveLength(3);
  expect(world.aliasOf(instanceName(2))).toBeUndefined();
  expect(world.aliasOf(instanceName(3))?.range).toBe(podCidr(3));
});

test('after the human’s remedy it goes on, again with one alias first', async () => {
  await goBack(world, { until: firstIsProven });
  world.deafByRoute.add(instanceName(3));
  await goBack(world);
  world.deafByRoute.clear();
  const before = removals().length;
  await goBack(world, { until: firstIsProven });
  expect(removals()).toHaveLength(before + 1);
  expect(await goBack(world)).toBe('done');
});

test.each([
  ['the first alias', 1, false],
  ['a batch', 3, true],
])(
  'wherever a crash comes between taking off %s and the verdict, the node gets its alias back',
  async (_what, deaf, proven) => {
    let twice = 0;
    for (let calls = 0; calls < 60; calls += 1) {
      world = migrated(6);
      askForTheWayBack(world, 'check-nodes');
      await goBack(world, {
        until: () => (proven ? firstIsProven() : Boolean(world.migration.marks[ABORT_MARKS.routedSince])),
      });
      world.deafByRoute.add(instanceName(deaf));
      world.crashes = [{ calls, afterEffect: calls % 2 === 0 }];
      expect(await goBack(world)).toMatch(/^blocked: NodeNotReached/);
      expect(world.aliasOf(instanceName(deaf))?.range).toBe(podCidr(deaf));
      expect(world.violations).toEqual([]);
      if (removals().filter((line) => line.endsWith(instanceName(deaf))).length > 1) twice += 1;
    }
    // Harmed once more only where the crash comes between the end of it all and the block.
    expect(twice).toBeLessThanOrEqual(1);
  },
);

test('a node that its alias keeps from being reached is the first to lose it', async () => {
  world = beforeDeletions(4);
  const third = world.nodes.get(instanceName(3));
  if (third !== undefined) third.hears = false;
  askForTheWayBack(world);
  expect(await goBack(world)).toBe('done');
  expect(removals()[0]).toBe(`remove alias ${instanceName(3)}`);
});

test('where no node is ready nothing is taken off', async () => {
  world.notReady = true;
  expect(await goBack(world)).toMatch(/^blocked: NoNodeReady/);
  expect(removals()).toEqual([]);
});

test('nodes that leave right after they were listed call for no human', async () => {
  for (let nth = 1; nth <= 25; nth += 1) {
    world = migrated(2);
    askForTheWayBack(world, 'check-nodes');
    let looks = 0;
    world.beforeCall = (what) => {
      // Asked for after the nodes, in the same look around.
      if (what !== 'read ccm') return;
      looks += 1;
      if (looks === nth) for (const node of world.nodes.values()) node.leaving = true;
    };
    expect(await goBack(world), `at look ${nth}`).toBe('done');
  }
});

test('a first node that leaves in the meantime proves nothing: another one is chosen', async () => {
  world.beforeCall = (what) => {
    if (what !== `remove alias ${instanceName(1)}`) return;
    world.nodes.delete(instanceName(1));
    world.instances.delete(instanceName(1));
  };
  await goBack(world, { until: firstIsProven });
  expect(world.migration.marks[ABORT_MARKS.firstReached]).toBe(instanceName(2));
});

describe('batches', () => {
  test('are no larger than what may be taken away at once, several to an act, and looked at each', async () => {
    world = migrated(40);
    world.migration = { ...world.migration, plan: { ...world.migration.plan, nodesAtOnce: 3 } };
    askForTheWayBack(world, 'check-nodes');
    await goBack(world, { until: firstIsProven });
    const perAct: number[] = [];
    const sinceLook: number[] = [0];
    world.beforeCall = (what) => {
      const last = sinceLook.length - 1;
      if (what === 'probe') sinceLook.push(0);
      if (what.startsWith('remove alias')) sinceLook[last] = (sinceLook[last] ?? 0) + 1;
    };
    let before = removals().length;
    await goBack(world, {
      until: () => world.podRange() === undefined,
      beside: () => {
        perAct.push(removals().length - before);
        before = removals().length;
      },
    });
    expect(Math.max(...sinceLook)).toBe(3);
    // A batch is watched for five seconds, and after sixty an act begins nothing new.
    expect(perAct.filter((count) => count > 0)).toEqual([36, 3]);
  });
});

test('an alias that carries nobody and holds another node’s range goes before anything else', async () => {
  const { name } = world.addNode(20, { podCidr: podCidr(21) });
  const instance = world.instances.get(name);
  world.addNode(22, { podCidr: podCidr(22) });
  if (instance !== undefined) instance.aliases = [{ range: podCidr(22), rangeName: POD_RANGE }];
  await goBack(world, { until: () => removals().length > 0 });
  expect(removals()).toEqual([`remove alias ${name}`]);
  expect(world.journal.some((line) => line.startsWith('create'))).toBe(false);
});

test('where the route controller makes no route, every alias stays and a human is asked', async () => {
  world.addNode(9);
  const instance = world.instances.get(instanceName(9));
  if (instance !== undefined) instance.aliases = [{ range: podCidr(9), rangeName: POD_RANGE }];
  world.routeControllerFails = true;
  expect(await goBack(world, { most: 400 })).toMatch(/^blocked: RoutesMissing: .*worker-z1-9/);
  expect(removals()).toEqual([]);
});

test('a node that joins late has as long for its route as one that was there', async () => {
  await goBack(world, { until: firstIsProven });
  world.now += 3_600_000;
  world.addNode(9);
  world.routeControllerFails = true;
  const recover = (round: number) => {
    if (round === 10) world.routeControllerFails = false;
  };
  expect(await goBack(world, { beside: recover })).toBe('done');
  expect(world.routes.get(routeName(9))?.destination).toBe(podCidr(9));
});

test('a route that some packets do not take is none, and its name cannot be given twice', async () => {
  const [node] = world.nodes.values();
  if (node !== undefined) world.addRoute(node, { tags: ['bastion'] });
  world.routeControllerFails = true;
  expect(await goBack(world, { most: 400 })).toMatch(/^blocked: RoutesMissing: .*worker-z1-1 /);
  expect(removals()).toEqual([]);
});

test('routes that came back once more are given time once more', async () => {
  const routed = () => Boolean(world.migration.marks[ABORT_MARKS.routedSince]);
  await goBack(world, { until: routed });
  world.routeControllerFails = true;
  world.now += 60_000;
  world.routes.delete(routeName(2));
  let createdAt = Number.NaN;
  world.beforeCall = (what) => {
    if (what.startsWith('create')) createdAt = world.now;
    if (what.startsWith('remove alias')) expect(world.now - createdAt).toBeGreaterThanOrEqual(30_000);
  };
  expect(await goBack(world)).toBe('done');
});

test('so are those that the controller made again', async () => {
  world.addNode(9);
  const instance = world.instances.get(instanceName(9));
  if (instance !== undefined) instance.aliases = [{ range: podCidr(9), rangeName: POD_RANGE }];
  await goBack(world, { until: () => Boolean(world.migration.marks[ABORT_MARKS.routedSince]) });
  world.now += 60_000;
  world.routes.delete(routeName(9));
  const deletedAt = world.now;
  world.beforeCall = (what) => {
    if (what.startsWith('remove alias')) expect(world.now - deletedAt).toBeGreaterThanOrEqual(30_000);
  };
  expect(await goBack(world)).toBe('done');
});

test('many nodes that join one after the other do not add up to one long wait', async () => {
  await goBack(world, { until: () => Boolean(world.migration.marks[ABORT_MARKS.routedSince]) });
  world.routeControllerFails = true;
  const ninth = world.addNode(9);
  await goBack(world, { until: () => Boolean(world.migration.marks[ABORT_MARKS.awaitedRoute]) });
  world.now += 3_600_000;
  world.addRoute(ninth);
  world.addNode(10);
  expect(await goBack(world, { most: 5 })).toBe('under way');
  world.routeControllerFails = false;
  expect(await goBack(world)).toBe('done');
});

test('a foreign route in a node’s pod CIDR would win once the alias is off: none goes', async () => {
  world.addForeignRoute({ name: 'half-of-it', destination: '100.96.2.128/25', description: '' });
  expect(await goBack(world)).toMatch(/^blocked: ForeignRouteInTheWay: .*half-of-it/);
  expect(removals()).toEqual([]);
});

test('a pod route to another machine with a node’s range is waited out', async () => {
  world.addRoute(world.addNode(7));
  await goBack(world, { until: () => world.ccm.managesRoutes && world.ccm.oldPods === 0 });
  world.routeControllerFails = true;
  const leftOver = { number: 8, name: instanceName(7), podCidr: podCidr(2) };
  world.addRoute(leftOver);
  expect(await goBack(world, { most: 30 })).toBe('under way');
  expect(removals()).toEqual([]);
  world.routes.delete(routeName(8));
  expect(await goBack(world)).toBe('done');
});

test('two Nodes with one pod CIDR: whose alias it is only a human can tell', async () => {
  world.addNode(9, { podCidr: podCidr(2) });
  expect(await goBack(world)).toMatch(/^blocked: PodCidrNotUnique/);
  expect(removals()).toEqual([]);
});
