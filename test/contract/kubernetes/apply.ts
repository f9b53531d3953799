import { describe, expect } from 'vitest';
import { APPLY_PATCH, MERGE_PATCH } from './media-types.ts';
import { deployment } from './objects.ts';
import { managersIn, ownersOf } from './owners.ts';
import type { Contract, Scene } from './under-test.ts';

const maps = (scene: Scene, ...rest: string[]) => scene.path('v1', 'configmaps', ...rest);
const deployments = (scene: Scene, ...rest: string[]) => scene.path('apps/v1', 'deployments', ...rest);

export function applyContract({ guarantee, guaranteeUnless }: Contract): void {
  const apply = (
    scene: Scene,
    fieldManager: string,
    data: Record<string, string> | undefined,
    query: Record<string, string> = {},
  ) =>
    scene.call('PATCH', maps(scene, 'a'), {
      contentType: APPLY_PATCH,
      query: { fieldManager, ...query },
      body: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a' },
        ...(data === undefined ? {} : { data }),
      },
    });

  describe('server-side apply', () => {
    guarantee('creates what is not there, and changes it the next time', async (scene) => {
      expect((await apply(scene, 'one', { x: '1' })).status).toBe(201);
      const { status, body } = await apply(scene, 'one', { x: '2' });
      expect(status).toBe(200);
      expect(body.data).toEqual({ x: '2' });
    });

    guarantee('what is said is owned, and nothing else', async (scene) => {
      const { body } = await apply(scene, 'one', { x: '1' });
      expect(body.metadata?.managedFields).toMatchObject([
        {
          manager: 'one',
          operation: 'Apply',
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          time: expect.any(String),
        },
      ]);
      expect(ownersOf(body)).toEqual({ 'one Apply': { 'f:data': { 'f:x': {} } } });
    });

    guarantee('the same again changes nothing, not even the version', async (scene) => {
      const { body: first } = await apply(scene, 'one', { x: '1' });
      const { body: second } = await apply(scene, 'one', { x: '1' });
      expect(second.metadata?.resourceVersion).toBe(first.metadata?.resourceVersion);
    });

    guarantee(
      'another manager’s field is not taken without force; the conflict names manager and field',
      async (scene) => {
        await apply(scene, 'one', { x: '1', y: '1' });
        const refused = await apply(scene, 'two', { x: '2', z: '2' });
        expect(refused).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
        expect(refused.body.message).toBe('Apply failed with 1 conflict: conflict with "one": .data.x');
        expect(refused.body.details?.causes).toEqual([
          { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.x' },
        ]);
        expect((await scene.done('GET', maps(scene, 'a'))).body.data).toEqual({ x: '1', y: '1' });
      },
    );

    guarantee('force takes the field over, and its former owner then conflicts', async (scene) => {
      await apply(scene, 'one', { x: '1', y: '1' });
      const { body } = await apply(scene, 'two', { x: '2' }, { force: 'true' });
      expect(body.data).toEqual({ x: '2', y: '1' });
      expect(ownersOf(body)).toEqual({
        'one Apply': { 'f:data': { 'f:y': {} } },
        'two Apply': { 'f:data': { 'f:x': {} } },
      });
      expect((await apply(scene, 'one', { x: '1', y: '1' })).body.message).toContain(
        'conflict with "two": .data.x',
      );
    });

    guarantee('the same value is owned together, and stays until its last owner lets go', async (scene) => {
      await apply(scene, 'one', { x: '1', y: '1' });
      const { body } = await apply(scene, 'two', { x: '1' });
      expect(ownersOf(body)).toMatchObject({ 'two Apply': { 'f:data': { 'f:x': {} } } });
      expect((await apply(scene, 'one', { y: '1' })).body.data).toEqual({ x: '1', y: '1' });
      const { body: last } = await apply(scene, 'two', {});
      expect(last.data).toEqual({ y: '1' });
    });

    guarantee('what its manager no longer says goes, and what others wrote stays', async (scene) => {
      await apply(scene, 'one', { x: '1', y: '1' });
      await scene.done('PATCH', maps(scene, 'a'), {
        contentType: MERGE_PATCH,
        body: { data: { z: '9' } },
        query: { fieldManager: 'writer' },
      });
      const { body } = await apply(scene, 'one', { y: '1' });
      expect(body.data).toEqual({ y: '1', z: '9' });
    });

    guarantee('a change by PATCH or PUT takes the field from who applied it', async (scene) => {
      await apply(scene, 'one', { x: '1', y: '1' });
      const { body } = await scene.done('PATCH', maps(scene, 'a'), {
        contentType: MERGE_PATCH,
        body: { data: { x: '2' } },
        query: { fieldManager: 'writer' },
      });
      expect(ownersOf(body)).toEqual({
        'one Apply': { 'f:data': { 'f:y': {} } },
        'writer Update': { 'f:data': { 'f:x': {} } },
      });
      const refused = await apply(scene, 'one', { x: '1', y: '1' });
      expect(refused.status).toBe(409);
      expect(refused.body.details?.causes).toMatchObject([
        { message: expect.stringMatching(/^conflict with "writer" using v1( at .+)?$/), field: '.data.x' },
      ]);
      // Asked for nothing else than what is there already, there is nothing to conflict about.
      expect((await apply(scene, 'one', { x: '2', y: '1' })).status).toBe(200);
    });

    guarantee('who creates by POST owns what it said', async (scene) => {
      await scene.done('POST', maps(scene), {
        body: { metadata: { name: 'a' }, data: { x: '1' } },
        query: { fieldManager: 'creator' },
      });
      const refused = await apply(scene, 'one', { x: '2' });
      expect(refused.status).toBe(409);
      expect(refused.body.message).toContain('conflict with "creator"');
    });

    guarantee('without a name of its own, a writer is known by its user agent', async (scene) => {
      const { body } = await scene.done('POST', maps(scene), {
        body: { metadata: { name: 'a' }, data: { x: '1' } },
        userAgent: 'someone/2.0 (somewhere)',
      });
      expect(ownersOf(body)).toMatchObject({ 'someone Update': {} });
    });

    guaranteeUnless('records of controllers')(
      'what a controller made is its own, and said to be',
      async (scene) => {
        await scene.done('POST', deployments(scene), { body: deployment('web') });
        const path = scene.path('apps/v1', 'replicasets');
        const made = async () => (await scene.done('GET', path)).body.items?.[0];
        await expect.poll(made, { timeout: 20_000 }).toBeDefined();
        expect(managersIn((await made())?.metadata.managedFields)).toContain('kube-controller-manager');
      },
    );

    guarantee('apply without a field manager is refused', async (scene) => {
      const { status, body } = await scene.call('PATCH', maps(scene, 'a'), {
        contentType: APPLY_PATCH,
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
      });
      expect(status).toBe(422);
      expect(body.message).toBe(
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      );
    });

    guarantee('force is for apply only', async (scene) => {
      await apply(scene, 'one', { x: '1' });
      const { status, body } = await scene.call('PATCH', maps(scene, 'a'), {
        contentType: MERGE_PATCH,
        body: {},
        query: { force: 'true' },
      });
      expect(status).toBe(422);
      expect(body.message).toContain('force: Forbidden: may not be specified for non-apply patch');
    });

    guarantee('a configuration says its kind and version, and brings no managedFields', async (scene) => {
      const kindless = await scene.call('PATCH', maps(scene, 'a'), {
        contentType: APPLY_PATCH,
        query: { fieldManager: 'one' },
        body: { metadata: { name: 'a' } },
      });
      expect(kindless.status).toBe(400);
      await apply(scene, 'one', { x: '1' });
      const managedFields = [
        { manager: 'me', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} },
      ];
      const managed = await scene.call('PATCH', maps(scene, 'a'), {
        contentType: APPLY_PATCH,
        query: { fieldManager: 'one' },
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', managedFields } },
      });
      expect(managed.status).toBe(400);
      expect(managed.body.message).toContain('metadata.managedFields must be nil');
    });

    guarantee('null in a configuration stores nothing and is owned all the same', async (scene) => {
      const { status, body } = await scene.call('PATCH', maps(scene, 'a'), {
        contentType: APPLY_PATCH,
        query: { fieldManager: 'one' },
        body: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'a', labels: null },
          data: { x: '1' },
        },
      });
      expect(status).toBe(201);
      expect(body.metadata).not.toHaveProperty('labels');
      expect(ownersOf(body)).toEqual({
        'one Apply': { 'f:data': { 'f:x': {} }, 'f:metadata': { 'f:labels': {} } },
      });
    });

    guarantee('a configuration may be YAML', async (scene) => {
      const { status, body } = await scene.call('PATCH', maps(scene, 'a'), {
        contentType: APPLY_PATCH,
        query: { fieldManager: 'one' },
        body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: "1"\n',
      });
      expect({ status, data: body.data }).toEqual({ status: 201, data: { x: '1' } });
    });

    guarantee('a version in the configuration must be the present one', async (scene) => {
      await apply(scene, 'one', { x: '1' });
      const { status, body } = await scene.call('PATCH', maps(scene, 'a'), {
        contentType: APPLY_PATCH,
        query: { fieldManager: 'one' },
        body: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'a', resourceVersion: '2' },
          data: { x: '2' },
        },
      });
      expect({ status, body }).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
      expect(body.message).toContain('the object has been modified');
    });

    guarantee('a dry run applies nothing and owns nothing', async (scene) => {
      await apply(scene, 'one', { x: '1' });
      const { body } = await apply(scene, 'two', { x: '1', y: '2' }, { dryRun: 'All' });
      expect(body.data).toEqual({ x: '1', y: '2' });
      const { body: present } = await scene.done('GET', maps(scene, 'a'));
      expect(present.data).toEqual({ x: '1' });
      expect(ownersOf(present)).toEqual({ 'one Apply': { 'f:data': { 'f:x': {} } } });
    });

    guarantee(
      'ownership is wiped by one empty entry of managedFields; what is there then belongs to all before',
      async (scene) => {
        await apply(scene, 'one', { x: '1' });
        const { body } = await scene.done('PATCH', maps(scene, 'a'), {
          contentType: MERGE_PATCH,
          body: { metadata: { managedFields: [{}] } },
        });
        expect(body.metadata?.managedFields ?? []).toEqual([]);
        expect((await apply(scene, 'two', { x: '2' })).body.message).toContain(
          'conflict with "before-first-apply" using v1: .data.x',
        );
        expect((await apply(scene, 'two', { x: '1', y: '1' })).status).toBe(200);
      },
    );
  });
}
