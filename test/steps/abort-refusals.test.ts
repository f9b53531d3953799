import { describe, expect, test } from 'vitest';
import { ComputeRefused } from '../../shared/compute/errors.ts';
import { parseCidr } from '../../shared/migration/cidr.ts';
import type { Plan } from '../../shared/migration/plan.ts';
import { ABORT_MARKS } from '../../shared/steps/abort/marks.ts';
import { MARKS as MARKS_OF_NODES, ROLLOUT_SEEN_AT } from '../../shared/steps/check-nodes/marks.ts';
import { MARKS } from '../../shared/steps/migrate-routes/marks.ts';
import { askForTheWayBack, goBack } from './abort-run.ts';
import { migrated } from './abort-stages.ts';
import { type AbortWorld, readyToMigrate } from './abort-world.ts';
import { NOW, TARGET } from './fixtures.ts';
import { migrate } from './routes-run.ts';
import { POD_RANGE, podCidr } from './routes-world.ts';

function withPlan(world: AbortWorld, changes: Partial<Plan>): void {
  world.migration = { ...world.migration, plan: { ...world.migration.plan, ...changes } };
}

function withMark(world: AbortWorld, mark: string, value: string): void {
  world.migration = { ...world.migration, marks: { ...world.migration.marks, [mark]: value } };
}

test('where nothing was changed yet it is done at once', async () => {
  const { world, before } = readyToMigrate(2);
  withPlan(world, { found: undefined });
  world.services = undefined;
  askForTheWayBack(world, 'preflight');
  world.beforeCall = (what) => expect.unreachable(what);
  expect(await goBack(world)).toBe('done');
  expect(world.state()).toMatchObject({ routes: before.routes, subnet: before.subnet });
});

describe('there is no way back, nothing is changed, and the migration goes on', () => {
  test.each<[string, string, (world: AbortWorld) => void]>([
    [
      'once a node is dual-stack',
      'DualStackNodes: 1 nodes are dual-stack',
      (world) => world.addNode(9, { dualStack: true }),
    ],
    [
      'once Gardener rolls the workers',
      'RolloutBegun',
      (world) => withMark(world, ROLLOUT_SEEN_AT, new Date(NOW).toISOString()),
    ],
    [
      'once nodes are being drained',
      'RolloutBegun',
      (world) => withMark(world, MARKS_OF_NODES.drain, `${new Date(NOW).toISOString()} 3`),
    ],
    [
      'once a later step has run',
      'LaterStepsBegun: configure-cni',
      (world) => {
        const steps = [{ name: 'configure-cni' as const, runs: 1, failures: 0 }];
        world.migration = { ...world.migration, steps };
      },
    ],
    [
      'once a cutover has aliases instead of routes',
      'WouldNeedGap: 2 nodes',
      (world) => withPlan(world, { strategy: 'cutover' }),
    ],
    [
      'where the range had been there without the flag',
      'WouldNeedGap: The secondary range',
      (world) => {
        const { found } = world.migration.plan;
        if (found === undefined) throw new Error('nothing was found');
        withPlan(world, {
          found: { ...found, nodesSubnet: { ...found.nodesSubnet, podRange: TARGET.pods } },
        });
      },
    ],
    [
      'where the controller cannot be given back what it had',
      'ControllerNotRestorable',
      (world) => {
        const { found } = world.migration.plan;
        if (found === undefined) throw new Error('nothing was found');
        withPlan(world, { found: { ...found, managedRoutes: false } });
      },
    ],
  ])('%s', async (_when, refusal, change) => {
    const world = migrated(2);
    change(world);
    askForTheWayBack(world, 'check-nodes');
    const before = structuredClone(world.state());
    expect(await goBack(world)).toContain(`refused: ${refusal}`);
    expect(world.state()).toEqual(before);
    expect(world.migration.marks[ABORT_MARKS.begunFor]).toBeUndefined();
  });
});

test('a dual-stack node that is being deleted is nobody’s reason', async () => {
  const world = migrated(2);
  world.addNode(9, { dualStack: true, leaving: true });
  askForTheWayBack(world, 'check-nodes');
  expect(await goBack(world)).toBe('done');
});

describe('a dual-stack node that appears on the way back', () => {
  async function half(from: 'migrate-routes' | 'check-nodes'): Promise<[AbortWorld, string]> {
    const world = migrated(3);
    withMark(world, MARKS.allNodesReached, new Date(NOW).toISOString());
    withMark(world, MARKS.firstNodeReached, 'a-node');
    askForTheWayBack(world, from);
    await goBack(world, { until: () => world.journal.some((line) => line.startsWith('remove alias')) });
    world.addNode(9, { dualStack: true });
    return [world, await goBack(world)];
  }

  test('gives the migration back to migrate-routes, for which nothing is proven any more', async () => {
    const [world, outcome] = await half('migrate-routes');
    expect(outcome).toMatch(/^refused: DualStackNodes/);
    expect(world.migration.marks).toMatchObject({
      [MARKS.allNodesReached]: '',
      [MARKS.firstNodeReached]: '',
      [ABORT_MARKS.unchecked]: '',
    });
    expect([...world.records.values()].map(({ state }) => state)).not.toContain('deleted');
    world.migration = { ...world.migration, abort: undefined, position: 'migrate-routes' };
    expect(await migrate(world)).toBe('done');
    expect(world.violations).toEqual([]);
  });

  test('blocks where a later step would be given half a way back', async () => {
    const [world, outcome] = await half('check-nodes');
    expect(outcome).toMatch(/^blocked: DualStackNodes/);
    expect(world.violations).toEqual([]);
  });
});

describe('Compute Engine refuses', () => {
  test('a route inside the range: blocked, and every node keeps its alias', async () => {
    const world = migrated(3);
    const aliases = structuredClone(world.state().aliases);
    world.refusesRoutes = true;
    askForTheWayBack(world, 'check-nodes');
    expect(await goBack(world)).toMatch(/^blocked: RouteRefused: .* was not created again/);
    expect(world.state().aliases).toEqual(aliases);
    expect(world.violations).toEqual([]);
    world.refusesRoutes = false;
    expect(await goBack(world)).toBe('done');
  });

  test('the overlap flag: the way is forward', async () => {
    const world = migrated(3);
    world.refuses.flag = true;
    askForTheWayBack(world, 'migrate-routes');
    expect(await goBack(world)).toMatch(/^refused: WouldNeedGap/);
    expect(world.journal.filter((line) => line.startsWith('remove alias'))).toEqual([]);
  });

  test('a permission to set the flag: that is for a human to give', async () => {
    const world = migrated(1);
    const error = new ComputeRefused('subnetworks.patch', 'forbidden', 'compute.subnetworks.update');
    world.refusal = { call: 'flag true', error };
    askForTheWayBack(world, 'migrate-routes');
    await expect(goBack(world)).rejects.toBe(error);
  });

  test('the overlap flag after the routes’ step: blocked, since no later step could go on', async () => {
    const world = migrated(3);
    world.refuses.flag = true;
    askForTheWayBack(world, 'check-nodes');
    expect(await goBack(world)).toMatch(/^blocked: OverlapRefused/);
    expect(world.violations).toEqual([]);
  });

  test('to delete the services subnet: blocked by name', async () => {
    const world = migrated(1);
    world.refusal = { call: 'delete shoot--core--production-api-services', error: refusedForUse() };
    askForTheWayBack(world, 'check-nodes');
    expect(await goBack(world)).toMatch(/^blocked: ServicesSubnetInUse/);
    world.refusal = undefined;
    expect(await goBack(world)).toBe('done');
  });

  test('to remove a range that a machine has just begun to use: the machine’s alias goes first', async () => {
    const world = migrated(1);
    askForTheWayBack(world, 'check-nodes');
    world.beforeCall = (what) => {
      if (what !== `remove range ${POD_RANGE}`) return;
      world.beforeCall = () => undefined;
      const { name } = world.addNode(7, { podCidr: undefined });
      const instance = world.instances.get(name);
      if (instance !== undefined) instance.aliases = [{ range: podCidr(7), rangeName: POD_RANGE }];
    };
    expect(await goBack(world)).toBe('done');
    expect(world.podRange()).toBeUndefined();
  });
});

test('a services subnet and firewall rules that had been there stay', async () => {
  const world = migrated(1, (early) => early.enableIpv6());
  const { services, firewallRules, internal } = structuredClone(world.state());
  askForTheWayBack(world, 'check-nodes');
  expect(await goBack(world)).toBe('done');
  expect(world.state()).toMatchObject({ services, firewallRules, internal });
});

test('a subnet of that name with another range is not what the migration made', async () => {
  const world = migrated(1);
  if (world.services !== undefined) world.services = { ...world.services, range: parseCidr('10.9.0.0/16') };
  askForTheWayBack(world, 'check-nodes');
  expect(await goBack(world)).toBe('done');
  expect(world.services).toBeDefined();
});

function refusedForUse(): ComputeRefused {
  return new ComputeRefused('subnetworks.delete', 'resourceInUseByAnotherResource', 'in use');
}
