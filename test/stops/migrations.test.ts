import { expect, onTestFinished, test } from 'vitest';
import { shoots } from '../../infra/local/cluster/index.ts';
import { createInProcessWorld, type InProcessWorld } from '../../infra/local/in-process/index.ts';
import { toFields } from '../../shared/frozen-json.ts';
import type { Migration } from '../../shared/migration/migration.ts';

const LONG = { timeout: 300_000 };
const HOUR = 3_600_000;
const IGNORE = 'shoot.gardener.cloud/ignore';

async function startWorld(): Promise<InProcessWorld> {
  const world = await createInProcessWorld({ nodes: 6, clients: 'direct' });
  onTestFinished(() => world.stop());
  await world.changeShoot();
  return world;
}

function annotate(world: InProcessWorld, annotations: Readonly<Record<string, string | null>>): void {
  const { namespace, name } = world.shoot.shoot;
  const body = toFields({ metadata: { annotations } });
  world.garden.api.patch(shoots, { namespace, name }, { kind: 'merge', body });
}

/** As gardenlet shows it. */
function sleep(world: InProcessWorld, hibernated: boolean): void {
  const { namespace, name } = world.shoot.shoot;
  const patch = { kind: 'merge', body: { status: { hibernated } } } as const;
  world.garden.api.patch(shoots, { namespace, name }, patch, { subresource: 'status' });
}

const reasonOf = (migration: Migration | undefined) =>
  migration?.status.kind === 'waiting' ? migration.status.reason : undefined;

/** How often anything was changed in the cloud so far. */
function changes({ compute }: InProcessWorld): number {
  return compute.calls().mutating;
}

test(
  'a shoot that is ignored before a step begins waits outside it, and begins in the next window',
  LONG,
  async () => {
    const world = await startWorld();
    annotate(world, { [IGNORE]: 'true' });
    await world.runUntil((migration) => reasonOf(migration) === 'ShootIgnored');
    expect(changes(world)).toBe(0);
    expect(
      world.migration?.steps.find(({ name }) => name === 'enable-ipv6-subnets')?.startedAt,
    ).toBeUndefined();
    // Long after the window is shut.
    await world.clock.advance(8 * HOUR);
    annotate(world, { [IGNORE]: null });
    await world.clock.advance(HOUR);
    expect(reasonOf(world.migration)).toBe('OutsideMaintenanceWindow');
    expect(changes(world)).toBe(0);
    expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
    expect(world.gaps()).toEqual([]);
  },
);

test(
  'a shoot that is stopped in the middle stands still with a reason for more than a day, loses no traffic, and goes on by itself',
  LONG,
  async () => {
    const world = await startWorld();
    await world.runUntil(
      (migration) => migration?.position === 'migrate-routes' && migration.status.kind === 'running',
    );
    annotate(world, { 'shoot.gardener.cloud/emergency-stop-reconciliations': 'true' });
    await world.runUntil((migration) => reasonOf(migration) === 'EmergencyStop');
    const before = changes(world);
    // Longer than any other wait may take.
    await world.clock.advance(31 * HOUR);
    expect(world.migration?.status).toMatchObject({ kind: 'waiting', reason: 'EmergencyStop' });
    expect(changes(world)).toBe(before);
    annotate(world, { 'shoot.gardener.cloud/emergency-stop-reconciliations': null });
    // It has begun, so it does not wait for a window.
    await world.runUntil((migration) => migration?.position !== 'migrate-routes', 3_600);
    expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
    expect(world.gaps()).toEqual([]);
  },
);

test(
  'a shoot that is put to sleep in the middle is waited for, and goes on when it is awake',
  LONG,
  async () => {
    const world = await startWorld();
    await world.runUntil((migration) => migration?.position === 'configure-cni');
    sleep(world, true);
    await world.runUntil((migration) => reasonOf(migration) === 'ShootHibernated');
    await world.clock.advance(2 * HOUR);
    expect(reasonOf(world.migration)).toMatch(/ShootHibernated|OutsideMaintenanceWindow/);
    sleep(world, false);
    expect((await world.runUntil('ended')).status).toMatchObject({ kind: 'succeeded' });
  },
);

test('the history says once that it stands still', LONG, async () => {
  const world = await startWorld();
  annotate(world, { [IGNORE]: 'true' });
  await world.runUntil((migration) => reasonOf(migration) === 'ShootIgnored');
  await world.clock.advance(HOUR);
  const history = await world.migrations.history(world.migration?.id ?? '');
  expect(history.filter(({ reason }) => reason === 'ShootIgnored')).toHaveLength(1);
  expect(
    history.filter(({ event, step }) => event === 'begun' && step === 'enable-ipv6-subnets'),
  ).toHaveLength(1);
});
