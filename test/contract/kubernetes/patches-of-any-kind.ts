import { describe, expect } from 'vitest';
import { JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH } from './media-types.ts';
import { deployment } from './objects.ts';
import type { Contract, Scene } from './under-test.ts';

const maps = (scene: Scene, ...rest: string[]) => scene.path('v1', 'configmaps', ...rest);

/** What holds for patches in whatever language they are written. */
export function patchesOfAnyKindContract({ guarantee }: Contract): void {
  async function existing(scene: Scene) {
    const data = { x: '1', y: '2' };
    await scene.done('POST', maps(scene), { body: { metadata: { name: 'a' }, data } });
    return (contentType: string, body: object | string) =>
      scene.call('PATCH', maps(scene, 'a'), { contentType, body });
  }

  describe('patches of any kind', () => {
    guarantee('a content type that is no patch is refused', async (scene) => {
      const patch = await existing(scene);
      const { status, body } = await patch('application/json', { data: {} });
      expect({ status, body }).toMatchObject({ status: 415, body: { reason: 'UnsupportedMediaType' } });
      expect(body.message).toBe('415: Unsupported Media Type');
    });

    guarantee('an object in an unknown encoding is refused with those that are known', async (scene) => {
      const answer = await scene.call('POST', maps(scene), { contentType: 'text/plain', body: 'a' });
      expect(answer).toMatchObject({ status: 415, body: { reason: 'UnsupportedMediaType' } });
      expect(answer.body.message).toMatch(
        /^the body of the request was in an unknown format - accepted media types include: application\/json, application\/yaml/,
      );
    });

    for (const contentType of [JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH]) {
      guarantee(`${contentType} does not create`, async (scene) => {
        const body = contentType === JSON_PATCH ? [] : {};
        expect(await scene.call('PATCH', maps(scene, 'none'), { contentType, body })).toMatchObject({
          status: 404,
          body: { reason: 'NotFound', message: 'configmaps "none" not found' },
        });
      });
    }

    guarantee('a patch that changes nothing keeps the version', async (scene) => {
      const patch = await existing(scene);
      const { body: before } = await scene.done('GET', maps(scene, 'a'));
      for (const [type, body] of [
        [MERGE_PATCH, { data: { x: '1' } }],
        [STRATEGIC_PATCH, { data: { x: '1' } }],
        [JSON_PATCH, [{ op: 'replace', path: '/data/x', value: '1' }]],
      ] as const) {
        const { body: after } = await patch(type, body);
        expect(after.metadata?.resourceVersion).toBe(before.metadata?.resourceVersion);
      }
    });

    guarantee('a patch may not rename or move, nor change what the server gave', async (scene) => {
      const patch = await existing(scene);
      expect((await patch(MERGE_PATCH, { metadata: { name: 'b' } })).status).toBe(400);
      expect((await patch(MERGE_PATCH, { metadata: { namespace: 'default' } })).status).toBe(400);
      const uid = '00000000-0000-4000-8000-000000000000';
      const other = await patch(MERGE_PATCH, { metadata: { uid } });
      expect(other).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(other.body.message).toContain(`metadata.uid: Invalid value: "${uid}": field is immutable`);
      const { body } = await patch(MERGE_PATCH, { metadata: { creationTimestamp: '2001-01-01T00:00:00Z' } });
      const { body: present } = await scene.done('GET', maps(scene, 'a'));
      expect(present.metadata?.creationTimestamp).not.toBe('2001-01-01T00:00:00Z');
      expect(body.metadata?.creationTimestamp).toBe(present.metadata?.creationTimestamp);
    });

    guarantee('a dry run shows what would be and stores nothing', async (scene) => {
      await existing(scene);
      const { body } = await scene.done('PATCH', maps(scene, 'a'), {
        contentType: MERGE_PATCH,
        body: { data: { x: '5' } },
        query: { dryRun: 'All' },
      });
      expect(body.data).toEqual({ x: '5', y: '2' });
      expect((await scene.done('GET', maps(scene, 'a'))).body.data).toEqual({ x: '1', y: '2' });
    });

    guarantee('a dry run of another kind than All is refused', async (scene) => {
      const body = { metadata: { name: 'a' } };
      const answer = await scene.call('POST', maps(scene), { body, query: { dryRun: 'Some' } });
      expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(answer.body.message).toContain('dryRun: Unsupported value: ["Some"]: supported values: "All"');
      await existing(scene);
      const deleted = await scene.call('DELETE', maps(scene, 'a'), { query: { dryRun: 'Some' } });
      expect(deleted).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(deleted.body.message).toContain(
        'DeleteOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value',
      );
    });

    guarantee('a value of another type is refused with the name of the kind', async (scene) => {
      const patch = await existing(scene);
      const answer = await patch(MERGE_PATCH, { data: { x: 5 } });
      expect(answer).toMatchObject({
        status: 422,
        body: { reason: 'Invalid', details: { causes: [{ field: 'patch' }] } },
      });
      const put = await scene.call('PUT', maps(scene, 'a'), {
        body: { metadata: { name: 'a' }, data: { x: 5 } },
      });
      expect(put).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
      expect(put.body.message).toContain('ConfigMap in version "v1" cannot be handled as a ConfigMap: ');
      const post = await scene.call('POST', scene.path('apps/v1', 'deployments'), {
        body: { ...deployment('web'), spec: { ...deployment('web').spec, replicas: 'three' } },
      });
      expect(post).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
      expect(post.body.message).toContain('Deployment in version "v1" cannot be handled as a Deployment: ');
    });
  });
}
