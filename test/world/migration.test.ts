import { describe, expect, test } from 'vitest';
import type { BackendKind } from '../../infra/local/backends/index.ts';
import { findEmulators } from '../../infra/local/backends/index.ts';
import { deployments, services } from '../../infra/local/cluster/index.ts';
import type { World } from '../../infra/local/world/world.ts';
import { readCidr } from '../../shared/migration/cidr.ts';
import type { HistoryEntry } from '../../shared/migration/history.ts';
import { type Migration, stepRecordOf } from '../../shared/migration/migration.ts';
import type { StepName } from '../../shared/migration/steps.ts';
import { acts, exampleWorld, historyOf, SHOOT, succeeded, until } from './support.ts';

const NODES = 6;
const emulators = await findEmulators();
const BACKENDS: readonly BackendKind[] = emulators.available ? ['embedded', 'emulators'] : ['embedded'];
if (!emulators.available) {
  process.stderr.write(`end-to-end tests on Google's emulators are skipped: ${emulators.reason}\n`);
}

/** What must be so at the end, however the way there was. */
async function expectDualStack(world: World, nodes: number): Promise<void> {
  const { lostNodeSeconds, gaps } = lossOf(world);
  expect(gaps).toEqual([]);
  expect(lostNodeSeconds).toBe(0);
  expect(world.carriers.routesDeleted).toBe(nodes);
  expect(world.carriers.aliasesAdded).toBe(nodes);
  expect(new Set(world.carriers.now().values())).toEqual(new Set(['dual-stack']));
  const subnet = await world.compute.actors.getSubnetwork('europe-west1', 'shoot--core--api-nodes');
  expect(subnet.stackType).toBe('IPV4_IPV6');
  expect(subnet.allowSubnetCidrRoutesOverlap ?? false).toBe(false);
  const routes = await world.compute.actors.listRoutes();
  expect(routes.filter(({ description }) => description === 'k8s-node-route')).toEqual([]);
  expect(routes.map(({ name }) => name)).toContain('corporate-network');
  const kubeDns = world.cluster.cluster.api.kernel.store.get(services, {
    namespace: 'kube-system',
    name: 'kube-dns',
  });
  const clusterIps = kubeDns?.spec.clusterIPs ?? [];
  expect(clusterIps[0]).toBe('100.64.0.10');
  expect(readCidr(`${clusterIps[1]}/128`, 'IPv6')).toBeDefined();
}

function hasBegun(step: StepName): (migration: Migration) => boolean {
  return (migration) => stepRecordOf(migration, step).runs > 0;
}

function isBeginningOf(step: StepName): (entry: HistoryEntry) => boolean {
  return (entry) => entry.event === 'begun' && entry.step === step;
}

function lossOf(world: World) {
  return { lostNodeSeconds: world.compute.dataPlane.lostNodeSeconds(), gaps: world.compute.dataPlane.gaps() };
}

describe.each(BACKENDS)('on the %s backend', (backend) => {
  test('a shoot becomes dual-stack without losing pod traffic', { timeout: 120_000 }, async () => {
    const world = await exampleWorld(NODES, { backend });
    await world.changeShoot();
    const migration = await until(world, succeeded);
    await expectDualStack(world, NODES);
    const history = await historyOf(world, migration);
    const constraints = history.flatMap(({ constraint }) =>
      constraint === undefined ? [] : [`${constraint.type} ${constraint.status}`],
    );
    expect(constraints).toEqual([
      'DualStackNodesMigrationReady Progressing',
      'DualStackNodesMigrationReady True',
      'DualStackNodesMigrationReady Removed',
      'DNSServiceMigrationReady Progressing',
      'DNSServiceMigrationReady True',
      'DNSServiceMigrationReady Removed',
    ]);
    expect(migration.constraints).toEqual([]);
  });

  test('nothing is lost and nothing done twice when the functions are killed in the middle of the routes', {
    timeout: 180_000,
  }, async () => {
    const world = await exampleWorld(NODES, { backend });
    const [functions] = world.functions;
    await world.changeShoot();
    // Three times: after the records, in the middle of the aliases, in the middle of the deletions.
    await until(world, ({ marks }) => marks['migrate-routes/overlap-allowed-at'] !== undefined);
    functions?.kill();
    await until(world, () => world.carriers.aliasesAdded > 0);
    functions?.kill();
    await until(world, () => world.carriers.routesDeleted > 0);
    functions?.kill();
    await until(world, succeeded);
    await expectDualStack(world, NODES);
  });

  test('every message twice and to two instances at once leads to the same end, each effect once', {
    timeout: 180_000,
  }, async () => {
    const world = await exampleWorld(NODES, { backend, instances: 2 });
    const [first, second] = world.functions.map(({ url }) => url);
    if (first === undefined || second === undefined) throw new Error('two instances were asked for');
    await world.backends.setPushEndpoints([first, second, first]);
    await world.changeShoot();
    await world.changeShoot();
    const migration = await until(world, succeeded);
    await expectDualStack(world, NODES);
    const history = await historyOf(world, migration);
    expect(history.filter(({ event }) => event === 'started')).toHaveLength(1);
    expect(acts(history).filter((act) => act === 'restarted CoreDNS')).toHaveLength(1);
    expect(acts(history).filter((act) => act.startsWith('asked Gardener to roll'))).toHaveLength(1);
    expect(await world.migrations.active()).toEqual([]);
    const dns = world.cluster.cluster.api.kernel.store.get(deployments, {
      namespace: 'kube-system',
      name: 'coredns',
    });
    expect(dns?.metadata.generation).toBe(2);
  });
});

/** The window opens 24 s of the wall after the world began, so that a busy machine has started the functions by then. */
const UNHURRIED = 5;

test('the plan is made at once, the first step that changes something begins when the maintenance window opens, and the tick begins it', {
  timeout: 120_000,
}, async () => {
  const world = await exampleWorld(1, { backend: 'embedded', speed: UNHURRIED });
  await world.changeShoot();
  const waiting = await until(world, ({ status }) => status.kind === 'waiting');
  expect(waiting.status).toMatchObject({ reason: 'OutsideMaintenanceWindow' });
  expect(waiting.wakeAt).toMatch(/T22:00:00\.000Z$/);
  const begun = await until(world, hasBegun('enable-ipv6-subnets'));
  const entry = (await historyOf(world, begun)).find(isBeginningOf('enable-ipv6-subnets'));
  expect(entry).toMatchObject({ by: 'schedule' });
  expect(Date.parse(entry?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(waiting.wakeAt ?? ''));
});

test('an operator’s message runs the current step outside the window, and no other step', {
  timeout: 120_000,
}, async () => {
  const world = await exampleWorld(3, { backend: 'embedded', speed: UNHURRIED });
  await world.changeShoot();
  const waiting = await until(world, ({ status }) => status.kind === 'waiting');
  expect(waiting.status).toMatchObject({ reason: 'OutsideMaintenanceWindow' });
  await world.backends.bus.publish('switch-kube-dns', { body: { shoot: SHOOT } });
  await world.backends.bus.publish('enable-ipv6-subnets', { body: { shoot: SHOOT } });
  const running = await until(world, hasBegun('enable-ipv6-subnets'));
  expect(running.wakeAt).toBeUndefined();
  await until(world, ({ position }) => position === 'migrate-routes');
  const history = await historyOf(world, running);
  const refusal = history.find(({ event }) => event === 'refused');
  expect(refusal).toMatchObject({ by: 'operator', step: 'switch-kube-dns', reason: 'NotTheCurrentStep' });
  const begun = history.find(isBeginningOf('enable-ipv6-subnets'));
  expect(begun).toMatchObject({ by: 'operator' });
  expect(Date.parse(begun?.at ?? '')).toBeLessThan(Date.parse(waiting.wakeAt ?? ''));
});
