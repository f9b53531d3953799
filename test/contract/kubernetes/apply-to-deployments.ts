import { describe, expect } from 'vitest';
import { APPLY_PATCH, MERGE_PATCH } from './media-types.ts';
import { deployment, podSpecOf } from './objects.ts';
import { ownersOf } from './owners.ts';
import type { Contract, Scene } from './under-test.ts';

const deployments = (scene: Scene, ...rest: string[]) => scene.path('apps/v1', 'deployments', ...rest);

/** Server-side apply of an object with lists in it. */
export function applyToDeploymentsContract({ guarantee }: Contract): void {
  const applyDeployment = (
    scene: Scene,
    fieldManager: string,
    spec: object,
    query: Record<string, string> = {},
  ) =>
    scene.call('PATCH', deployments(scene, 'web'), {
      contentType: APPLY_PATCH,
      query: { fieldManager, ...query },
      body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec },
    });
  const containers = (...list: object[]) => ({ template: { spec: { containers: list } } });

  describe('server-side apply of lists', () => {
    guarantee('containers, variables and ports are owned entry by entry', async (scene) => {
      await scene.done('POST', deployments(scene), {
        body: deployment('web', {
          containers: [
            {
              name: 'c',
              image: 'example.com/c:1',
              env: [{ name: 'A', value: '1' }],
              ports: [{ containerPort: 80 }],
            },
          ],
        }),
        query: { fieldManager: 'creator' },
      });
      const added = await applyDeployment(
        scene,
        'one',
        containers({
          name: 'c',
          env: [{ name: 'B', value: '2' }],
          ports: [{ containerPort: 81, protocol: 'TCP' }],
        }),
      );
      expect(added.status, added.body.message).toBe(200);
      const [container] = podSpecOf(added.body.spec).containers;
      expect(container?.env).toEqual([
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ]);
      expect(container?.ports?.map(({ containerPort }) => containerPort)).toEqual([80, 81]);
      expect(ownersOf(added.body)['one Apply']).toEqual({
        'f:spec': {
          'f:template': {
            'f:spec': {
              'f:containers': {
                'k:{"name":"c"}': {
                  '.': {},
                  'f:env': { 'k:{"name":"B"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
                  'f:name': {},
                  'f:ports': {
                    'k:{"containerPort":81,"protocol":"TCP"}': {
                      '.': {},
                      'f:containerPort': {},
                      'f:protocol': {},
                    },
                  },
                },
              },
            },
          },
        },
      });
      const without = await applyDeployment(scene, 'one', containers({ name: 'c' }));
      expect(podSpecOf(without.body.spec).containers[0]?.env).toEqual([{ name: 'A', value: '1' }]);
      const conflicting = await applyDeployment(
        scene,
        'one',
        containers({ name: 'c', env: [{ name: 'A', value: '7' }] }),
      );
      expect(conflicting.body.details?.causes).toMatchObject([
        { field: '.spec.template.spec.containers[name="c"].env[name="A"].value' },
      ]);
    });

    guarantee('lists without keys are owned whole', async (scene) => {
      await scene.done('POST', deployments(scene), {
        body: deployment('web', { tolerations: [{ key: 'a', operator: 'Exists' }] }),
        query: { fieldManager: 'creator' },
      });
      const tolerations = [{ key: 'b', operator: 'Exists' }];
      const refused = await applyDeployment(scene, 'one', { template: { spec: { tolerations } } });
      expect(refused.body.details?.causes).toMatchObject([{ field: '.spec.template.spec.tolerations' }]);
      const forced = await applyDeployment(
        scene,
        'one',
        { template: { spec: { tolerations } } },
        { force: 'true' },
      );
      expect(podSpecOf(forced.body.spec).tolerations).toEqual(tolerations);
    });

    guarantee('who scales owns the count from then on', async (scene) => {
      const { spec } = deployment('web');
      await applyDeployment(scene, 'one', spec);
      await scene.done('PATCH', deployments(scene, 'web', 'scale'), {
        contentType: MERGE_PATCH,
        body: { spec: { replicas: 0 } },
        query: { fieldManager: 'scaler' },
      });
      await scene.done('PATCH', deployments(scene, 'web'), {
        contentType: MERGE_PATCH,
        body: { spec: { paused: true } },
        query: { fieldManager: 'pauser' },
      });
      const { replicas: _left, ...rest } = spec;
      const { body } = await applyDeployment(scene, 'one', { ...rest, paused: true });
      expect(body.spec).toMatchObject({ paused: true });
    });
  });
}
