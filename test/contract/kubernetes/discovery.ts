import { describe, expect } from 'vitest';
import { z } from 'zod';
import type { Contract } from './under-test.ts';

const resourceList = z.object({
  resources: z.array(
    z
      .object({ name: z.string(), kind: z.string(), namespaced: z.boolean(), verbs: z.array(z.string()) })
      .loose(),
  ),
});

export function discoveryContract({ guarantee }: Contract): void {
  describe('discovery', () => {
    guarantee(
      'every kind that a migration needs is announced with its verbs and endpoints',
      async (scene) => {
        for (const [path, names] of [
          [
            '/api/v1',
            [
              'configmaps',
              'nodes',
              'nodes/status',
              'pods',
              'pods/status',
              'pods/eviction',
              'pods/binding',
              'services',
              'services/status',
              'namespaces',
              'secrets',
              'events',
            ],
          ],
          [
            '/apis/apps/v1',
            ['deployments', 'deployments/scale', 'deployments/status', 'daemonsets', 'replicasets'],
          ],
          ['/apis/policy/v1', ['poddisruptionbudgets', 'poddisruptionbudgets/status']],
          ['/apis/crd.projectcalico.org/v1', ['ippools']],
          ['/apis/core.gardener.cloud/v1beta1', ['shoots', 'shoots/status']],
        ] as const) {
          const { bytes } = await scene.done('GET', path);
          const { resources } = resourceList.parse(JSON.parse(bytes.toString()));
          for (const name of names) {
            const found = resources.find((entry) => entry.name === name);
            expect(found, `${name} in ${path}`).toBeDefined();
            if (name === 'configmaps') {
              expect([...(found?.verbs ?? [])].sort()).toEqual([
                'create',
                'delete',
                'deletecollection',
                'get',
                'list',
                'patch',
                'update',
                'watch',
              ]);
            }
          }
        }
      },
    );

    guarantee(
      'the aggregated discovery that kubectl asks for is answered, or the plain one in its place',
      async (scene) => {
        const accept =
          'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';
        const { body, headers } = await scene.done('GET', '/apis', { accept });
        expect(['APIGroupDiscoveryList', 'APIGroupList']).toContain(body.kind);
        // A client tells them apart by the content type alone.
        expect((headers['content-type'] ?? '').includes('as=APIGroupDiscoveryList')).toBe(
          body.kind === 'APIGroupDiscoveryList',
        );
      },
    );

    guarantee('the version is one that kubectl 1.32 to 1.35 can talk to', async (scene) => {
      const { bytes } = await scene.done('GET', '/version');
      const { major, minor } = z
        .object({ major: z.string(), minor: z.string() })
        .parse(JSON.parse(bytes.toString()));
      expect(major).toBe('1');
      expect(Number.parseInt(minor, 10)).toBeGreaterThanOrEqual(33);
      expect(Number.parseInt(minor, 10)).toBeLessThanOrEqual(35);
    });

    guarantee('OpenAPI says that PATCH takes fieldValidation', async (scene) => {
      const { bytes } = await scene.done('GET', '/openapi/v3/apis/apps/v1');
      const paths = z
        .object({
          paths: z.record(
            z.string(),
            z
              .object({
                patch: z
                  .object({ parameters: z.array(z.object({ name: z.string() }).loose()) })
                  .loose()
                  .optional(),
              })
              .loose(),
          ),
        })
        .loose()
        .parse(JSON.parse(bytes.toString())).paths;
      const parameters =
        paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.patch?.parameters ?? [];
      expect(parameters.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['fieldValidation', 'fieldManager', 'dryRun', 'force']),
      );
    });

    guarantee('a path that is none is 404, a method that is none there 405', async (scene) => {
      const absent = await scene.call('GET', '/apis/absent.example/v1/things');
      expect(absent.status).toBe(404);
      const kind = await scene.call('GET', scene.path('v1', 'things'));
      expect(kind).toMatchObject({
        status: 404,
        body: { reason: 'NotFound', message: 'the server could not find the requested resource' },
      });
      const method = await scene.call('PUT', scene.path('v1', 'configmaps'), { body: {} });
      expect(method).toMatchObject({ status: 405, body: { reason: 'MethodNotAllowed' } });
    });
  });
}
