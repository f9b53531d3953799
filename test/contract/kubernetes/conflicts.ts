import { CoreV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { describe, expect } from 'vitest';
import { refusedWith } from './refusal.ts';
import type { Contract, Scene } from './under-test.ts';

const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

const maps = (scene: Scene, ...rest: string[]) => scene.path('v1', 'configmaps', ...rest);

export function conflictsContract({ guarantee }: Contract): void {
  async function existing(scene: Scene) {
    const core = scene.config.makeApiClient(CoreV1Api);
    const named = { namespace: scene.namespace, name: 'a' };
    const body = { metadata: { name: 'a' }, data: { x: '1' } };
    const object = await core.createNamespacedConfigMap({ namespace: scene.namespace, body });
    const change = (data: Record<string, string>) =>
      core.patchNamespacedConfigMap(
        { ...named, body: { data } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
    return { core, named, object, change };
  }

  describe('conflicts', () => {
    guarantee('a PUT of a version that was overtaken is refused and changes nothing', async (scene) => {
      const { core, named, object, change } = await existing(scene);
      await change({ x: '2' });
      const refused = await refusedWith(core.replaceNamespacedConfigMap({ ...named, body: object }));
      expect(refused).toMatchObject({
        code: 409,
        reason: 'Conflict',
        details: { name: 'a', kind: 'configmaps' },
      });
      expect(refused.message).toBe(`Operation cannot be fulfilled on configmaps "a": ${MODIFIED}`);
      expect((await core.readNamespacedConfigMap(named)).data).toEqual({ x: '2' });
    });

    guarantee('a PUT without a version replaces whatever is there', async (scene) => {
      const { core, named, change } = await existing(scene);
      await change({ x: '2' });
      const body = { metadata: { name: 'a' }, data: { y: '1' } };
      expect((await core.replaceNamespacedConfigMap({ ...named, body })).data).toEqual({ y: '1' });
    });

    guarantee('kinds that demand a version refuse a PUT without one', async (scene) => {
      const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'a' }, spec: {} };
      await scene.done('POST', scene.path('coordination.k8s.io/v1', 'leases'), { body });
      const answer = await scene.call('PUT', scene.path('coordination.k8s.io/v1', 'leases', 'a'), { body });
      expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(answer.body.details?.causes).toMatchObject([{ field: 'metadata.resourceVersion' }]);
      expect(answer.body.message).toContain('must be specified for an update');
    });

    guarantee('a PUT that changes nothing keeps the version', async (scene) => {
      const { core, named, object } = await existing(scene);
      const written = await core.replaceNamespacedConfigMap({ ...named, body: object });
      expect(written.metadata?.resourceVersion).toBe(object.metadata?.resourceVersion);
    });

    guarantee('a PUT of another object’s UID, name or namespace is refused', async (scene) => {
      const { core, named } = await existing(scene);
      const uid = '00000000-0000-4000-8000-000000000000';
      const foreign = await refusedWith(
        core.replaceNamespacedConfigMap({ ...named, body: { metadata: { name: 'a', uid } } }),
      );
      expect(foreign).toMatchObject({ code: 409, reason: 'Conflict' });
      expect(foreign.message).toContain(
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: `,
      );
      const misnamed = await refusedWith(
        core.replaceNamespacedConfigMap({ ...named, body: { metadata: { name: 'b' } } }),
      );
      expect(misnamed).toMatchObject({
        code: 400,
        message: 'the name of the object (b) does not match the name on the URL (a)',
      });
      const elsewhere = await refusedWith(
        core.replaceNamespacedConfigMap({
          ...named,
          body: { metadata: { name: 'a', namespace: 'default' } },
        }),
      );
      expect(elsewhere).toMatchObject({
        code: 400,
        message: 'the namespace of the provided object does not match the namespace sent on the request',
      });
    });

    guarantee('a PUT of what is not there is refused, without and with a version', async (scene) => {
      const body = { metadata: { name: 'none' } };
      expect(await scene.call('PUT', maps(scene, 'none'), { body })).toMatchObject({
        status: 404,
        body: {
          reason: 'NotFound',
          message: 'configmaps "none" not found',
          details: { name: 'none', kind: 'configmaps' },
        },
      });
      const versioned = { metadata: { name: 'none', resourceVersion: '5' } };
      expect((await scene.call('PUT', maps(scene, 'none'), { body: versioned })).status).toBe(404);
    });

    for (const [kind, contentType, patch] of [
      [
        'merge',
        'application/merge-patch+json',
        (resourceVersion: string) => ({ metadata: { resourceVersion } }),
      ],
      [
        'strategic merge',
        'application/strategic-merge-patch+json',
        (resourceVersion: string) => ({ metadata: { resourceVersion } }),
      ],
      [
        'JSON',
        'application/json-patch+json',
        (value: string) => [{ op: 'replace', path: '/metadata/resourceVersion', value }],
      ],
    ] as const) {
      guarantee(`a ${kind} patch that names a version holds for that version only`, async (scene) => {
        const { object, change } = await existing(scene);
        const before = object.metadata?.resourceVersion ?? '';
        expect(
          (await scene.call('PATCH', maps(scene, 'a'), { body: patch(before), contentType })).status,
        ).toBe(200);
        await change({ x: '2' });
        const answer = await scene.call('PATCH', maps(scene, 'a'), { body: patch(before), contentType });
        expect(answer).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
        expect(answer.body.message).toContain(MODIFIED);
      });
    }

    guarantee('a name is given once', async (scene) => {
      const { core } = await existing(scene);
      const again = { namespace: scene.namespace, body: { metadata: { name: 'a' } } };
      expect(await refusedWith(core.createNamespacedConfigMap(again))).toMatchObject({
        code: 409,
        reason: 'AlreadyExists',
        message: 'configmaps "a" already exists',
        details: { name: 'a', kind: 'configmaps' },
      });
    });

    guarantee('a generated name begins as asked, also in a dry run that stores nothing', async (scene) => {
      const body = { metadata: { generateName: 'probe-' } };
      const { body: created } = await scene.done('POST', maps(scene), { body });
      expect(created.metadata?.name).toMatch(/^probe-[a-z0-9]{5}$/);
      const { body: imagined } = await scene.done('POST', maps(scene), { body, query: { dryRun: 'All' } });
      expect(imagined.metadata?.name).toMatch(/^probe-[a-z0-9]{5}$/);
      expect((await scene.call('GET', maps(scene, imagined.metadata?.name ?? ''))).status).toBe(404);
    });

    guarantee('a new object may not bring a version, and its UID is the server’s', async (scene) => {
      const versioned = { metadata: { name: 'a', resourceVersion: '5' } };
      const refused = await scene.call('POST', maps(scene), { body: versioned });
      expect(refused.status).toBe(500);
      expect(refused.body.message).toContain('resourceVersion should not be set on objects to be created');
      const uid = '00000000-0000-4000-8000-000000000000';
      const { body } = await scene.done('POST', maps(scene), { body: { metadata: { name: 'a', uid } } });
      expect(body.metadata?.uid).not.toBe(uid);
    });

    guarantee('an object needs a name that a DNS subdomain could have', async (scene) => {
      const nameless = await scene.call('POST', maps(scene), { body: { metadata: {} } });
      expect(nameless).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(nameless.body.message).toContain('name or generateName is required');
      const shouting = await scene.call('POST', maps(scene), { body: { metadata: { name: 'A_b' } } });
      expect(shouting).toMatchObject({
        status: 422,
        body: { details: { causes: [{ field: 'metadata.name' }] } },
      });
      expect(shouting.body.message).toContain('a lowercase RFC 1123 subdomain must consist of');
    });

    guarantee('nothing is created in a namespace that is not there or is going away', async (scene) => {
      const absent = await scene.call('POST', '/api/v1/namespaces/absent-for-sure/configmaps', {
        body: { metadata: { name: 'a' } },
      });
      expect(absent).toMatchObject({
        status: 404,
        body: { reason: 'NotFound', message: 'namespaces "absent-for-sure" not found' },
      });
      const finalizers = ['contract.example/holds'];
      await scene.done('POST', maps(scene), { body: { metadata: { name: 'held', finalizers } } });
      await scene.done('DELETE', `/api/v1/namespaces/${scene.namespace}`);
      const late = await scene.call('POST', maps(scene), { body: { metadata: { name: 'a' } } });
      expect(late).toMatchObject({ status: 403, body: { reason: 'Forbidden' } });
      expect(late.body.message).toContain(
        `unable to create new content in namespace ${scene.namespace} because it is being terminated`,
      );
      expect(late.body.details?.causes).toMatchObject([{ reason: 'NamespaceTerminating' }]);
      await scene.done('PATCH', maps(scene, 'held'), {
        body: { metadata: { finalizers: null } },
        contentType: 'application/merge-patch+json',
      });
    });
  });
}
