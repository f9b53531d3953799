import { describe, expect, test } from 'vitest';
import { MARKS } from '../../shared/steps/migrate-routes/marks.ts';
import { askForTheWayBack, goBack } from './abort-run.ts';
import { beforeDeletions, migrated } from './abort-stages.ts';
import { type AbortWorld, readyToMigrate } from './abort-world.ts';
import { NODES_PREFIX, NOW, TARGET } from './fixtures.ts';
import { instanceName, POD_RANGE, podCidr, routeName } from './routes-world.ts';
import { recordOf } from './starting-points.ts';

function aliasesOf(world: AbortWorld, number: number) {
  return world.instances.get(instanceName(number))?.aliases;
}

/** Seconds of the model world’s clock until this call is made. */
async function secondsUntil(world: AbortWorld, call: string): Promise<number> {
  const begin = world.now;
  let at = Number.NaN;
  world.beforeCall = (what) => {
    if (Number.isNaN(at) && what.startsWith(call)) at = world.now;
  };
  await goBack(world);
  return (at - begin) / 1000;
}

test('every recorded route is there before the first alias goes, and the controller has its routes back', async () => {
  const world = migrated(3);
  askForTheWayBack(world, 'check-nodes');
  await goBack(world, { until: () => world.journal.some((line) => line.startsWith('remove alias')) });
  expect(world.journal).toEqual([
    'disable IPv6 shoot--core--production-api-nodes',
    'flag true',
    `create ${routeName(1)}`,
    `create ${routeName(2)}`,
    `create ${routeName(3)}`,
    'manage routes',
    `remove alias ${instanceName(1)}`,
  ]);
  expect(world.ccm.oldPods).toBe(0);
});

test('before the first deletion it amounts to aliases off, range off, flag off', async () => {
  const world = beforeDeletions(3);
  askForTheWayBack(world);
  expect(await goBack(world)).toBe('done');
  expect(world.journal.filter((line) => !line.startsWith('delete'))).toEqual([
    'flag true',
    ...[1, 2, 3].map((number) => `remove alias ${instanceName(number)}`),
    `remove range ${POD_RANGE}`,
    'flag false',
    'disable IPv6 shoot--core--production-api-internal',
  ]);
});

test('the flag is given a minute, and the routes half of one, before anything depends on them', async () => {
  const world = migrated(2);
  askForTheWayBack(world, 'check-nodes');
  expect(await secondsUntil(world, 'remove alias')).toBeGreaterThanOrEqual(60);
  const routed = beforeDeletions(2);
  const marks = { [MARKS.overlapAllowedAt]: new Date(NOW - 3_600_000).toISOString() };
  routed.migration = { ...routed.migration, marks };
  askForTheWayBack(routed);
  const seconds = await secondsUntil(routed, 'remove alias');
  expect(seconds).toBeGreaterThanOrEqual(30);
  expect(seconds).toBeLessThan(60);
});

test('a flag whose setting was cut off by a crash is not taken for an old one', async () => {
  for (let calls = 0; calls < 30; calls += 1) {
    const world = migrated(1);
    const long = new Date(NOW - 3_600_000).toISOString();
    world.migration = { ...world.migration, marks: { [MARKS.overlapAllowedAt]: long } };
    askForTheWayBack(world, 'check-nodes');
    let flagAt = Number.NaN;
    world.beforeCall = (what) => {
      if (what === 'flag true') flagAt = world.now;
      if (what.startsWith('remove alias')) expect(world.now - flagAt).toBeGreaterThanOrEqual(60_000);
    };
    world.crashes = [{ calls, afterEffect: true }];
    expect(await goBack(world)).toBe('done');
  }
});

test('the last alias of a NIC leaves an empty list, and other people’s aliases stay', async () => {
  const world = migrated(2, (early) => {
    const instance = early.instances.get(instanceName(2));
    if (instance !== undefined) instance.aliases = [{ range: '10.250.9.2/32', rangeName: undefined }];
  });
  askForTheWayBack(world, 'check-nodes');
  const aliases = world.instances.get(instanceName(2));
  if (aliases !== undefined) {
    aliases.aliases = [{ range: podCidr(2), rangeName: POD_RANGE }, ...aliases.aliases.slice(-1)];
  }
  expect(await goBack(world)).toBe('done');
  expect(aliasesOf(world, 1)).toEqual([]);
  expect(aliasesOf(world, 2)).toEqual([{ range: '10.250.9.2/32', rangeName: undefined }]);
});

describe('a range that had been there', () => {
  const NUMBERS = [1, 2, 3, 4];

  /** So many of four nodes had their alias before the migration; it gave one to the others and deleted every route. */
  function partly(aliased: number): { world: AbortWorld; before: ReturnType<AbortWorld['state']> } {
    const { world, before } = readyToMigrate(4, (early) => {
      early.subnet = {
        ...early.subnet,
        routesOverlapAllowed: true,
        secondaryRanges: [{ name: POD_RANGE, range: TARGET.pods }],
      };
      for (const number of NUMBERS.slice(0, aliased)) giveAlias(early, number);
    });
    world.routes.clear();
    for (const number of NUMBERS) {
      giveAlias(world, number);
      const aliasFound = number <= aliased ? { aliasFound: true } : {};
      world.records.set(routeName(number), { ...recordOf(number, 'deleted'), ...aliasFound });
    }
    world.subnet = { ...world.subnet, routesOverlapAllowed: false, stackType: 'IPV4_IPV6' };
    world.ccm = { managesRoutes: false, allocatesFromAliases: true, oldPods: 0 };
    return { world, before };
  }

  test.each([0, 2, 4])(
    'stays, with the flag and the aliases of %i of 4 nodes that had been there',
    async (aliased) => {
      const { world, before } = partly(aliased);
      askForTheWayBack(world, 'check-nodes');
      expect(await goBack(world)).toBe('done');
      expect(world.state()).toEqual(before);
      expect(world.violations).toEqual([]);
    },
  );
});

test('a node that had been found carried by its alias alone is left so', async () => {
  const { world, before } = readyToMigrate(2, (early) => {
    early.subnet = {
      ...early.subnet,
      routesOverlapAllowed: true,
      secondaryRanges: [{ name: POD_RANGE, range: TARGET.pods }],
    };
    early.ccm = { managesRoutes: false, allocatesFromAliases: true, oldPods: 0 };
    early.routes.delete(routeName(2));
    giveAlias(early, 2);
  });
  giveAlias(world, 1);
  world.records.set(routeName(1), recordOf(1, 'deleted'));
  world.routes.delete(routeName(1));
  askForTheWayBack(world);
  expect(await goBack(world)).toBe('done');
  expect(world.state()).toEqual(before);
});

test('a range that had been found without the flag, and never needed it, is left so', async () => {
  const { world, before } = readyToMigrate(2, (early) => {
    early.subnet = { ...early.subnet, secondaryRanges: [{ name: POD_RANGE, range: TARGET.pods }] };
    early.ccm = { managesRoutes: false, allocatesFromAliases: true, oldPods: 0 };
    early.routes.clear();
    for (const number of [1, 2]) giveAlias(early, number);
  });
  askForTheWayBack(world);
  expect(await goBack(world)).toBe('done');
  expect(world.state()).toEqual(before);
  expect(world.journal).not.toContain('flag true');
});

test('no record calls a route deleted that is being created', async () => {
  const world = migrated(3);
  askForTheWayBack(world, 'check-nodes');
  world.beforeCall = (what) => {
    const name = /^create (.*)$/.exec(what)?.[1] ?? '';
    expect(world.records.get(name)?.state).not.toBe('deleted');
  };
  expect(await goBack(world)).toBe('done');
});

test('a machine that leaves before its route is created again keeps nobody from theirs', async () => {
  const world = migrated(3);
  askForTheWayBack(world, 'check-nodes');
  world.beforeCall = (what) => {
    if (what !== 'save records') return;
    world.nodes.delete(instanceName(2));
    world.instances.delete(instanceName(2));
  };
  expect(await goBack(world)).toBe('done');
  expect(world.podRoutes().map(({ name }) => name)).toEqual([routeName(1), routeName(3)]);
});

test('a node that is being deleted keeps its alias as long as it has no route', async () => {
  const world = migrated(2);
  askForTheWayBack(world, 'check-nodes');
  const leaving = world.addNode(9, { leaving: true, lingers: 'node' });
  giveAlias(world, 9);
  const instance = world.instances.get(leaving.name);
  world.routeControllerFails = true;
  world.beforeCall = () => {
    world.nodes.set(leaving.name, leaving);
    if (instance !== undefined) world.instances.set(leaving.name, instance);
  };
  expect(await goBack(world, { most: 60 })).toBe('under way');
  expect(world.journal).toContain(`remove alias ${instanceName(1)}`);
  expect(world.journal).not.toContain(`remove alias ${leaving.name}`);
});

test('a node that joined while nobody made routes gets one from the controller before its alias goes', async () => {
  const world = migrated(2);
  giveAlias(world, world.addNode(9).number);
  askForTheWayBack(world, 'check-nodes');
  expect(await goBack(world)).toBe('done');
  expect(world.routes.get(routeName(9))?.destination).toBe(podCidr(9));
  expect(world.violations).toEqual([]);
});

test('a machine that is no Node keeps range and flag as long as it holds an alias', async () => {
  const world = migrated(2);
  askForTheWayBack(world, 'check-nodes');
  const machine = {
    name: instanceName(50),
    zone: 'europe-west1-b',
    aliases: [{ range: podCidr(50), rangeName: POD_RANGE }],
  };
  world.beforeCall = () => world.instances.set(machine.name, machine);
  expect(await goBack(world, { most: 60 })).toBe('under way');
  expect(world.journal).not.toContain('flag false');
  expect(world.aliasOf(instanceName(1))).toBeUndefined();
  world.beforeCall = () => undefined;
  expect(await goBack(world)).toBe('done');
});

test('a deletion whose record was lost in a crash is made good all the same', async () => {
  const world = beforeDeletions(2);
  world.ccm = { managesRoutes: false, allocatesFromAliases: true, oldPods: 0 };
  world.routes.delete(routeName(1));
  askForTheWayBack(world);
  expect(await goBack(world)).toBe('done');
  expect(world.journal).toContain(`create ${routeName(1)}`);
});

describe('rollover', () => {
  test('goes back while the nodes that came with an alias are single-stack', async () => {
    const { world, before } = readyToMigrate(2);
    world.migration = { ...world.migration, plan: { ...world.migration.plan, strategy: 'rollover' } };
    for (const number of [1, 2]) world.records.set(routeName(number), recordOf(number, 'recorded'));
    world.subnet = {
      ...world.subnet,
      secondaryRanges: [{ name: POD_RANGE, range: '100.96.64.0/18' }],
      stackType: 'IPV4_IPV6',
      ipv6Range: NODES_PREFIX,
    };
    world.ccm = { managesRoutes: false, allocatesFromAliases: true, oldPods: 0 };
    giveAlias(world, world.addNode(64).number);
    askForTheWayBack(world);
    expect(await goBack(world)).toBe('done');
    expect(world.violations).toEqual([]);
    expect(world.routes.get(routeName(64))?.destination).toBe(podCidr(64));
    expect(world.state()).toMatchObject({ subnet: before.subnet, controller: before.controller });
  });
});

describe('cutover, in the middle of its gap', () => {
  test.each([
    ['before the range', false],
    ['after the range', true],
  ])('%s the routes come back, without a range over them', async (_when, range) => {
    const { world, before } = readyToMigrate(3);
    const { plan } = world.migration;
    const trafficLossAcknowledgedAt = world.migration.createdAt;
    world.migration = {
      ...world.migration,
      plan: { ...plan, strategy: 'cutover', trafficLossAcknowledgedAt },
    };
    world.routes.clear();
    for (const number of [1, 2, 3]) world.records.set(routeName(number), recordOf(number, 'deleted'));
    if (range) {
      world.subnet = { ...world.subnet, secondaryRanges: [{ name: POD_RANGE, range: TARGET.pods }] };
    }
    world.ccm = { managesRoutes: false, allocatesFromAliases: true, oldPods: 0 };
    askForTheWayBack(world);
    const withoutPause: string[] = [];
    expect(await goBack(world, { withoutPause })).toBe('done');
    expect(world.state()).toEqual(before);
    expect(world.journal).not.toContain('flag true');
    // Nobody stops between the range and the routes that it kept away.
    expect(withoutPause).toEqual(range ? ['removed the secondary range for pods'] : []);
  });
});

function giveAlias(world: AbortWorld, number: number): void {
  const instance = world.instances.get(instanceName(number));
  if (instance !== undefined) instance.aliases = [{ range: podCidr(number), rangeName: POD_RANGE }];
}
