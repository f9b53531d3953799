import { describe, expect, test } from 'vitest';
import type { InProcessWorld } from '../../../infra/local/in-process/index.ts';
import { deployManagerAsGardener, moveRoutesAsGardener } from './gardener.ts';
import { NODES, takenUpTo } from './world.ts';

const PATIENCE = { timeout: 120_000 };

/** Each node's alias IP ranges; empty for one that Gardener did not get to. */
async function aliasesOf({ clock, compute }: InProcessWorld): Promise<readonly string[]> {
  const instances = await clock.until(compute.actors.listInstances());
  return [...instances].flatMap(({ networkInterfaces }) =>
    networkInterfaces.flatMap(({ aliasIpRanges = [] }) =>
      aliasIpRanges.map(({ ipCidrRange }) => ipCidrRange),
    ),
  );
}

async function podRoutesOf({ clock, compute }: InProcessWorld): Promise<number> {
  const routes = await clock.until(compute.actors.listRoutes());
  return [...routes].filter(({ description }) => description === 'k8s-node-route').length;
}

async function makeNodesSubnetDualStack({ clock, compute, example }: InProcessWorld): Promise<void> {
  const { region, technicalId } = example;
  const name = `${technicalId}-nodes`;
  const { fingerprint } = await clock.until(compute.actors.getSubnetwork(region, name));
  const patch = { stackType: 'IPV4_IPV6', ipv6AccessType: 'EXTERNAL', fingerprint };
  await clock.until(compute.actors.patchSubnetwork(region, name, patch));
  await clock.advance(120_000);
}

test(
  'services and internal subnets that are dual-stack, with their firewall rules, are not touched again',
  PATIENCE,
  async () => {
    const { migrate, changes } = await takenUpTo('migrate-routes');
    expect((await migrate()).status.kind).toBe('succeeded');
    expect(changes().compute).toEqual({
      // The nodes subnet's range joins the rule that the others' are in.
      'firewalls.patch': 1,
      'instances.updateNetworkInterface': NODES,
      'routes.delete': NODES,
      // Flag on, range, flag off, stack type.
      'subnetworks.patch': 4,
    });
  },
);

test(
  'a nodes subnet that is dual-stack while its routes stand is left so: overlap is ruled out, nothing is lost',
  PATIENCE,
  async () => {
    const { world, migrate, changes } = await takenUpTo('migrate-routes');
    await makeNodesSubnetDualStack(world);
    const migration = await migrate();
    expect(migration.status.kind).toBe('succeeded');
    expect(migration.plan.strategy).toBe('rollover');
    expect(migration.plan.notTaken).toContainEqual({
      strategy: 'overlap',
      why: expect.stringContaining('hybrid routing is for IPv4-only subnets'),
    });
    expect(world.lostNodeSeconds()).toBe(0);
    expect(await podRoutesOf(world)).toBe(0);
    expect(changes().compute).toEqual({
      'firewalls.patch': 1,
      'routes.delete': NODES,
      // The range of free addresses alone.
      'subnetworks.patch': 1,
    });
  },
);

describe('when Gardener has moved the routes itself', () => {
  test('no alias, range, route or subnet is touched, and no node looked at', PATIENCE, async () => {
    const { world, migrate, changes } = await takenUpTo('migrate-routes');
    await moveRoutesAsGardener(world);
    await deployManagerAsGardener(world);
    const lost = world.lostNodeSeconds();
    const aliases = await aliasesOf(world);
    expect(aliases).toHaveLength(NODES);
    const probed: string[] = [];
    world.onCall(({ port, method }) => {
      if (port === 'reachability' && method !== 'remove') probed.push(method);
      return undefined;
    });
    expect((await migrate()).status.kind).toBe('succeeded');
    expect(changes().compute).toEqual({ 'firewalls.patch': 1 });
    expect(changes().cluster).toMatchObject({ 'patch deployments.apps': 1, 'patch services': 1 });
    expect(probed).toEqual([]);
    expect(world.lostNodeSeconds()).toBe(lost);
  });

  test.each([
    [
      'two aliases',
      { method: 'instances.updateNetworkInterface', call: 3 },
      2,
      { 'instances.updateNetworkInterface': 2 },
    ],
    [
      'the range',
      { method: 'instances.updateNetworkInterface', call: 1 },
      0,
      { 'instances.updateNetworkInterface': NODES },
    ],
    [
      'the stack type',
      { method: 'subnetworks.patch', call: 2 },
      0,
      { 'instances.updateNetworkInterface': NODES, 'subnetworks.patch': 1 },
    ],
    [
      'the routes’ deletion',
      { method: 'subnetworks.patch', call: 1 },
      0,
      { 'instances.updateNetworkInterface': NODES, 'subnetworks.patch': 2 },
    ],
  ])(
    'and failed after %s, exactly what it left undone is done',
    PATIENCE,
    async (_what, refused, present, rest) => {
      const { world, migrate, changes } = await takenUpTo('migrate-routes');
      await moveRoutesAsGardener(world, refused);
      await deployManagerAsGardener(world);
      expect(await aliasesOf(world)).toHaveLength(present);
      expect(await podRoutesOf(world)).toBe(0);
      expect((await migrate()).status.kind).toBe('succeeded');
      expect(changes().compute).toEqual({ 'firewalls.patch': 1, ...rest });
    },
  );

  test(
    'and gave up at a deletion that was refused, all routes are moved from here, without a further loss',
    PATIENCE,
    async () => {
      const { world, migrate, changes } = await takenUpTo('migrate-routes');
      await moveRoutesAsGardener(world, { method: 'routes.delete', call: 2 });
      // It lets its route controller come back, which creates what was deleted.
      expect(await podRoutesOf(world)).toBe(NODES);
      const lost = new Set(world.gaps().map(({ node }) => node));
      expect((await migrate()).status.kind).toBe('succeeded');
      expect(await podRoutesOf(world)).toBe(0);
      expect(changes().compute).toMatchObject({ 'routes.delete': NODES });
      expect(new Set(world.gaps().map(({ node }) => node))).toEqual(lost);
    },
  );
});
