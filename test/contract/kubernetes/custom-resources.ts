import { describe, expect } from 'vitest';
import { MERGE_PATCH, STRATEGIC_PATCH } from './media-types.ts';
import type { Contract, Scene } from './under-test.ts';

const APPLY = 'application/apply-patch+yaml';
const POOLS = 'crd.projectcalico.org/v1';
const SHOOTS = 'core.gardener.cloud/v1beta1';

/** Calico's IPPools (cluster-wide, no status) and Gardener's Shoots (namespaced, with one), as definitions of custom resources. */
export function customResourcesContract({ guarantee }: Contract): void {
  async function pool(scene: Scene) {
    const name = scene.unique('contract');
    const body = {
      apiVersion: POOLS,
      kind: 'IPPool',
      metadata: { name },
      spec: { cidr: 'fd00::/64', natOutgoing: false },
    };
    await scene.done('POST', scene.path(POOLS, 'ippools'), { body });
    return { name, body, path: scene.path(POOLS, 'ippools', name) };
  }
  const shoot = (name: string) => ({
    apiVersion: SHOOTS,
    kind: 'Shoot',
    metadata: { name },
    spec: { region: 'europe' },
  });

  describe('custom resources', () => {
    guarantee('fields come back as they were given', async (scene) => {
      const { path, body } = await pool(scene);
      const read = await scene.done('GET', path);
      expect(read.body).toMatchObject({ kind: 'IPPool', apiVersion: POOLS, spec: body.spec });
      expect(read.body.metadata?.generation).toBe(1);
    });

    guarantee('merge patches and apply are taken, a strategic merge patch is not', async (scene) => {
      const { path } = await pool(scene);
      const merged = await scene.done('PATCH', path, {
        contentType: MERGE_PATCH,
        body: { spec: { vxlanMode: 'Never' } },
      });
      expect(merged.body.spec).toMatchObject({ cidr: 'fd00::/64', vxlanMode: 'Never' });
      expect(merged.body.metadata?.generation).toBe(2);
      const strategic = await scene.call('PATCH', path, { contentType: STRATEGIC_PATCH, body: { spec: {} } });
      expect(strategic).toMatchObject({ status: 415, body: { reason: 'UnsupportedMediaType' } });
    });

    guarantee('fields are owned one by one, lists whole', async (scene) => {
      const name = scene.unique('contract');
      const apply = (fieldManager: string, spec: object) =>
        scene.call('PATCH', scene.path(POOLS, 'ippools', name), {
          contentType: APPLY,
          query: { fieldManager },
          body: { apiVersion: POOLS, kind: 'IPPool', metadata: { name }, spec },
        });
      expect((await apply('one', { cidr: 'fd00::/64', allowedUses: ['Workload'] })).status).toBe(201);
      expect((await apply('two', { natOutgoing: false })).status).toBe(200);
      const refused = await apply('two', { natOutgoing: false, allowedUses: ['Tunnel'] });
      expect(refused.status).toBe(409);
      expect(refused.body.details?.causes).toEqual([
        { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.allowedUses' },
      ]);
      const { body } = await apply('one', { cidr: 'fd00::/64' });
      expect(body.spec).toEqual({ cidr: 'fd00::/64', natOutgoing: false });
      await scene.call('DELETE', scene.path(POOLS, 'ippools', name));
    });

    guarantee('a PUT must carry a version', async (scene) => {
      const { path, body } = await pool(scene);
      const answer = await scene.call('PUT', path, { body });
      expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(answer.body.message).toContain(
        'metadata.resourceVersion: Invalid value: 0: must be specified for an update',
      );
    });

    guarantee('a status endpoint separates what the owner and what the operator writes', async (scene) => {
      const path = scene.path(SHOOTS, 'shoots', 'a');
      const created = await scene.done('POST', scene.path(SHOOTS, 'shoots'), {
        body: { ...shoot('a'), status: { hibernated: true } },
      });
      expect(created.body.status).toBeUndefined();
      const status = await scene.done('PATCH', `${path}/status`, {
        contentType: MERGE_PATCH,
        body: { status: { hibernated: true }, spec: { region: 'moon' }, metadata: { labels: { no: 'no' } } },
      });
      expect(status.body).toMatchObject({ status: { hibernated: true }, spec: { region: 'europe' } });
      expect(status.body.metadata).not.toHaveProperty('labels');
      expect(status.body.metadata?.generation).toBe(1);
      const spec = await scene.done('PATCH', path, {
        contentType: MERGE_PATCH,
        body: { status: { hibernated: false }, spec: { region: 'asia' } },
      });
      expect(spec.body).toMatchObject({ status: { hibernated: true }, spec: { region: 'asia' } });
      expect(spec.body.metadata?.generation).toBe(2);
    });

    guarantee('a status that stays the same writes nothing', async (scene) => {
      const path = scene.path(SHOOTS, 'shoots', 'a', 'status');
      await scene.done('POST', scene.path(SHOOTS, 'shoots'), { body: shoot('a') });
      const patch = () =>
        scene.done('PATCH', path, { contentType: MERGE_PATCH, body: { status: { hibernated: true } } });
      const first = await patch();
      expect((await patch()).body.metadata?.resourceVersion).toBe(first.body.metadata?.resourceVersion);
    });

    guarantee('a watch shows their changes', async (scene) => {
      const path = scene.path(SHOOTS, 'shoots');
      const { body } = await scene.done('POST', path, { body: shoot('a') });
      const stream = await scene.watch(path, { resourceVersion: body.metadata?.resourceVersion ?? '' });
      await scene.done('PATCH', `${path}/a`, {
        contentType: MERGE_PATCH,
        body: { spec: { region: 'asia' } },
      });
      await scene.done('DELETE', `${path}/a`);
      await stream.shows(['MODIFIED a', 'DELETED a']);
    });

    guarantee('an unknown field of the metadata is refused when Strict', async (scene) => {
      const body = { ...shoot('a'), metadata: { name: 'a', labelz: {} } };
      const answer = await scene.call('POST', scene.path(SHOOTS, 'shoots'), {
        body,
        query: { fieldValidation: 'Strict' },
      });
      expect(answer.status).toBe(400);
      expect(answer.body.message).toContain('unknown field "metadata.labelz"');
    });
  });
}
