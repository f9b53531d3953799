import { describe, expect, test } from 'vitest';
import type { Pod } from '../../infra/local/cluster/index.ts';
import { podDisruptionBudgets, pods } from '../../infra/local/cluster/index.ts';
import type { InProcess } from './small-cluster.ts';
import { clusterInProcess, refusal } from './small-cluster.ts';

const WEB = { namespace: 'shop', name: 'web' };
const web = (world: InProcess) => world.api.list(pods, { namespace: 'shop' }).items;
const named = (pod: Pod | undefined) => ({ namespace: 'shop', name: pod?.metadata.name ?? '' });
const allowed = (world: InProcess) => world.api.get(podDisruptionBudgets, WEB).status?.disruptionsAllowed;

describe('eviction', () => {
  test('one Pod may go at a time; the next is refused with 429 and the budget’s name until it is replaced', async () => {
    const world = clusterInProcess();
    const [first, second] = web(world);
    await world.client.evict(named(first));
    expect(await refusal(world.client.evict(named(second)))).toMatchObject({
      code: 429,
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          {
            reason: 'DisruptionBudget',
            message: expect.stringContaining('The disruption budget web needs 2 healthy pods'),
          },
        ],
      },
    });
    await world.clock.untilTrue(() => allowed(world) === 1);
    await world.client.evict(named(second));
  });

  test('a burst of evictions never breaks the budget', async () => {
    const world = clusterInProcess();
    const outcomes = await Promise.allSettled(web(world).map((pod) => world.client.evict(named(pod))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a budget that allows none refuses all', async () => {
    const world = clusterInProcess();
    await world.client.patch(podDisruptionBudgets, WEB, {
      kind: 'merge',
      body: { spec: { maxUnavailable: 0 } },
    });
    expect((await refusal(world.client.evict(named(web(world)[0])))).details?.causes?.[0]?.message).toBe(
      'The disruption budget web is still being processed by the server.',
    );
    await world.clock.untilTrue(() => allowed(world) === 0);
    expect((await refusal(world.client.evict(named(web(world)[0])))).code).toBe(429);
  });

  test('a Pod under two budgets cannot be evicted', async () => {
    const world = clusterInProcess();
    const { spec } = world.api.get(podDisruptionBudgets, WEB);
    await world.client.create(podDisruptionBudgets, {
      metadata: { name: 'second', namespace: 'shop' },
      spec,
    });
    expect(await refusal(world.client.evict(named(web(world)[0])))).toMatchObject({ code: 500 });
  });

  test('an evicted Pod keeps running for its grace period and then goes', async () => {
    const world = clusterInProcess();
    const [first] = web(world);
    await world.client.evict(named(first));
    const leaving = await world.client.get(pods, named(first));
    expect(leaving.metadata).toMatchObject({
      deletionGracePeriodSeconds: 30,
      deletionTimestamp: expect.any(String),
    });
    await world.clock.untilTrue(() => !web(world).some((pod) => pod.metadata.uid === first?.metadata.uid));
  });
});
