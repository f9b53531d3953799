import { describe, expect } from 'vitest';
import type { Contract, Scene } from './under-test.ts';
import type { Body } from './wire.ts';

const maps = (scene: Scene, ...rest: string[]) => scene.path('v1', 'configmaps', ...rest);
const SHOOTS = 'core.gardener.cloud/v1beta1';
const namesIn = (body: Body) =>
  (body.items ?? []).map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt');

/** As the real server writes them; what is in one is no client's business, but a clock cannot be waited for. */
const token = (rv: number, start: string) =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })).toString('base64url');

export function listsContract({ guarantee }: Contract): void {
  async function filled(scene: Scene, count = 5): Promise<void> {
    // Labelled, because controllers put a ConfigMap of their own into every namespace.
    for (let index = 0; index < count; index += 1) {
      await scene.done('POST', maps(scene), {
        body: { metadata: { name: `m${index}`, labels: { own: 'yes' } }, data: { index: String(index) } },
      });
    }
  }
  const page = (scene: Scene, query: Record<string, string>) =>
    scene.call('GET', maps(scene), { query: { labelSelector: 'own', ...query } });

  describe('lists', () => {
    guarantee('pages cover everything once, in order of the names', async (scene) => {
      await filled(scene);
      const seen: string[][] = [];
      let next = '';
      do {
        const { body } = await page(scene, { limit: '2', ...(next === '' ? {} : { continue: next }) });
        seen.push(namesIn(body));
        next = body.metadata?.continue ?? '';
      } while (next !== '');
      expect(seen).toEqual([['m0', 'm1'], ['m2', 'm3'], ['m4']]);
    });

    guarantee('a page without a selector says how many remain', async (scene) => {
      const path = scene.path('v1', 'secrets');
      for (const name of ['a', 'b', 'c', 'd', 'e']) {
        await scene.done('POST', path, { body: { metadata: { name, labels: { own: 'yes' } } } });
      }
      const first = await scene.done('GET', path, { query: { limit: '2' } });
      expect(first.body.metadata?.remainingItemCount).toBe(3);
      const selected = await scene.done('GET', path, { query: { limit: '2', labelSelector: 'own' } });
      expect(selected.body.metadata?.remainingItemCount).toBeUndefined();
      const query = { limit: '3', continue: first.body.metadata?.continue ?? '' };
      const last = await scene.done('GET', path, { query });
      expect(namesIn(last.body)).toEqual(['c', 'd', 'e']);
      expect(last.body.metadata?.continue ?? '').toBe('');
      expect(last.body.metadata?.remainingItemCount).toBeUndefined();
    });

    guarantee('later pages show the version of the first, whatever was written in between', async (scene) => {
      await filled(scene);
      const first = await page(scene, { limit: '2' });
      await scene.done('DELETE', maps(scene, 'm3'));
      await scene.done('POST', maps(scene), { body: { metadata: { name: 'm35', labels: { own: 'yes' } } } });
      await scene.done('PATCH', maps(scene, 'm4'), {
        body: { data: { index: 'changed' } },
        contentType: 'application/merge-patch+json',
      });
      const rest = await page(scene, { continue: first.body.metadata?.continue ?? '' });
      expect(namesIn(rest.body)).toEqual(['m2', 'm3', 'm4']);
      expect(rest.body.items?.[2]).toMatchObject({ data: { index: '4' } });
      expect(rest.body.metadata?.resourceVersion).toBe(first.body.metadata?.resourceVersion);
    });

    guarantee(
      'a token whose version is forgotten is told 410, and how to go on with the present',
      async (scene) => {
        // Of a kind that the server learnt of late: its caches of the others may know what etcd has forgotten.
        const path = scene.path(SHOOTS, 'shoots');
        for (const name of ['a', 'b', 'c']) {
          await scene.done('POST', path, {
            body: { apiVersion: SHOOTS, kind: 'Shoot', metadata: { name }, spec: {} },
          });
        }
        await scene.forgetHistory();
        const query = { limit: '1', continue: token(1, 'a\u0000') };
        const { status, body } = await scene.call('GET', path, { query });
        expect({ status, body }).toMatchObject({
          status: 410,
          body: { reason: 'Expired', status: 'Failure' },
        });
        expect(body.message).toMatch(
          /^The provided continue parameter is too old to display a consistent list result\. You can start a new list/,
        );
        const next = { limit: '2', continue: body.metadata?.continue ?? '' };
        expect(namesIn((await scene.done('GET', path, { query: next })).body)).toEqual(['b', 'c']);
      },
    );

    guarantee('what is no token is refused', async (scene) => {
      for (const garbage of ['garbage', token(0, 'x'), 'e30']) {
        const { status, body } = await page(scene, { limit: '2', continue: garbage });
        expect({ status, body }).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
        expect(body.message).toContain('continue key is not valid');
      }
    });

    guarantee('a token and a version together are refused', async (scene) => {
      await filled(scene, 3);
      const first = await page(scene, { limit: '2' });
      const query = { continue: first.body.metadata?.continue ?? '', resourceVersion: '5' };
      const { status, body } = await page(scene, query);
      expect({ status, body }).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
      expect(body.message).toContain('specifying resource version is not allowed when using continue');
    });

    guarantee('an exact version is listed as it was, one that is not older as it is now', async (scene) => {
      await filled(scene, 2);
      const before = (await page(scene, {})).body.metadata?.resourceVersion ?? '';
      await scene.done('DELETE', maps(scene, 'm0'));
      const exact = await page(scene, { resourceVersion: before, resourceVersionMatch: 'Exact' });
      expect(namesIn(exact.body)).toEqual(['m0', 'm1']);
      expect(exact.body.metadata?.resourceVersion).toBe(before);
      const present = (await page(scene, {})).body.metadata?.resourceVersion ?? '';
      const later = await page(scene, { resourceVersion: present, resourceVersionMatch: 'NotOlderThan' });
      expect(namesIn(later.body)).toEqual(['m1']);
    });

    guarantee(
      'resourceVersionMatch without a version is forbidden, with a value of its own unsupported',
      async (scene) => {
        const alone = await page(scene, { resourceVersionMatch: 'Exact' });
        expect(alone).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
        expect(alone.body.message).toContain(
          'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
        );
        const strange = await page(scene, { resourceVersion: '5', resourceVersionMatch: 'About' });
        expect(strange).toMatchObject({ status: 422 });
        expect(strange.body.message).toContain('resourceVersionMatch: Unsupported value: "About"');
      },
    );

    guarantee('a version of the future is waited for in vain and answered 504', async (scene) => {
      const { status, body } = await page(scene, {
        resourceVersion: '999999999',
        resourceVersionMatch: 'NotOlderThan',
      });
      expect({ status, body }).toMatchObject({ status: 504, body: { reason: 'Timeout' } });
      expect(body.message).toContain('Too large resource version: 999999999, current: ');
    });

    guarantee('a list has its kind, its entries carry no kind of their own', async (scene) => {
      await filled(scene, 1);
      const { body } = await page(scene, {});
      expect(body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
      expect(body.items?.[0]).not.toHaveProperty('kind');
      expect(body.items?.[0]).not.toHaveProperty('apiVersion');
    });

    guarantee(
      'selectors that cannot be read, and fields that cannot be selected by, are refused',
      async (scene) => {
        const label = await page(scene, { labelSelector: 'a in b' });
        expect(label).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
        expect(label.body.message).toContain('unable to parse requirement');
        const field = await page(scene, { fieldSelector: 'spec.colour=red' });
        expect(field).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
        expect(field.body.message).toBe(
          '"spec.colour" is not a known field selector: only "metadata.name", "metadata.namespace"',
        );
        const ofPods = await scene.call('GET', scene.path('v1', 'pods'), {
          query: { fieldSelector: 'spec.colour=red' },
        });
        expect(ofPods.body.message).toBe('field label not supported: spec.colour');
      },
    );

    guarantee('Pods are selected by their node and phase', async (scene) => {
      const pod = (name: string, nodeName: string) => ({
        metadata: { name },
        spec: { nodeName, containers: [{ name: 'c', image: 'example.com/c:1' }] },
      });
      const node = scene.unique('nowhere');
      await scene.done('POST', scene.path('v1', 'pods'), { body: pod('here', node) });
      await scene.done('POST', scene.path('v1', 'pods'), { body: pod('there', scene.unique('elsewhere')) });
      const fieldSelector = `spec.nodeName=${node},status.phase!=Running`;
      const { body } = await scene.done('GET', scene.path('v1', 'pods'), { query: { fieldSelector } });
      expect(namesIn(body)).toEqual(['here']);
    });

    guarantee('a whole selection is deleted at once', async (scene) => {
      await filled(scene, 3);
      await scene.done('POST', maps(scene), { body: { metadata: { name: 'other' } } });
      await scene.done('DELETE', maps(scene), { query: { labelSelector: 'own' } });
      const { body } = await scene.done('GET', maps(scene));
      expect(namesIn(body)).toEqual(['other']);
    });
  });
}
