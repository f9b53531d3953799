import { describe, expect } from 'vitest';
import type { Contract, Scene } from './under-test.ts';

const maps = (scene: Scene, ...rest: string[]) => scene.path('v1', 'configmaps', ...rest);
const pods = (scene: Scene, ...rest: string[]) => scene.path('v1', 'pods', ...rest);
const MERGE = { contentType: 'application/merge-patch+json' };
const options = (fields: object) => ({ body: { apiVersion: 'v1', kind: 'DeleteOptions', ...fields } });

export function deletionsContract({ guarantee }: Contract): void {
  const create = (scene: Scene, name: string, metadata: object = {}) =>
    scene.done('POST', maps(scene), { body: { metadata: { name, ...metadata } } });
  const boundPod = (scene: Scene, name: string, spec: object = {}) => {
    const containers = [{ name: 'c', image: 'example.com/c:1' }];
    return scene.done('POST', pods(scene), {
      body: { metadata: { name }, spec: { nodeName: scene.unique('nowhere'), containers, ...spec } },
    });
  };

  describe('deletions', () => {
    guarantee('a deletion says whom it removed; a second finds nothing', async (scene) => {
      const { body } = await create(scene, 'a');
      const uid = body.metadata?.uid;
      const removed = await scene.call('DELETE', maps(scene, 'a'));
      expect(removed).toMatchObject({
        status: 200,
        body: { kind: 'Status', status: 'Success', details: { name: 'a', kind: 'configmaps', uid } },
      });
      expect(await scene.call('DELETE', maps(scene, 'a'))).toMatchObject({
        status: 404,
        body: { reason: 'NotFound', message: 'configmaps "a" not found' },
      });
    });

    guarantee('a deletion for another UID or version is refused', async (scene) => {
      const { body } = await create(scene, 'a');
      const { uid, resourceVersion } = body.metadata ?? {};
      const stranger = '00000000-0000-4000-8000-000000000000';
      const other = await scene.call(
        'DELETE',
        maps(scene, 'a'),
        options({ preconditions: { uid: stranger } }),
      );
      expect(other).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
      expect(other.body.message).toBe(
        `Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (${stranger}) does not match ` +
          `the UID in record (${uid}). The object might have been deleted and then recreated`,
      );
      const older = await scene.call(
        'DELETE',
        maps(scene, 'a'),
        options({ preconditions: { resourceVersion: '2' } }),
      );
      expect(older.status).toBe(409);
      expect(older.body.message).toContain(
        `the ResourceVersion in the precondition (2) does not match the ResourceVersion in record (${resourceVersion}).`,
      );
      const right = await scene.call(
        'DELETE',
        maps(scene, 'a'),
        options({ preconditions: { uid, resourceVersion } }),
      );
      expect(right.status).toBe(200);
    });

    guarantee('a finalizer holds the object, marked, until it is taken off', async (scene) => {
      const finalizers = ['contract.example/holds'];
      await create(scene, 'a', { finalizers });
      const marked = await scene.call('DELETE', maps(scene, 'a'));
      expect(marked.status).toBe(200);
      expect(marked.body).toMatchObject({
        kind: 'ConfigMap',
        metadata: { deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 0, finalizers },
      });
      const { body } = await scene.done('GET', maps(scene, 'a'));
      expect(body.metadata).toHaveProperty('deletionTimestamp');
      const more = await scene.call('PATCH', maps(scene, 'a'), {
        body: { metadata: { finalizers: [...finalizers, 'contract.example/late'] } },
        ...MERGE,
      });
      expect(more).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(more.body.details?.causes?.[0]?.field).toBe('metadata.finalizers');
      expect(more.body.message).toContain('no new finalizers can be added if the object is being deleted');
      await scene.done('PATCH', maps(scene, 'a'), { body: { metadata: { finalizers: null } }, ...MERGE });
      expect((await scene.call('GET', maps(scene, 'a'))).status).toBe(404);
    });

    guarantee('a dry run removes nothing', async (scene) => {
      await create(scene, 'a');
      expect((await scene.call('DELETE', maps(scene, 'a'), { query: { dryRun: 'All' } })).status).toBe(200);
      expect((await scene.call('DELETE', maps(scene, 'a'), options({ dryRun: ['All'] }))).status).toBe(200);
      expect((await scene.call('GET', maps(scene, 'a'))).status).toBe(200);
    });

    guarantee('a Pod on a node gets the time that it asked for, and less when told so', async (scene) => {
      await boundPod(scene, 'a', { terminationGracePeriodSeconds: 50 });
      const marked = await scene.call('DELETE', pods(scene, 'a'));
      expect(marked).toMatchObject({
        status: 200,
        body: {
          kind: 'Pod',
          metadata: { deletionGracePeriodSeconds: 50, deletionTimestamp: expect.any(String) },
        },
      });
      const longer = await scene.done('DELETE', pods(scene, 'a'), options({ gracePeriodSeconds: 60 }));
      expect(longer.body.metadata).toMatchObject({ deletionGracePeriodSeconds: 50 });
      const shorter = await scene.done('DELETE', pods(scene, 'a'), options({ gracePeriodSeconds: 40 }));
      expect(shorter.body.metadata).toMatchObject({ deletionGracePeriodSeconds: 40 });
      expect((await scene.call('GET', pods(scene, 'a'))).status).toBe(200);
      await scene.done('DELETE', pods(scene, 'a'), options({ gracePeriodSeconds: 0 }));
      expect((await scene.call('GET', pods(scene, 'a'))).status).toBe(404);
    });

    guarantee('a Pod counts a generation when it is marked', async (scene) => {
      const { body } = await boundPod(scene, 'a');
      expect(body.metadata?.generation).toBe(1);
      const marked = await scene.done('DELETE', pods(scene, 'a'));
      expect(marked.body.metadata?.generation).toBe(2);
      await scene.done('DELETE', pods(scene, 'a'), options({ gracePeriodSeconds: 0 }));
    });

    guarantee('a negative grace period is taken for one second', async (scene) => {
      await boundPod(scene, 'a');
      const marked = await scene.done('DELETE', pods(scene, 'a'), options({ gracePeriodSeconds: -1 }));
      expect(marked.body.metadata).toMatchObject({ deletionGracePeriodSeconds: 1 });
      await scene.done('DELETE', pods(scene, 'a'), options({ gracePeriodSeconds: 0 }));
    });

    guarantee('propagation that cannot be is refused', async (scene) => {
      await create(scene, 'a');
      const { status, body } = await scene.call(
        'DELETE',
        maps(scene, 'a'),
        options({ propagationPolicy: 'Sideways' }),
      );
      expect({ status, body }).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(body.message).toContain(
        'propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan"',
      );
    });

    guarantee('Foreground and Orphan leave a finalizer for the collector', async (scene) => {
      for (const [policy, finalizer] of [
        ['Foreground', 'foregroundDeletion'],
        ['Orphan', 'orphan'],
      ]) {
        const { body } = await create(scene, `m-${finalizer?.toLowerCase()}`, {
          // Held by one of our own too, so that the collector cannot be faster than the answer is read.
          finalizers: ['contract.example/holds'],
        });
        const path = maps(scene, body.metadata?.name ?? '');
        const marked = await scene.done('DELETE', path, options({ propagationPolicy: policy }));
        expect(marked.body.metadata?.finalizers).toEqual(['contract.example/holds', finalizer]);
        await scene.done('PATCH', path, { body: { metadata: { finalizers: null } }, ...MERGE });
      }
    });
  });
}
