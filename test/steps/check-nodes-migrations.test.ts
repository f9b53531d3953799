import { describe, expect, test } from 'vitest';
import type { InProcessWorld } from '../../infra/local/in-process/index.ts';
import {
  annotateShoot,
  GPU_POOL,
  MODE,
  namesOf,
  nodesOf,
  POOLS,
  reasonOf,
  rolloutWorld,
  watchMissing,
  watchOperations,
} from './check-nodes-world.ts';

const LONG = { timeout: 120_000 };

const until = (world: InProcessWorld, reason: string) =>
  world.runUntil((migration) => reasonOf(migration) === reason);

function families(world: InProcessWorld): ReadonlySet<number> {
  return new Set(nodesOf(world).map(({ spec }) => spec?.podCIDRs?.length ?? 0));
}

describe('whole migrations in which Gardener rolls the nodes', () => {
  test('only the pools that have single-stack nodes are rolled, by their names', LONG, async () => {
    const world = await rolloutWorld({ gpuNodes: 2, annotations: { [MODE]: 'owner' } });
    const operations = watchOperations(world);
    const waiting = await until(world, 'OwnerRollsNodes');
    expect(waiting.status).toMatchObject({ progress: { done: 0, total: 6, unit: 'nodes dual-stack' } });
    await world.clock.advance(3_600_000);
    expect(operations).toEqual([]);

    const gpu = () =>
      nodesOf(world).filter(({ metadata }) => metadata.labels?.['worker.gardener.cloud/pool'] === GPU_POOL);
    // Until Gardener reconciles, its cloud-controller-manager knows of one family only, and so do new nodes.
    annotateShoot(world, { 'gardener.cloud/operation': 'reconcile' });
    await world.clock.advance(600_000);
    for (const { metadata } of gpu())
      await world.clock.until(world.actors.machineController.replace(metadata.name));
    const replaced = gpu().map(({ metadata }) => metadata.name);
    annotateShoot(world, { [MODE]: 'gardener' });

    expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
    expect(operations.filter((operation) => operation.includes('rollout'))).toEqual([
      'rollout-workers=worker',
    ]);
    expect(gpu().map(({ metadata }) => metadata.name)).toEqual(replaced);
    expect(families(world)).toEqual(new Set([2]));
    expect(world.gaps()).toEqual([]);
  });

  test('outside the window nothing is asked for, until an operator publishes the step', LONG, async () => {
    const world = await rolloutWorld({ annotations: { [MODE]: 'owner' } });
    const operations = watchOperations(world);
    await until(world, 'OwnerRollsNodes');
    // Long after every window's end.
    await world.clock.advance(12 * 3_600_000);
    annotateShoot(world, { [MODE]: 'gardener' });
    await until(world, 'OutsideMaintenanceWindow');
    expect(operations).toEqual([]);
    await world.publish('check-nodes', { shoot: 'garden-core/api' });
    await until(world, 'NodesRolling');
    expect(operations).toEqual(['rollout-workers=*']);
    expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
  });

  test(
    'a pool that is updated in place is refused before anything is asked for, and rolled when the owner says otherwise',
    LONG,
    async () => {
      const world = await rolloutWorld({ gpuNodes: 2, gpuUpdateStrategy: 'AutoInPlaceUpdate' });
      const operations = watchOperations(world);
      const blocked = await world.runUntil('ended');
      expect(blocked.status).toMatchObject({ kind: 'blocked', reason: 'InPlacePool' });
      expect(operations).toEqual([]);

      annotateShoot(world, { [POOLS]: 'worker' });
      await world.publish('check-nodes', { shoot: 'garden-core/api' });
      const left = await until(world, 'PoolsLeftOut');
      expect(left.status).toMatchObject({ progress: { done: 4, total: 6 } });
      expect(operations).toEqual(['rollout-workers=worker']);

      annotateShoot(world, { [MODE]: 'drain', [POOLS]: null });
      expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
      expect(families(world)).toEqual(new Set([2]));
    },
  );

  test('a crash on both sides of the request asks for one rollout', LONG, async () => {
    for (const when of ['before', 'after'] as const) {
      const world = await rolloutWorld({ nodes: 3 });
      const operations = watchOperations(world);
      void world.killAt(({ method }) => method === 'rolloutWorkers', when);
      expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
      expect(world.runLog.runs.filter(({ ending }) => ending === 'died')).toHaveLength(1);
      expect(operations.filter((operation) => operation.includes('rollout'))).toEqual(['rollout-workers=*']);
    }
  });
});

describe('whole migrations by the strategy rollover, whose routes go with their nodes', () => {
  test('drain the nodes where the shoot asks for that', LONG, async () => {
    const world = await rolloutWorld({ nodes: 4, strategy: 'rollover', annotations: { [MODE]: 'drain' } });
    const operations = watchOperations(world);
    const missing = watchMissing(world, 4);
    const before = namesOf(world);
    const { status, plan } = await world.runUntil('ended');
    expect([status.kind, plan.strategy]).toEqual(['succeeded', 'rollover']);
    expect(operations.filter((operation) => operation.includes('rollout'))).toEqual([]);
    expect(namesOf(world).filter((name) => before.includes(name))).toEqual([]);
    expect(missing()).toBe(1);
    expect(world.gaps()).toEqual([]);
  });

  test('ask for nothing where the owner replaces the nodes', LONG, async () => {
    const world = await rolloutWorld({ nodes: 3, strategy: 'rollover', annotations: { [MODE]: 'owner' } });
    const operations = watchOperations(world);
    await world.runUntil(
      (migration) => migration?.status.kind === 'waiting' && migration.status.reason === 'OwnerRollsNodes',
    );
    await world.clock.advance(7_200_000);
    expect(operations).toEqual([]);
    annotateShoot(world, { 'gardener.cloud/operation': 'rollout-workers=*' });
    expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
  });
});
