import type { V1PodDisruptionBudget } from '@kubernetes/client-node';
import { CoreV1Api, PatchStrategy, PolicyV1Api, setHeaderOptions } from '@kubernetes/client-node';
import { describe, expect } from 'vitest';
import { pod } from './objects.ts';
import { refusedWith } from './refusal.ts';
import type { Contract, Scene } from './under-test.ts';

const PATIENCE = { timeout: 40_000, interval: 50 };
const REFUSAL = "Cannot evict pod as it would violate the pod's disruption budget.";
const LABELS = { app: 'web' };

export function evictionContract({ guarantee }: Contract): void {
  /** Pods that count as healthy without anything that runs them, and what evicts them. */
  async function running(scene: Scene, names: readonly string[], phase = 'Running') {
    const core = scene.config.makeApiClient(CoreV1Api);
    const policy = scene.config.makeApiClient(PolicyV1Api);
    const { namespace } = scene;
    const node = scene.unique('nowhere');
    for (const name of names) {
      await core.createNamespacedPod({ namespace, body: pod(name, node, LABELS) });
      const ready = phase === 'Running' ? 'True' : 'False';
      const conditions = [{ type: 'Ready', status: ready }];
      await core.patchNamespacedPodStatus(
        { namespace, name, body: { status: { phase, conditions } } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
    }
    return {
      core,
      policy,
      evict: (name: string, options: object = {}) =>
        core.createNamespacedPodEviction({
          namespace,
          name,
          body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, ...options },
        }),
      get: (name: string) => core.readNamespacedPod({ namespace, name }),
      budget: async (name: string, spec: object, allowed?: number) => {
        const body: V1PodDisruptionBudget = {
          metadata: { name },
          spec: { selector: { matchLabels: LABELS }, ...spec },
        };
        await policy.createNamespacedPodDisruptionBudget({ namespace, body });
        if (allowed === undefined) return;
        const read = () => policy.readNamespacedPodDisruptionBudget({ namespace, name });
        await expect.poll(async () => (await read()).status?.disruptionsAllowed, PATIENCE).toBe(allowed);
      },
    };
  }

  describe('eviction', () => {
    guarantee('a Pod without a budget goes, with its grace period', async (scene) => {
      const { evict, get } = await running(scene, ['a']);
      await evict('a');
      const { metadata, status } = await get('a');
      expect(metadata).toMatchObject({ deletionGracePeriodSeconds: 30, deletionTimestamp: expect.any(Date) });
      expect(status?.conditions).toMatchObject(
        expect.arrayContaining([
          expect.objectContaining({
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'EvictionByEvictionAPI',
          }),
        ]),
      );
    });

    guarantee('the answer is 201 with a Status, also to a second eviction', async (scene) => {
      await running(scene, ['a']);
      for (let time = 0; time < 2; time += 1) {
        const answer = await scene.call('POST', scene.path('v1', 'pods', 'a', 'eviction'), {
          body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'a' } },
        });
        expect(answer).toMatchObject({ status: 201, body: { kind: 'Status', status: 'Success', code: 201 } });
      }
    });

    guarantee('a budget lets as many go as it allows; the next is told 429 with the cause', async (scene) => {
      const { evict, budget } = await running(scene, ['a', 'b']);
      await budget('keeps-one', { minAvailable: 1 }, 1);
      await evict('a');
      const refused = await refusedWith(evict('b'));
      expect(refused).toMatchObject({
        code: 429,
        reason: 'TooManyRequests',
        message: REFUSAL,
        details: { causes: [{ reason: 'DisruptionBudget' }] },
      });
      expect(refused.details?.causes?.[0]?.message).toMatch(/^The disruption budget keeps-one /);
    });

    guarantee(
      'a budget that allows none says how many it needs and has, and not when to come back',
      async (scene) => {
        const { evict, budget, get } = await running(scene, ['a']);
        await budget('keeps-all', { minAvailable: 1 }, 0);
        const policy = scene.config.makeApiClient(PolicyV1Api);
        const healthy = async () => {
          const read = { namespace: scene.namespace, name: 'keeps-all' };
          return (await policy.readNamespacedPodDisruptionBudget(read)).status?.currentHealthy;
        };
        await expect.poll(healthy, PATIENCE).toBe(1);
        const refused = await refusedWith(evict('a'));
        expect(refused).toMatchObject({ code: 429, reason: 'TooManyRequests', message: REFUSAL });
        expect(refused.details?.causes).toEqual([
          {
            reason: 'DisruptionBudget',
            message: 'The disruption budget keeps-all needs 1 healthy pods and has 1 currently',
          },
        ]);
        expect(refused.headers).not.toHaveProperty('retry-after');
        expect((await get('a')).metadata?.deletionTimestamp).toBeUndefined();
      },
    );

    guarantee('a budget that could not be counted says so, and when to come back', async (scene) => {
      const { core, policy, evict, budget } = await running(scene, ['a']);
      const { namespace } = scene;
      // A share of what wants these Pods cannot be counted when that is of a kind that has no number of them.
      const owner = await core.createNamespacedConfigMap({
        namespace,
        body: { metadata: { name: 'owner' } },
      });
      const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata?.uid };
      await core.patchNamespacedPod(
        {
          namespace,
          name: 'a',
          body: { metadata: { ownerReferences: [{ ...reference, controller: true }] } },
        },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
      await budget('uncounted', { maxUnavailable: 1 });
      const condition = async () => {
        const { status } = await policy.readNamespacedPodDisruptionBudget({ namespace, name: 'uncounted' });
        return status?.conditions?.[0]?.reason;
      };
      await expect.poll(condition, PATIENCE).toBe('SyncFailed');
      const refused = await refusedWith(evict('a'));
      expect(refused).toMatchObject({
        code: 429,
        reason: 'TooManyRequests',
        message: REFUSAL,
        details: {
          causes: [{ message: 'The disruption budget uncounted is still being processed by the server.' }],
        },
      });
      expect(refused.headers['retry-after']).toBe('10');
    });

    guarantee('two budgets for one Pod are an error of the owner’s', async (scene) => {
      const { evict, budget } = await running(scene, ['a']);
      await budget('one', { minAvailable: 0 }, 1);
      await budget('two', { minAvailable: 0 }, 1);
      const refused = await refusedWith(evict('a'));
      expect(refused).toMatchObject({ code: 500 });
      expect(refused.message).toContain(
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      );
    });

    guarantee('a Pod that is not there is 404', async (scene) => {
      const { evict } = await running(scene, []);
      expect(await refusedWith(evict('none'))).toMatchObject({
        code: 404,
        reason: 'NotFound',
        message: 'pods "none" not found',
      });
    });

    guarantee('a dry run says what would be, spends nothing and marks nothing', async (scene) => {
      const { evict, budget, get, policy } = await running(scene, ['a', 'b']);
      await budget('keeps-one', { minAvailable: 1 }, 1);
      for (const name of ['a', 'b', 'a']) await evict(name, { deleteOptions: { dryRun: ['All'] } });
      expect((await get('a')).metadata?.deletionTimestamp).toBeUndefined();
      const { status } = await policy.readNamespacedPodDisruptionBudget({
        namespace: scene.namespace,
        name: 'keeps-one',
      });
      expect(status).toMatchObject({ disruptionsAllowed: 1 });
      expect(status?.disruptedPods ?? {}).toEqual({});
    });

    guarantee('a Pod that still waits or has ended needs no budget', async (scene) => {
      const { evict, budget, get } = await running(scene, ['pending'], 'Pending');
      const { core } = await running(scene, ['failed'], 'Failed');
      await budget('keeps-all', { maxUnavailable: 0 });
      await evict('pending');
      expect((await get('pending')).metadata?.deletionTimestamp).toBeDefined();
      await evict('failed');
      const left = await core.listNamespacedPod({ namespace: scene.namespace });
      expect(left.items.map(({ metadata }) => metadata?.name)).not.toContain('failed');
    });

    guarantee('a Pod that is leaving needs no budget', async (scene) => {
      const { core, evict, budget } = await running(scene, ['a']);
      await budget('keeps-all', { maxUnavailable: 0 });
      await core.deleteNamespacedPod({ namespace: scene.namespace, name: 'a' });
      await evict('a');
    });

    guarantee('a Pod that is not Ready may go when the budget’s owner said so', async (scene) => {
      const { core, evict, budget } = await running(scene, ['a']);
      const body = { status: { conditions: [{ type: 'Ready', status: 'False' }] } };
      await core.patchNamespacedPodStatus(
        { namespace: scene.namespace, name: 'a', body },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
      await budget('strict', { minAvailable: 1 }, 0);
      expect((await refusedWith(evict('a'))).code).toBe(429);
      await scene.done('PATCH', scene.path('policy/v1', 'poddisruptionbudgets', 'strict'), {
        contentType: 'application/merge-patch+json',
        body: { spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' } },
      });
      await evict('a');
    });

    guarantee('an eviction for another UID is refused', async (scene) => {
      const { evict } = await running(scene, ['a']);
      const uid = '00000000-0000-4000-8000-000000000000';
      const refused = await refusedWith(evict('a', { deleteOptions: { preconditions: { uid } } }));
      expect(refused).toMatchObject({ code: 409, reason: 'Conflict' });
    });
  });
}
