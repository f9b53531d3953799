import { describe, expect } from 'vitest';
import { JSON_PATCH, MERGE_PATCH } from './media-types.ts';
import { pod } from './objects.ts';
import type { Contract } from './under-test.ts';
import { causesOf } from './wire.ts';

export function podsContract({ guarantee }: Contract): void {
  describe('Pods', () => {
    guarantee('a Pod cannot be given another command, only another image', async (scene) => {
      const path = scene.path('v1', 'pods');
      await scene.done('POST', path, { body: pod('a', scene.unique('nowhere')) });
      const image = [{ op: 'replace', path: '/spec/containers/0/image', value: 'example.com/c:2' }];
      const changed = await scene.call('PATCH', `${path}/a`, { contentType: JSON_PATCH, body: image });
      expect(changed).toMatchObject({ status: 200, body: { metadata: { generation: 2 } } });
      const args = [{ op: 'add', path: '/spec/containers/0/args', value: ['x'] }];
      const answer = await scene.call('PATCH', `${path}/a`, { contentType: JSON_PATCH, body: args });
      expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(causesOf(answer)).toMatchObject([{ field: 'spec', reason: 'FieldValueForbidden' }]);
      expect(answer.body.message).toContain(
        'pod updates may not change fields other than `spec.containers[*].image`',
      );
    });

    guarantee('labels of a Pod may change, its node may not', async (scene) => {
      const path = scene.path('v1', 'pods');
      await scene.done('POST', path, { body: pod('a', scene.unique('nowhere')) });
      const label = { metadata: { labels: { a: 'b' } } };
      expect((await scene.call('PATCH', `${path}/a`, { contentType: MERGE_PATCH, body: label })).status).toBe(
        200,
      );
      const move = { spec: { nodeName: 'elsewhere' } };
      const answer = await scene.call('PATCH', `${path}/a`, { contentType: MERGE_PATCH, body: move });
      expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
    });

    guarantee('a Pod’s quality of service is decided when it is made', async (scene) => {
      const made = async (name: string, resources: object) => {
        const spec = {
          nodeName: scene.unique('nowhere'),
          containers: [{ name: 'c', image: 'i', resources }],
        };
        const { body } = await scene.done('POST', scene.path('v1', 'pods'), {
          body: { metadata: { name }, spec },
        });
        return body.status;
      };
      const some = { cpu: '1', memory: '1Gi' };
      expect(await made('a', {})).toMatchObject({ qosClass: 'BestEffort' });
      expect(await made('b', { requests: { cpu: '1' } })).toMatchObject({ qosClass: 'Burstable' });
      expect(await made('c', { limits: some })).toMatchObject({ qosClass: 'Guaranteed' });
    });

    guarantee('a Pod is bound to a node once', async (scene) => {
      const path = scene.path('v1', 'pods');
      const { spec, ...rest } = pod('a', '');
      await scene.done('POST', path, {
        body: { ...rest, spec: { containers: spec.containers, schedulerName: 'nobody' } },
      });
      const bind = (name: string) =>
        scene.call('POST', `${path}/a/binding`, {
          body: {
            apiVersion: 'v1',
            kind: 'Binding',
            metadata: { name: 'a' },
            target: { kind: 'Node', name },
          },
        });
      const node = scene.unique('nowhere');
      expect(await bind(node)).toMatchObject({ status: 201, body: { kind: 'Status', status: 'Success' } });
      const { body } = await scene.done('GET', `${path}/a`);
      expect(body.spec).toMatchObject({ nodeName: node });
      expect(body.metadata?.generation).toBe(1);
      expect(body.status).toMatchObject({ conditions: [{ type: 'PodScheduled', status: 'True' }] });
      const again = await bind('elsewhere');
      expect(again).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
      expect(again.body.message).toContain(`pod a is already assigned to node "${node}"`);
    });
  });
}
