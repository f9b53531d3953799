import { describe, expect } from 'vitest';
import { MERGE_PATCH, STRATEGIC_PATCH } from './media-types.ts';
import type { Contract, Scene } from './under-test.ts';

const nodes = (scene: Scene, ...rest: string[]) => scene.path('v1', 'nodes', ...rest);
const CHANGED = 'node updates may not change podCIDR except from "" to valid';

export function nodesContract({ guarantee, guaranteeUnless }: Contract): void {
  async function node(scene: Scene, spec: object) {
    const name = scene.unique('contract');
    await scene.done('POST', nodes(scene), {
      // Nobody is to schedule here or to give it a pod CIDR of their own.
      body: { metadata: { name }, spec: { unschedulable: true, ...spec } },
    });
    const patch = (change: object, contentType = MERGE_PATCH) =>
      scene.call('PATCH', nodes(scene, name), { contentType, body: { spec: change } });
    return { name, patch };
  }

  describe('nodes', () => {
    guarantee('a pod CIDR given in one field appears in both', async (scene) => {
      const { name } = await node(scene, { podCIDR: '10.1.0.0/24' });
      const { body } = await scene.done('GET', nodes(scene, name));
      expect(body.spec).toMatchObject({ podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24'] });
    });

    guarantee('pod CIDRs of both families can be given to a node that has none, once', async (scene) => {
      const { patch } = await node(scene, {});
      const given = await patch({ podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24', 'fd00::/112'] });
      expect(given.status, given.body.message).toBe(200);
      const again = await patch({ podCIDR: '10.2.0.0/24', podCIDRs: ['10.2.0.0/24'] });
      expect(again).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(again.body.message).toContain(CHANGED);
      expect(again.body.details?.causes?.map(({ field }) => field)).toContain('spec.podCIDRs');
    });

    guarantee('a second family cannot be added to a node that has one, whatever the patch', async (scene) => {
      const { name, patch } = await node(scene, { podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24'] });
      const both = { podCIDRs: ['10.1.0.0/24', 'fd00::/112'] };
      for (const contentType of [MERGE_PATCH, STRATEGIC_PATCH]) {
        const answer = await patch(both, contentType);
        expect(answer.status).toBe(422);
        expect(answer.body.message).toBe(`Node "${name}" is invalid: spec.podCIDRs: Forbidden: ${CHANGED}`);
        expect(answer.body.details?.causes).toEqual([
          { reason: 'FieldValueForbidden', message: `Forbidden: ${CHANGED}`, field: 'spec.podCIDRs' },
        ]);
      }
      expect((await patch({ podCIDRs: null, podCIDR: null })).status).toBe(422);
    });

    guarantee('what is no CIDR, or two of one family, is refused', async (scene) => {
      const { patch } = await node(scene, {});
      const nonsense = await patch({ podCIDR: '10.1.0.0', podCIDRs: ['10.1.0.0'] });
      expect(nonsense.status).toBe(422);
      expect(nonsense.body.details?.causes?.[0]?.field).toBe('spec.podCIDRs[0]');
      const twice = await patch({ podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24', '10.2.0.0/24'] });
      expect(twice.status).toBe(422);
      expect(twice.body.message).toContain('may specify no more than one CIDR for each IP family');
    });

    guaranteeUnless('taints of new nodes')(
      'a new node takes no Pods until a controller has looked',
      async (scene) => {
        const { body } = await scene.done('POST', nodes(scene), {
          body: { metadata: { name: scene.unique('contract') } },
        });
        expect(body.spec?.taints).toMatchObject([
          { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
        ]);
      },
    );

    guarantee('the UID is the server’s, whatever a kubelet says', async (scene) => {
      const uid = '00000000-0000-4000-8000-000000000000';
      const { body } = await scene.done('POST', nodes(scene), {
        body: { metadata: { name: scene.unique('contract'), uid } },
      });
      expect(body.metadata?.uid).not.toBe(uid);
    });

    guarantee('a provider ID is given once', async (scene) => {
      const { patch } = await node(scene, {});
      expect((await patch({ providerID: 'gce://p/z/a' })).status).toBe(200);
      const answer = await patch({ providerID: 'gce://p/z/b' });
      expect(answer.status).toBe(422);
      expect(answer.body.message).toContain('node updates may not change providerID except from "" to valid');
    });

    guarantee(
      'the status endpoint changes conditions and addresses, never the spec, and the reverse',
      async (scene) => {
        const { name } = await node(scene, { podCIDR: '10.1.0.0/24' });
        const addresses = [{ type: 'InternalIP', address: '10.250.0.1' }];
        const body = { status: { addresses }, spec: { providerID: 'gce://p/z/a' } };
        const contentType = STRATEGIC_PATCH;
        const status = await scene.done('PATCH', nodes(scene, name, 'status'), { contentType, body });
        expect(status.body.status).toMatchObject({ addresses });
        expect(status.body.spec).not.toHaveProperty('providerID');
        const spec = await scene.done('PATCH', nodes(scene, name), {
          contentType,
          body: {
            status: { addresses: [{ type: 'Hostname', address: 'x' }] },
            spec: { unschedulable: null },
          },
        });
        expect(spec.body.status).toMatchObject({ addresses });
        expect(spec.body.spec).not.toHaveProperty('unschedulable');
      },
    );
  });
}
