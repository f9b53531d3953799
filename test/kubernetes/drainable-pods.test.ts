import { describe, expect, it } from 'vitest';
import { podDisruptionBudgets, pods } from '../../infra/local/cluster/index.ts';
import { selects } from '../../shared/kubernetes/client/labels.ts';
import { ClusterUnavailable } from '../../shared/kubernetes/errors.ts';
import type { DrainablePod } from '../../shared/kubernetes/node-drain.ts';
import { startWorld, type World } from './world.ts';

const EVICTION = { verb: 'create', resource: 'pods/eviction' } as const;

async function podsOf(world: World, key: RegExp): Promise<readonly DrainablePod[]> {
  const { nodeDrain } = world.cluster;
  const budgets = await nodeDrain.budgets();
  const all = await Promise.all(world.example.nodes.map(({ name }) => nodeDrain.podsOn(name, budgets)));
  return all.flat().filter((pod) => key.test(pod.key));
}

async function webPod(world: World): Promise<DrainablePod> {
  const [pod] = await podsOf(world, /^shop\/web/);
  if (pod === undefined) throw new Error('the Deployment has no pod');
  return pod;
}

function barePod(name: string, metadata: object, nodeName: string) {
  const spec = { nodeName, containers: [{ name: 'main', image: 'main' }] };
  return JSON.parse(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop', ...metadata },
      spec,
    }),
  );
}

describe('pods that have to be off a node', () => {
  it('are all but those of DaemonSets and of the node itself, each with the budgets that count it', async () => {
    const on = (await startWorld({ nodes: 1 })).example.nodes[0]?.name ?? '';
    const mirror = barePod('static', { annotations: { 'kubernetes.io/config.mirror': 'x' } }, on);
    const world = await startWorld({
      nodes: 1,
      objects: (objects) => [...objects, barePod('bare', {}, on), mirror],
    });
    const keys = (await podsOf(world, /./)).map(({ key }) => key.replace(/-[a-z0-9]{6,10}-[a-z0-9]{5}$/, ''));
    expect([...new Set(keys)].sort()).toEqual([
      'kube-system/cloud-controller-manager',
      'kube-system/coredns',
      'shop/bare',
      'shop/web',
    ]);
    expect(await webPod(world)).toMatchObject({
      namespace: 'shop',
      node: on,
      terminating: false,
      running: true,
      ready: true,
      budgets: [{ key: 'shop/web', allowed: 1, pods: 1, desiredHealthy: 0, currentHealthy: 1 }],
    });
    expect(await webPod(world)).toMatchObject({ comesBack: true });
    expect((await podsOf(world, /bare/))[0]).toMatchObject({ budgets: [], comesBack: false });
  });

  it('are found by their budget, too, on whatever node', async () => {
    const world = await startWorld();
    const budgets = await world.cluster.nodeDrain.budgets();
    const [web] = budgets;
    if (web === undefined) throw new Error('there is no budget');
    const under = await world.cluster.nodeDrain.podsUnder(web, budgets);
    expect(under.map(({ key }) => key).sort()).toEqual(
      (await podsOf(world, /^shop\/web/)).map(({ key }) => key).sort(),
    );
    expect(await world.cluster.nodeDrain.podsUnder({ ...web, selector: undefined }, budgets)).toEqual([]);
  });
});

describe('an eviction', () => {
  it('sets the pod’s end in motion, which shows', async () => {
    const on = (await startWorld({ nodes: 1 })).example.nodes[0]?.name ?? '';
    // Held, so that it can still be looked at.
    const held = barePod('held', { finalizers: ['example.com/wait'] }, on);
    const world = await startWorld({ nodes: 1, objects: (objects) => [...objects, held] });
    const [pod] = await podsOf(world, /held/);
    if (pod === undefined) throw new Error('the pod is not there');
    expect(pod.terminating).toBe(false);
    expect(await world.cluster.nodeDrain.evict(pod)).toEqual({ kind: 'leaving' });
    expect(await podsOf(world, /held/)).toMatchObject([{ uid: pod.uid, terminating: true }]);
  });

  it('that a budget refuses is asked once, and told in the API server’s words', async () => {
    const world = await startWorld();
    const key = { namespace: 'shop', name: 'web' };
    await world.simulator.client.patch(podDisruptionBudgets, key, {
      kind: 'merge',
      body: { spec: { maxUnavailable: 0 } },
    });
    await expect
      .poll(async () => (await world.cluster.nodeDrain.budgets())[0]?.desiredHealthy, { timeout: 20_000 })
      .toBe(3);
    expect(await world.cluster.nodeDrain.evict(await webPod(world))).toEqual({
      kind: 'refused',
      message: expect.stringMatching(
        /disruption budget\. The disruption budget web needs 3 healthy pods and has 3/,
      ),
    });
    expect(world.simulator.requests()['create pods/eviction']).toBe(1);
  });

  it('of a pod that is gone is done; of its successor of the same name it does nothing', async () => {
    const world = await startWorld();
    const pod = await webPod(world);
    expect(await world.cluster.nodeDrain.evict({ ...pod, name: 'none' })).toEqual({ kind: 'gone' });
    expect(await world.cluster.nodeDrain.evict({ ...pod, uid: 'another' })).toMatchObject({
      kind: 'refused',
    });
    expect((await world.simulator.client.get(pods, pod)).metadata.deletionTimestamp).toBeUndefined();
  });

  it('whose answer was lost is not sent again by itself', async () => {
    const world = await startWorld();
    const pod = await webPod(world);
    world.simulator.faults.failRequest({ match: EVICTION, when: 'after', answer: 'connection-lost' });
    await expect(world.cluster.nodeDrain.evict(pod)).rejects.toThrow(ClusterUnavailable);
    expect(world.simulator.requests()['create pods/eviction']).toBe(1);
  });
});

describe('a budget', () => {
  it('that its controller has not looked at yet is told from one that allows nothing', async () => {
    const world = await startWorld();
    const labels = { app: 'none' };
    await world.simulator.client.create(podDisruptionBudgets, {
      metadata: { name: 'new', namespace: 'shop' },
      spec: {
        maxUnavailable: 0,
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: labels },
      },
    });
    const found = async () => (await world.cluster.nodeDrain.budgets()).find(({ key }) => key === 'shop/new');
    expect(await found()).toMatchObject({ letsUnreadyGo: true, selector: 'app=none', namespace: 'shop' });
    await expect.poll(async () => (await found())?.observed, { timeout: 20_000 }).toBe(true);
  });

  it.each<[selector: Parameters<typeof selects>[0], labels: Record<string, string>, counts: boolean]>([
    [{}, { app: 'web' }, true],
    [{ matchLabels: { app: 'web' } }, { app: 'web', tier: 'front' }, true],
    [{ matchLabels: { app: 'web', tier: 'back' } }, { app: 'web', tier: 'front' }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db'] }] }, { app: 'db' }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] }, {}, false],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, { app: 'web' }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, {}, true],
    [{ matchExpressions: [{ key: 'app', operator: 'Exists' }] }, { app: '' }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, { app: '' }, false],
  ])('that selects %j counts a pod with the labels %j: %s', (selector, labels, counts) => {
    expect(selects(selector, labels)).toBe(counts);
  });
});
