import { expect, test } from 'vitest';
import { deployments } from '../../infra/local/cluster/index.ts';
import type { InProcessWorld, PortCall } from '../../infra/local/in-process/index.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { cloudState, hazardWorld, migrated, routeCall, unreachedNow } from './hazard-world.ts';

/** Everything that a migration changes on Compute Engine and in the cloud-controller-manager. */
async function everything(world: InProcessWorld): Promise<object> {
  const { compute, clock, example, cluster } = world;
  const wire = async (path: string) => {
    const url = `/compute/v1/projects/${example.project}/${path}`;
    const { body } = await clock.until(compute.answer({ method: 'GET', url, headers: {}, body: '' }));
    return JSON.stringify(body, (key, value) =>
      // Made new at every change, also at the one back; and a flag that is off may be shown or not.
      ['fingerprint', 'id', 'creationTimestamp'].includes(key) || value === false ? undefined : value,
    );
  };
  return {
    ...(await cloudState(world)),
    subnets: await wire(
      `regions/${example.region}/subnetworks?fields=items(name,stackType,secondaryIpRanges,allowSubnetCidrRoutesOverlap)`,
    ),
    firewalls: await wire('global/firewalls?fields=items(name,sourceRanges)'),
    controller: controllerArguments(cluster),
  };
}

function controllerArguments({ api }: InProcessWorld['cluster']): unknown {
  const place = { namespace: 'kube-system', name: 'cloud-controller-manager' };
  return api.kernel.store.get(deployments, place)?.spec.template.spec?.containers[0]?.command;
}

/** Publishes `abort` at the first such call, and runs to the end. */
async function abortedAt(
  world: InProcessWorld,
  matches: (call: PortCall) => boolean,
  nth: number,
): Promise<Migration> {
  let seen = 0;
  world.onCall((call) => {
    if (!matches(call)) return undefined;
    seen += 1;
    if (seen === nth) void world.publish('abort', { shoot: world.shoot.shoot.key });
    return undefined;
  });
  return await migrated(world);
}

test.each([
  ['the subnets get IPv6', (call: PortCall) => call.method === 'createDualStackSubnet', 1],
  ['the flag is set', routeCall('setRoutesOverlap'), 1],
  ['the range is added', routeCall('addSecondaryRange'), 1],
  ['aliases are added', routeCall('addAlias'), 3],
  ['the route controller stops', (call: PortCall) => call.method.endsWith('stopManagingRoutes'), 1],
  ['the first route is deleted', routeCall('deleteRoute'), 1],
  ['the last routes are deleted', routeCall('deleteRoute'), 6],
  ['the nodes subnet gets IPv6', routeCall('enableExternalIpv6'), 1],
] as const)(
  'an abort while %s leads to exactly what was found, and nothing is lost',
  async (_what, matches, nth) => {
    const world = await hazardWorld();
    const before = await everything(world);
    const migration = await abortedAt(world, matches, nth);
    expect(migration).toMatchObject({ status: { kind: 'aborted' }, active: false, constraints: [] });
    expect(await everything(world)).toEqual(before);
    expect(unreachedNow(world)).toEqual([]);
    expect(world.lostNodeSeconds()).toBe(0);
  },
);

test('an abort once nodes are dual-stack is refused with a reason, and the migration goes on to its end', async () => {
  const world = await hazardWorld();
  await world.changeShoot();
  await world.runUntil((migration) => migration?.position === 'configure-cni');
  await world.publish('abort', { shoot: world.shoot.shoot.key });
  const migration = await world.runUntil('ended');
  expect(migration.status.kind).toBe('succeeded');
  const history = await world.clock.until(world.migrations.history(migration.id));
  expect(history.find(({ event, step }) => event === 'refused' && step === 'abort')).toMatchObject({
    reason: expect.stringMatching(/\w/),
    message: expect.stringContaining('dual-stack'),
  });
});

test('a migration that is paused among its aliases stands still, and goes on where it stood', async () => {
  const world = await hazardWorld();
  const end = world.onCall((call) => {
    if (!routeCall('addAlias')(call)) return undefined;
    end();
    void world.publish('pause', { project: world.example.project });
    return undefined;
  });
  await world.changeShoot();
  await world.runUntil((migration) => migration?.paused === true && migration.lease === undefined);
  const standing = await cloudState(world);
  await world.clock.advance(3_600_000);
  expect(await cloudState(world)).toEqual(standing);
  expect(world.compute.calls().byMethod['routes.delete']).toBeUndefined();
  await world.publish('resume', { project: world.example.project });
  expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
  expect(world.lostNodeSeconds()).toBe(0);
});

test.each(['deleteRoute', 'addSecondaryRange', 'addAlias'])(
  'a pause asked for in the gap, at %s, waits for its end',
  async (method) => {
    const world = await hazardWorld({ strategy: 'cutover', acknowledgeTrafficLoss: true });
    const end = world.onCall((call) => {
      if (!routeCall(method)(call)) return undefined;
      end();
      void world.publish('pause', { shoot: world.shoot.shoot.key });
      return undefined;
    });
    await world.changeShoot();
    await world.runUntil((migration) => migration?.paused === true && migration.lease === undefined);
    await world.clock.advance(10_000);
    expect(unreachedNow(world)).toEqual([]);
    await world.publish('resume', { shoot: world.shoot.shoot.key });
    expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
  },
);
