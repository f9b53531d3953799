import { describe, expect, test } from 'vitest';
import type { InProcessWorld } from '../../infra/local/in-process/index.ts';
import {
  annotateShoot,
  cordoned,
  historyOf,
  MODE,
  namesOf,
  nodesOf,
  POOLS,
  patchBudget,
  readyWebPods,
  reasonOf,
  rolloutWorld,
  SURGE,
  watchMissing,
  watchOperations,
  webPods,
  webReplicas,
} from './check-nodes-world.ts';

const LONG = { timeout: 120_000 };

const until = (world: InProcessWorld, reason: string) =>
  world.runUntil((migration) => reasonOf(migration) === reason);

function families(world: InProcessWorld): ReadonlySet<number> {
  return new Set(nodesOf(world).map(({ spec }) => spec?.podCIDRs?.length ?? 0));
}

describe('whole migrations in which nodes are drained one by one', () => {
  test(
    'never more than the surge are out, no budget is broken, no traffic lost, and none is drained twice',
    LONG,
    async () => {
      const world = await rolloutWorld({ annotations: { [MODE]: 'drain' } });
      const operations = watchOperations(world);
      const missing = watchMissing(world, 6);
      let fewest = webReplicas(world);
      world.cluster.onChange(({ resource }) => {
        if (resource.id === 'pods' && world.migration?.position === 'check-nodes')
          fewest = Math.min(fewest, readyWebPods(world));
      });
      const cordons: string[] = [];
      world.onCall(({ method, args: [node] }) => {
        if (method === 'nodeDrain.cordon') cordons.push((node as { name: string }).name);
        return undefined;
      });
      const before = namesOf(world);
      const { status } = await world.runUntil('ended');
      expect(status.kind).toBe('succeeded');
      expect(cordons.toSorted()).toEqual(before);
      expect(namesOf(world).filter((name) => before.includes(name))).toEqual([]);
      expect(namesOf(world)).toHaveLength(6);
      expect(families(world)).toEqual(new Set([2]));
      expect(missing()).toBe(1);
      expect(fewest).toBeGreaterThanOrEqual(webReplicas(world) - 1);
      expect(world.gaps()).toEqual([]);
      expect(operations.filter((operation) => operation.includes('rollout'))).toEqual([]);
    },
  );

  test('a surge of three has up to three nodes out', LONG, async () => {
    const world = await rolloutWorld({ nodes: 9, annotations: { [MODE]: 'drain', [SURGE]: '3' } });
    const missing = watchMissing(world, 9);
    expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
    expect(missing()).toBe(3);
  });

  test(
    'a budget that blocks for a while is named with its pods, and the drain goes on when it allows',
    LONG,
    async () => {
      // The budget lets one pod be missing, and an evicted one is, until its successor runs.
      const clusterDelays = { podStart: [90_000, 90_000] } as const;
      const world = await rolloutWorld({ nodes: 3, annotations: { [MODE]: 'drain' }, clusterDelays });
      const before = namesOf(world);
      const waiting = await until(world, 'BudgetBlocksEviction');
      const held = 'wait' in waiting.status ? waiting.status.wait?.message : '';
      expect(held).toMatch(/not evicted now: shop\/web-\S+ on \S+ \(budget shop\/web\)/);
      expect(cordoned(world)).toHaveLength(1);
      expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
      expect(namesOf(world).filter((name) => before.includes(name))).toEqual([]);
    },
  );

  test(
    'a budget that never allows an eviction blocks by its name before anything is touched',
    LONG,
    async () => {
      const world = await rolloutWorld({ nodes: 3, annotations: { [MODE]: 'drain' } });
      patchBudget(world, { maxUnavailable: 0 });
      const before = webPods(world).map(({ metadata }) => metadata.uid);
      const { status } = await world.runUntil('ended');
      expect(status).toMatchObject({
        kind: 'blocked',
        reason: 'BudgetNeverAllows',
        message: expect.stringContaining('(budget shop/web)'),
        remedy: expect.stringContaining('maxUnavailable at least 1'),
      });
      expect(webPods(world).map(({ metadata }) => metadata.uid)).toEqual(before);
      expect(cordoned(world)).toEqual([]);
      patchBudget(world, { maxUnavailable: 1 });
      await world.publish('check-nodes', { shoot: 'garden-core/api' });
      expect((await world.runUntil((migration) => migration?.active === false)).status.kind).toBe(
        'succeeded',
      );
    },
  );

  test(
    'a pod that two budgets count is named after one cordon, and its node takes pods again',
    LONG,
    async () => {
      const world = await rolloutWorld({
        nodes: 3,
        annotations: { [MODE]: 'drain' },
        adaptCluster: (objects) =>
          objects.flatMap((object) =>
            object.kind === 'PodDisruptionBudget'
              ? [object, { ...object, metadata: { name: 'web-too', namespace: 'shop' } }]
              : [object],
          ),
      });
      let cordons = 0;
      world.onCall(({ method }) => {
        if (method === 'nodeDrain.cordon') cordons += 1;
        return undefined;
      });
      const before = webPods(world).map(({ metadata }) => metadata.uid);
      expect((await world.runUntil('ended')).status).toMatchObject({
        kind: 'blocked',
        reason: 'PodUnderSeveralBudgets',
        message: expect.stringContaining('(budget shop/web and shop/web-too)'),
      });
      expect(cordons).toBe(1);
      expect(cordoned(world)).toEqual([]);
      expect(webPods(world).map(({ metadata }) => metadata.uid)).toEqual(before);
    },
  );

  /** In the middle: after the cordon, before the first eviction. */
  function closeBudgetAtCordon(world: InProcessWorld): void {
    world.onCall(({ method }) => {
      if (method === 'nodeDrain.cordon') patchBudget(world, { maxUnavailable: 0 });
      return undefined;
    });
  }

  test('a budget that stops to allow anything in the middle gets the begun node back', LONG, async () => {
    const world = await rolloutWorld({ nodes: 3, annotations: { [MODE]: 'drain' } });
    closeBudgetAtCordon(world);
    await world.runUntil(() => cordoned(world).length > 0);
    const before = [namesOf(world), webPods(world).map(({ metadata }) => metadata.uid)];
    const { status } = await world.runUntil('ended');
    expect(status).toMatchObject({ kind: 'blocked', reason: 'BudgetNeverAllows' });
    expect(cordoned(world)).toEqual([]);
    expect([namesOf(world), webPods(world).map(({ metadata }) => metadata.uid)]).toEqual(before);
    expect(readyWebPods(world)).toBe(3);
  });

  test.each(['before', 'after'] as const)(
    'a crash %s the node is given back leaves none cordoned',
    LONG,
    async (when) => {
      const world = await rolloutWorld({ nodes: 3, annotations: { [MODE]: 'drain' } });
      closeBudgetAtCordon(world);
      let deaths = 0;
      void world
        .killAt(({ method }) => method === 'nodeDrain.uncordon', when)
        .then(() => {
          deaths += 1;
        });
      expect((await world.runUntil('ended')).status).toMatchObject({ reason: 'BudgetNeverAllows' });
      expect(deaths).toBe(1);
      expect(cordoned(world)).toEqual([]);
    },
  );

  test(
    'when the owner takes over in the middle the begun node takes pods again, and nothing further happens',
    LONG,
    async () => {
      const world = await rolloutWorld({ nodes: 3, annotations: { [MODE]: 'drain' } });
      await world.runUntil(() => cordoned(world).length > 0);
      annotateShoot(world, { [MODE]: 'owner' });
      await until(world, 'OwnerRollsNodes');
      await world.clock.advance(1_800_000);
      expect(cordoned(world)).toEqual([]);
      const left = namesOf(world);
      await world.clock.advance(3_600_000);
      expect(namesOf(world)).toEqual(left);
    },
  );

  test.each([
    ['nodeDrain.cordon', 'before'],
    ['nodeDrain.cordon', 'after'],
    ['nodeDrain.evict', 'before'],
    ['nodeDrain.evict', 'after'],
    ['nodeDrain.handOver', 'before'],
    ['nodeDrain.handOver', 'after'],
  ] as const)(
    'a crash at %s, %s its effect, evicts no pod twice and loses nothing',
    LONG,
    async (method, when) => {
      const world = await rolloutWorld({ nodes: 3, annotations: { [MODE]: 'drain' } });
      const missing = watchMissing(world, 3);
      const evicted: string[] = [];
      void world.killAt((call) => call.method === method, when, 2);
      world.onCall((call) => {
        const [pod] = call.args as readonly [{ uid: string }?];
        if (call.method === 'nodeDrain.evict' && pod !== undefined) evicted.push(pod.uid);
        return undefined;
      });
      expect((await world.runUntil('ended')).status.kind).toBe('succeeded');
      expect(world.runLog.runs.filter(({ ending }) => ending === 'died')).toHaveLength(1);
      // The call that never was is made again; the one whose answer was lost is not.
      const again = method === 'nodeDrain.evict' && when === 'before' ? 1 : 0;
      expect(evicted.length - new Set(evicted).size).toBe(again);
      expect(missing()).toBe(1);
      expect(namesOf(world)).toHaveLength(3);
      expect(world.gaps()).toEqual([]);
      expect(cordoned(world)).toEqual([]);
    },
  );
});

test(
  'annotations that become wrong in the middle block by their field, and the begun node takes pods again',
  LONG,
  async () => {
    const world = await rolloutWorld({ nodes: 3, annotations: { [MODE]: 'drain' } });
    await world.runUntil(() => cordoned(world).length > 0);
    const before = namesOf(world);
    annotateShoot(world, { [MODE]: 'later', [POOLS]: 'workers', [SURGE]: '0' });
    const { status } = await until(world, 'RolloutNotUnderstood');
    expect(status).toMatchObject({
      kind: 'blocked',
      message: expect.stringMatching(
        /node-rollout\]: found "later", expected owner, gardener or drain; .*found "workers".*found "0"/,
      ),
    });
    expect(cordoned(world)).toEqual([]);
    expect(namesOf(world)).toEqual(before);
    expect((await historyOf(world)).at(-1)?.event).toBe('blocked');
  },
);
