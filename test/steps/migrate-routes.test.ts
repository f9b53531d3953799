import { beforeEach, describe, expect, test } from 'vitest';
import { MARKS } from '../../shared/steps/migrate-routes/marks.ts';
import { NODES_PREFIX, NOW, TARGET } from './fixtures.ts';
import { decide, deletions, migrate, upTo } from './routes-run.ts';
import { instanceName, POD_RANGE, podCidr, type RoutesWorld, routeName, worldOf } from './routes-world.ts';

let world: RoutesWorld;

beforeEach(() => {
  world = worldOf(3);
});

describe('make before break', () => {
  test('everything happens in this order', async () => {
    expect(await migrate(world)).toBe('done');
    expect(world.journal).toEqual([
      'flag true',
      `range ${TARGET.pods}`,
      ...[1, 2, 3].map((number) => `alias ${instanceName(number)}`),
      'stop route controller',
      ...[1, 2, 3].map((number) => `delete ${routeName(number)}`),
      'flag false',
      'enable IPv6',
      'remove probe',
    ]);
    expect(world.violations).toEqual([]);
  });

  test('the overlap flag has a minute to settle before the range follows', async () => {
    await migrate(world, () => world.journal.includes('flag true'));
    const allowedAt = Date.parse(world.migration.marks[MARKS.overlapAllowedAt] ?? '');
    for (const [seconds, decision] of [
      [0, { kind: 'waiting', reason: 'OverlapSettling', lookAgainAfterSeconds: 60 }],
      [59.5, { kind: 'waiting', reason: 'OverlapSettling', lookAgainAfterSeconds: 1 }],
      [60, { kind: 'act', action: { kind: 'add pod range' } }],
    ] as const) {
      world.now = allowedAt + seconds * 1000;
      expect(await decide(world)).toMatchObject(decision);
    }
  });

  test('a flag that was found allowed without anybody knowing since when is given its minute too', async () => {
    world.subnet = { ...world.subnet, routesOverlapAllowed: true };
    await migrate(world, () => world.journal.length > 0);
    expect(world.journal).toEqual(['flag true']);
    expect(await decide(world)).toMatchObject({ kind: 'waiting', reason: 'OverlapSettling' });
  });

  test('a cluster without pod routes needs no overlap', async () => {
    world = worldOf(0);
    world.ccm = { managesRoutes: false, allocatesFromAliases: true, oldPods: 0 };
    expect(await migrate(world)).toBe('done');
    expect(world.journal).toEqual([`range ${TARGET.pods}`, 'enable IPv6']);
  });

  test('the route controller is not stopped while a node still needs it', async () => {
    await upTo(world, 'stop route controller');
    world.addNode(4, { podCidr: undefined });
    expect(await decide(world)).toMatchObject({
      kind: 'waiting',
      reason: 'NodesJoining',
      message: `no pod CIDR yet: ${instanceName(4)}`,
    });
  });

  test.each([
    { complete: false, oldPods: 0 },
    { complete: true, oldPods: 1 },
  ])(
    'no route goes while the cloud-controller-manager’s rollout is $complete with $oldPods old pods',
    async ({ complete, oldPods }) => {
      await migrate(world, () => world.journal.includes('stop route controller'));
      const rollout = { complete, updated: 0, desired: 1 };
      const state = { managesRoutes: false, allocatesFromAliases: true, oldPods, rollout };
      expect(await decide(world, (facts) => ({ ...facts, cloudControllerManager: state }))).toMatchObject({
        kind: 'waiting',
        reason: 'CloudControllerManagerRollingOut',
      });
    },
  );

  test('an alias has half a minute to settle before its route goes', async () => {
    await migrate(world, () => world.journal.includes('stop route controller'));
    world.ccm = { ...world.ccm, oldPods: 0 };
    const verifiedAt = Date.parse(world.records.get(routeName(3))?.verifiedAt ?? '');
    for (const [seconds, decision] of [
      [0, { kind: 'waiting', reason: 'AliasesSettling', lookAgainAfterSeconds: 30 }],
      [29.5, { kind: 'waiting', reason: 'AliasesSettling', lookAgainAfterSeconds: 1 }],
      [30, { kind: 'act', action: { kind: 'delete first route' } }],
    ] as const) {
      world.now = verifiedAt + seconds * 1000;
      expect(await decide(world)).toMatchObject(decision);
    }
  });

  test('a cloud-controller-manager that leaves routes alone and still hands out ranges itself is told so too', async () => {
    world.ccm = { managesRoutes: false, allocatesFromAliases: false, oldPods: 0 };
    expect(await migrate(world)).toBe('done');
    expect(world.journal).toContain('stop route controller');
  });

  test('a route controller that is switched on again is stopped again before anything else is deleted', async () => {
    await migrate(world, () => deletions(world).length === 1);
    world.ccm = { managesRoutes: true, allocatesFromAliases: true, oldPods: 0 };
    expect(await decide(world)).toEqual({ kind: 'act', action: { kind: 'stop route controller' } });
  });

  test('fewer routes go between two looks at their nodes than the owner lets be replaced at once', async () => {
    world = worldOf(60);
    expect(await migrate(world)).toBe('done');
    const perBatch = world.looks.map(
      (length, index) =>
        world.journal.slice(world.looks[index - 1] ?? 0, length).filter((line) => line.startsWith('delete'))
          .length,
    );
    expect(perBatch.filter((count) => count > 0)).toEqual([1, 25, 25, 9]);
  });

  test('a node that has neither route nor alias gets its alias before the others', async () => {
    world.routes.delete(routeName(3));
    world.ccm = { managesRoutes: false, allocatesFromAliases: true, oldPods: 0 };
    await migrate(world, () => world.journal.some((line) => line.startsWith('alias')));
    expect(world.journal.at(2)).toBe(`alias ${instanceName(3)}`);
  });
});

describe('what a human has to clear away', () => {
  const range = (name: string, cidr: string) => ({ secondaryRanges: [{ name, range: cidr }] });

  test.each<[reason: string, arrange: () => void]>([
    [
      'PodRangeDiffers',
      () => {
        world.subnet = { ...world.subnet, ...range(POD_RANGE, '100.96.0.0/17') };
      },
    ],
    [
      'ForeignRangeInTheWay',
      () => {
        world.subnet = { ...world.subnet, ...range('else', '100.96.8.0/24') };
      },
    ],
    [
      'ForeignRangeInTheWay',
      () => {
        world.subnet = { ...world.subnet, ...range('else', '100.64.0.0/10') };
      },
    ],
    [
      'NodesSubnetAlreadyDualStack',
      () => {
        world.subnet = { ...world.subnet, stackType: 'IPV4_IPV6', ipv6Range: NODES_PREFIX };
      },
    ],
    [
      'PodCidrNotUnique',
      () => {
        world.addNode(4, { podCidr: podCidr(1) });
      },
    ],
    [
      'RouteAndNodeDisagree',
      () => {
        world.addRoute({ ...world.addNode(5), podCidr: podCidr(6) });
      },
    ],
    [
      'ForeignAlias',
      () => {
        for (const instance of world.instances.values())
          instance.aliases = [{ range: '10.250.9.1/32', rangeName: undefined }];
      },
    ],
    [
      'NodesSubnetMissing',
      () => {
        world.subnet = { ...world.subnet, name: 'another' };
      },
    ],
  ])('%s blocks before anything is touched', async (reason, arrange) => {
    arrange();
    expect(await decide(world)).toMatchObject({
      kind: 'blocked',
      reason,
      message: expect.any(String),
      remedy: expect.any(String),
    });
  });

  test('a deleted route that is there again blocks', async () => {
    await migrate(world, () => deletions(world).length === 3);
    const [first] = world.nodes.values();
    if (first !== undefined) world.addRoute(first);
    expect(await decide(world)).toMatchObject({ kind: 'blocked', reason: 'RouteReappeared' });
  });
});

test('a step that was finished has nothing left to do, whatever time it is', async () => {
  expect(await migrate(world)).toBe('done');
  const journal = [...world.journal];
  world.now = NOW + 1e9;
  expect(await migrate(world)).toBe('done');
  expect(world.journal).toEqual(journal);
});
