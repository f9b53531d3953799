import { AppsV1Api } from '@kubernetes/client-node';
import { describe, expect } from 'vitest';
import { MERGE_PATCH } from './media-types.ts';
import { deployment, pod } from './objects.ts';
import { refusedWith } from './refusal.ts';
import type { Contract, Scene } from './under-test.ts';

const sets = (scene: Scene, ...rest: string[]) => scene.path('apps/v1', 'replicasets', ...rest);
const budgets = (scene: Scene, ...rest: string[]) => scene.path('policy/v1', 'poddisruptionbudgets', ...rest);

export function statusContract({ guarantee }: Contract): void {
  const merge = (scene: Scene, path: string, body: object, query: Record<string, string> = {}) =>
    scene.done('PATCH', path, { contentType: MERGE_PATCH, body, query });

  describe('status', () => {
    guarantee('a status given on creation is not taken', async (scene) => {
      const path = scene.path('v1', 'pods');
      const status = { phase: 'Running', podIP: '10.0.0.1' };
      const { body } = await scene.done('POST', path, {
        body: { ...pod('a', scene.unique('nowhere')), status },
      });
      expect(body.status).toMatchObject({ phase: 'Pending' });
      expect(body.status).not.toHaveProperty('podIP');
    });

    guarantee('a write of the object leaves the status, a write of the status the rest', async (scene) => {
      const path = scene.path('v1', 'pods', 'a');
      await scene.done('POST', scene.path('v1', 'pods'), { body: pod('a', scene.unique('nowhere')) });
      const status = await merge(scene, `${path}/status`, {
        status: { phase: 'Running' },
        spec: { containers: [{ name: 'c', image: 'example.com/c:9' }] },
      });
      expect(status.body).toMatchObject({
        status: { phase: 'Running' },
        spec: { containers: [{ image: 'example.com/c:1' }] },
      });
      const object = await merge(scene, path, {
        status: { phase: 'Failed' },
        metadata: { labels: { a: 'b' } },
      });
      expect(object.body).toMatchObject({ status: { phase: 'Running' }, metadata: { labels: { a: 'b' } } });
    });

    guarantee('the generation counts changes of the spec, not of status or metadata', async (scene) => {
      const path = budgets(scene, 'a');
      const spec = { minAvailable: 1, selector: { matchLabels: { app: 'nobody' } } };
      const created = await scene.done('POST', budgets(scene), { body: { metadata: { name: 'a' }, spec } });
      expect(created.body.metadata?.generation).toBe(1);
      const labelled = await merge(scene, path, { metadata: { labels: { a: 'b' } } });
      expect(labelled.body.metadata?.generation).toBe(1);
      const status = await merge(scene, `${path}/status`, {
        status: { disruptedPods: { none: '2026-01-01T00:00:00Z' } },
      });
      expect(status.body.metadata?.generation).toBe(1);
      expect((await merge(scene, path, { spec: { minAvailable: 2 } })).body.metadata?.generation).toBe(2);
      expect((await merge(scene, path, { spec: { minAvailable: 2 } })).body.metadata?.generation).toBe(2);
      const said = await merge(scene, path, { metadata: { generation: 9 } });
      expect(said.body.metadata?.generation).toBe(2);
    });

    guarantee('a PUT of the status must be of the present version, as any other', async (scene) => {
      const path = scene.path('v1', 'pods', 'a');
      const { body } = await scene.done('POST', scene.path('v1', 'pods'), {
        body: pod('a', scene.unique('nowhere')),
      });
      await merge(scene, path, { metadata: { labels: { a: 'b' } } });
      const answer = await scene.call('PUT', `${path}/status`, {
        body: { ...body, status: { phase: 'Running' } },
      });
      expect(answer).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
      const fresh = await scene.done('GET', `${path}/status`);
      const written = await scene.done('PUT', `${path}/status`, {
        body: { ...fresh.body, status: { phase: 'Running' } },
      });
      expect(written.body.status).toMatchObject({ phase: 'Running' });
    });

    guarantee('a dry run of a status stores nothing', async (scene) => {
      const path = scene.path('v1', 'pods', 'a');
      await scene.done('POST', scene.path('v1', 'pods'), { body: pod('a', scene.unique('nowhere')) });
      const imagined = await merge(
        scene,
        `${path}/status`,
        { status: { phase: 'Running' } },
        { dryRun: 'All' },
      );
      expect(imagined.body.status).toMatchObject({ phase: 'Running' });
      expect((await scene.done('GET', path)).body.status).toMatchObject({ phase: 'Pending' });
    });

    guarantee('kinds without a status have no such endpoint', async (scene) => {
      await scene.done('POST', scene.path('v1', 'configmaps'), { body: { metadata: { name: 'a' } } });
      expect((await scene.call('GET', scene.path('v1', 'configmaps', 'a', 'status'))).status).toBe(404);
    });
  });

  describe('scale', () => {
    async function existing(scene: Scene) {
      const apps = scene.config.makeApiClient(AppsV1Api);
      const { spec } = deployment('web');
      // A ReplicaSet, because a Deployment's controller writes on it meanwhile.
      const body = { metadata: { name: 'web' }, spec };
      const created = await apps.createNamespacedReplicaSet({ namespace: scene.namespace, body });
      return { apps, created, named: { namespace: scene.namespace, name: 'web' } };
    }

    guarantee('shows count and selector with the object’s own identity', async (scene) => {
      const { apps, created, named } = await existing(scene);
      const scale = await apps.readNamespacedReplicaSetScale(named);
      expect(scale).toMatchObject({
        kind: 'Scale',
        apiVersion: 'autoscaling/v1',
        spec: {},
        status: { selector: 'app=web' },
      });
      expect(scale.spec?.replicas ?? 0).toBe(0);
      expect(scale.metadata?.uid).toBe(created.metadata?.uid);
    });

    guarantee('changes the count, and nothing else', async (scene) => {
      const { apps, created, named } = await existing(scene);
      const path = sets(scene, 'web', 'scale');
      const tried = await merge(scene, path, { spec: { replicas: 1 } }, { dryRun: 'All' });
      expect(tried.body).toMatchObject({ kind: 'Scale', spec: { replicas: 1 } });
      expect((await apps.readNamespacedReplicaSet(named)).spec?.replicas).toBe(0);
      await merge(scene, path, { spec: { replicas: 1 } });
      const { spec } = await apps.readNamespacedReplicaSet(named);
      expect(spec).toEqual({ ...created.spec, replicas: 1 });
    });

    guarantee('a Scale of a version that was overtaken is refused', async (scene) => {
      const { apps, named } = await existing(scene);
      const scale = await apps.readNamespacedReplicaSetScale(named);
      await merge(scene, sets(scene, 'web'), { metadata: { labels: { a: 'b' } } });
      const stale = apps.replaceNamespacedReplicaSetScale({
        ...named,
        body: { ...scale, spec: { replicas: 1 } },
      });
      expect(await refusedWith(stale)).toMatchObject({ code: 409, reason: 'Conflict' });
    });

    guarantee('a negative count is refused', async (scene) => {
      await existing(scene);
      const answer = await scene.call('PATCH', sets(scene, 'web', 'scale'), {
        contentType: MERGE_PATCH,
        body: { spec: { replicas: -1 } },
      });
      expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(answer.body.details?.causes?.[0]).toMatchObject({
        field: 'spec.replicas',
        message: 'Invalid value: -1: must be greater than or equal to 0',
      });
    });
  });
}
