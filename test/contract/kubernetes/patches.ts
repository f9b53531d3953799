import { describe, expect } from 'vitest';
import { JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH } from './media-types.ts';
import { deployment, podSpecOf } from './objects.ts';
import type { Contract, Scene } from './under-test.ts';

const maps = (scene: Scene, ...rest: string[]) => scene.path('v1', 'configmaps', ...rest);
const deployments = (scene: Scene, ...rest: string[]) => scene.path('apps/v1', 'deployments', ...rest);

export function patchesContract({ guarantee }: Contract): void {
  async function existing(scene: Scene) {
    await scene.done('POST', maps(scene), { body: { metadata: { name: 'a' }, data: { x: '1', y: '2' } } });
    return (contentType: string, body: object | string) =>
      scene.call('PATCH', maps(scene, 'a'), { contentType, body });
  }
  async function existingDeployment(scene: Scene, podSpec: object = {}) {
    const body = deployment('web', {
      ...podSpec,
      containers: [
        {
          name: 'one',
          image: 'example.com/one:1',
          args: ['a', 'b'],
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        },
        { name: 'two', image: 'example.com/two:1' },
      ],
      tolerations: [{ key: 'old', operator: 'Exists' }],
    });
    await scene.done('POST', deployments(scene), { body });
    return async (podSpecPatch: object, contentType = STRATEGIC_PATCH) => {
      const patch = { spec: { template: { spec: podSpecPatch } } };
      const answer = await scene.call('PATCH', deployments(scene, 'web'), { contentType, body: patch });
      return { ...answer, pod: podSpecOf(answer.body.spec) };
    };
  }

  describe('JSON patches', () => {
    guarantee('all operations are done in order', async (scene) => {
      const patch = await existing(scene);
      const { status, body } = await patch(JSON_PATCH, [
        { op: 'test', path: '/data/x', value: '1' },
        { op: 'replace', path: '/data/x', value: '3' },
        { op: 'copy', from: '/data/x', path: '/data/z' },
        { op: 'move', from: '/data/y', path: '/data/w' },
        { op: 'add', path: '/metadata/annotations', value: { 'a/b': 'slash' } },
        { op: 'test', path: '/metadata/annotations/a~1b', value: 'slash' },
      ]);
      expect(status).toBe(200);
      expect(body.data).toEqual({ x: '3', z: '3', w: '2' });
    });

    guarantee('a test that fails leaves everything as it was', async (scene) => {
      const patch = await existing(scene);
      const answer = await patch(JSON_PATCH, [
        { op: 'replace', path: '/data/x', value: '3' },
        { op: 'test', path: '/data/y', value: 'other' },
      ]);
      expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect((await scene.done('GET', maps(scene, 'a'))).body.data).toEqual({ x: '1', y: '2' });
    });

    guarantee('a path that is not there is refused', async (scene) => {
      const patch = await existing(scene);
      for (const operation of [
        { op: 'remove', path: '/data/none' },
        { op: 'add', path: '/none/deeper', value: '1' },
        { op: 'test', path: '/data/none', value: '1' },
        { op: 'move', from: '/data/none', path: '/data/x' },
      ]) {
        const answer = await patch(JSON_PATCH, [operation]);
        expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
        expect(answer.body.message).toBe('the server rejected our request due to an error in our request');
      }
      expect((await scene.done('GET', maps(scene, 'a'))).body.data).toEqual({ x: '1', y: '2' });
    });

    guarantee('replacing a field that is not there adds it', async (scene) => {
      const patch = await existing(scene);
      const { body } = await patch(JSON_PATCH, [{ op: 'replace', path: '/data/none', value: '1' }]);
      expect(body.data).toEqual({ x: '1', y: '2', none: '1' });
    });

    guarantee('what is no list of operations is refused', async (scene) => {
      const patch = await existing(scene);
      expect(await patch(JSON_PATCH, { data: {} })).toMatchObject({
        status: 400,
        body: { reason: 'BadRequest' },
      });
      expect((await patch(JSON_PATCH, '[{')).status).toBe(400);
      expect((await patch(JSON_PATCH, [{ op: 'invent', path: '/data' }])).status).toBe(422);
    });
  });

  describe('merge patches', () => {
    guarantee('null removes, objects merge, lists are replaced', async (scene) => {
      const patch = await existing(scene);
      const { body } = await patch(MERGE_PATCH, {
        data: { x: null, z: '3' },
        metadata: { finalizers: ['c.example/f'] },
      });
      expect(body.data).toEqual({ y: '2', z: '3' });
      const replaced = await patch(MERGE_PATCH, { metadata: { finalizers: ['c.example/g'] } });
      expect(replaced.body.metadata?.finalizers).toEqual(['c.example/g']);
      await patch(MERGE_PATCH, { metadata: { finalizers: null } });
    });

    guarantee('a merge patch replaces the containers whole', async (scene) => {
      const patch = await existingDeployment(scene);
      const { status, body, pod } = await patch(
        { containers: [{ name: 'two', image: 'example.com/two:2' }] },
        MERGE_PATCH,
      );
      expect(status, body.message).toBe(200);
      expect(pod.containers.map(({ name }) => name)).toEqual(['two']);
    });
  });

  describe('strategic merge patches', () => {
    guarantee(
      'containers, variables and ports are merged by their keys; plain lists are replaced',
      async (scene) => {
        const patch = await existingDeployment(scene);
        const { pod } = await patch({
          containers: [
            {
              name: 'one',
              args: ['c'],
              env: [
                { name: 'B', value: '3' },
                { name: 'C', value: '4' },
              ],
            },
          ],
          tolerations: [{ key: 'new', operator: 'Exists' }],
        });
        const one = pod.containers.find(({ name }) => name === 'one');
        expect(one).toMatchObject({ image: 'example.com/one:1', args: ['c'] });
        expect(Object.fromEntries((one?.env ?? []).map(({ name, value }) => [name, value]))).toEqual({
          A: '1',
          B: '3',
          C: '4',
        });
        expect(pod.containers.map(({ name }) => name).sort()).toEqual(['one', 'two']);
        expect(pod.tolerations).toEqual([{ key: 'new', operator: 'Exists' }]);
      },
    );

    guarantee('$patch: delete takes an entry out, $patch: replace the rest', async (scene) => {
      const patch = await existingDeployment(scene);
      const removed = await patch({ containers: [{ name: 'one', env: [{ name: 'A', $patch: 'delete' }] }] });
      expect(removed.pod.containers.find(({ name }) => name === 'one')?.env).toEqual([
        { name: 'B', value: '2' },
      ]);
      const replaced = await patch({
        containers: [{ $patch: 'replace' }, { name: 'three', image: 'example.com/three:1' }],
      });
      expect(replaced.pod.containers.map(({ name }) => name)).toEqual(['three']);
    });

    guarantee('$setElementOrder puts entries in order', async (scene) => {
      const patch = await existingDeployment(scene);
      const { pod } = await patch({
        '$setElementOrder/containers': [{ name: 'two' }, { name: 'one' }],
        containers: [{ name: 'two', image: 'example.com/two:2' }],
      });
      expect(pod.containers.map(({ name, image }) => `${name} ${image}`)).toEqual([
        'two example.com/two:2',
        'one example.com/one:1',
      ]);
    });

    guarantee('null removes a field, $retainKeys all others', async (scene) => {
      const patch = await existingDeployment(scene, { nodeSelector: { a: '1', b: '2' } });
      expect((await patch({ nodeSelector: { a: null } })).pod.nodeSelector).toEqual({ b: '2' });
      const { body } = await scene.done('PATCH', deployments(scene, 'web'), {
        contentType: STRATEGIC_PATCH,
        body: { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
      });
      expect(body.spec?.strategy).toEqual({ type: 'Recreate' });
    });

    guarantee('finalizers are added and taken out one by one', async (scene) => {
      const patch = await existing(scene);
      await patch(STRATEGIC_PATCH, { metadata: { finalizers: ['c.example/f'] } });
      const { body } = await patch(STRATEGIC_PATCH, { metadata: { finalizers: ['c.example/g'] } });
      const { finalizers } = body.metadata ?? {};
      expect(finalizers).toHaveLength(2);
      expect(finalizers).toEqual(expect.arrayContaining(['c.example/f', 'c.example/g']));
      const { body: left } = await patch(STRATEGIC_PATCH, {
        metadata: { '$deleteFromPrimitiveList/finalizers': ['c.example/f'] },
      });
      expect(left.metadata?.finalizers).toEqual(['c.example/g']);
      await patch(MERGE_PATCH, { metadata: { finalizers: null } });
    });
  });
}
