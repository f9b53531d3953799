import { describe, expect } from 'vitest';
import type { Contract, Scene } from './under-test.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };

const maps = (scene: Scene, ...rest: string[]) => scene.path('v1', 'configmaps', ...rest);

export function watchesContract({ guarantee }: Contract): void {
  const create = (scene: Scene, name: string, labels: Record<string, string> = {}) =>
    scene.done('POST', maps(scene), { body: { metadata: { name, labels } } });
  const merge = (scene: Scene, name: string, body: object) =>
    scene.done('PATCH', maps(scene, name), { body, contentType: 'application/merge-patch+json' });
  const versionOf = async (scene: Scene) =>
    (await scene.done('GET', maps(scene))).body.metadata?.resourceVersion ?? '';

  describe('watches', () => {
    guarantee('a watch from a version shows every later change once, in order', async (scene) => {
      const resourceVersion = await versionOf(scene);
      await create(scene, 'a');
      const stream = await scene.watch(maps(scene), { resourceVersion });
      await create(scene, 'b');
      await merge(scene, 'a', { data: { x: '1' } });
      await scene.done('DELETE', maps(scene, 'b'));
      await stream.shows(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b']);
      const versions = stream.events.map(({ object }) => Number(object.metadata.resourceVersion));
      expect(versions).toEqual([...versions].sort((left, right) => left - right));
      expect(new Set(versions).size).toBe(4);
    });

    guarantee(
      'an event carries the object as it was written, DELETED the version of the deletion',
      async (scene) => {
        const { body } = await create(scene, 'a');
        const stream = await scene.watch(maps(scene), {
          resourceVersion: body.metadata?.resourceVersion ?? '',
        });
        await merge(scene, 'a', { data: { x: '1' } });
        await scene.done('DELETE', maps(scene, 'a'));
        await stream.shows(['MODIFIED a', 'DELETED a']);
        const [modified, deleted] = stream.events;
        expect(modified?.object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { x: '1' } });
        expect(deleted?.object).toMatchObject({ data: { x: '1' } });
        expect(Number(deleted?.object.metadata.resourceVersion)).toBeGreaterThan(
          Number(modified?.object.metadata.resourceVersion),
        );
      },
    );

    for (const resourceVersion of ['', '0']) {
      guarantee(`a watch from version "${resourceVersion}" first shows what is there`, async (scene) => {
        await create(scene, 'a');
        await expect
          .poll(
            async () =>
              (await scene.done('GET', maps(scene), { query: { resourceVersion: '0' } })).body.items,
            PATIENCE,
          )
          .not.toEqual([]);
        const stream = await scene.watch(maps(scene), resourceVersion === '' ? {} : { resourceVersion });
        await stream.shows(['ADDED a']);
        await create(scene, 'b');
        await stream.shows(['ADDED a', 'ADDED b']);
      });
    }

    guarantee(
      'an object that enters a label selection is ADDED, one that leaves it DELETED',
      async (scene) => {
        const resourceVersion = await versionOf(scene);
        const stream = await scene.watch(maps(scene), { resourceVersion, labelSelector: 'seen' });
        await create(scene, 'a');
        for (const seen of ['yes', 'still', null])
          await merge(scene, 'a', { metadata: { labels: { seen } } });
        await merge(scene, 'a', { data: { unseen: '1' } });
        await merge(scene, 'a', { metadata: { labels: { seen: 'again' } } });
        await stream.shows(['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED a']);
        const [, modified, deleted] = stream.events;
        expect(deleted?.object.metadata.labels).toEqual({ seen: 'still' });
        expect(Number(deleted?.object.metadata.resourceVersion)).toBeGreaterThan(
          Number(modified?.object.metadata.resourceVersion),
        );
      },
    );

    guarantee('a field selection shows one object only', async (scene) => {
      const resourceVersion = await versionOf(scene);
      const stream = await scene.watch(maps(scene), { resourceVersion, fieldSelector: 'metadata.name=b' });
      for (const name of ['a', 'b', 'c']) await create(scene, name);
      await scene.done('DELETE', maps(scene, 'b'));
      await stream.shows(['ADDED b', 'DELETED b']);
    });

    guarantee('a watch ends in good order after its timeoutSeconds', async (scene) => {
      const stream = await scene.watch(maps(scene), { timeoutSeconds: '1' });
      await expect.poll(stream.ended, PATIENCE).toBe(true);
      expect(stream.events).toEqual([]);
    });

    guarantee(
      'bookmarks come to who asked for them, with a version to go on from, and to nobody else',
      async (scene) => {
        const query = { resourceVersion: await versionOf(scene), timeoutSeconds: '4' };
        const silent = await scene.watch(maps(scene), query);
        const marked = await scene.watch(maps(scene), { ...query, allowWatchBookmarks: 'true' });
        await create(scene, 'a');
        await expect.poll(() => marked.ended() && silent.ended(), PATIENCE).toBe(true);
        const bookmark = marked.events.find(({ type }) => type === 'BOOKMARK');
        expect(bookmark?.object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' });
        const version = bookmark?.object.metadata.resourceVersion ?? '';
        expect(Number(version)).toBeGreaterThan(Number(query.resourceVersion));
        expect(silent.events.map(({ type }) => type)).toEqual(['ADDED']);
        await create(scene, 'b');
        await (await scene.watch(maps(scene), { resourceVersion: version })).shows(['ADDED b']);
      },
    );

    guarantee('sendInitialEvents shows what is there and says where that ends', async (scene) => {
      await create(scene, 'a');
      await create(scene, 'b');
      const stream = await scene.watch(maps(scene), {
        sendInitialEvents: 'true',
        allowWatchBookmarks: 'true',
        resourceVersionMatch: 'NotOlderThan',
      });
      await expect
        .poll(() => stream.events.map(({ type }) => type), PATIENCE)
        .toEqual(['ADDED', 'ADDED', 'BOOKMARK']);
      expect(stream.events[2]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
      await create(scene, 'c');
      await stream.shows(['ADDED a', 'ADDED b', 'ADDED c']);
    });

    guarantee('sendInitialEvents asks for its resourceVersionMatch', async (scene) => {
      const { status, body } = await scene.call('GET', maps(scene), {
        query: { watch: 'true', sendInitialEvents: 'true', allowWatchBookmarks: 'true' },
      });
      expect(status).toBe(422);
      expect(body.message).toContain(
        'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      );
    });

    guarantee('a version from before all that is remembered is told 410 and to list anew', async (scene) => {
      // Of a kind that the server learnt of late: a young server still remembers everything of the others.
      const path = scene.path('core.gardener.cloud/v1beta1', 'shoots');
      const stream = await scene.watch(path, { resourceVersion: '1' });
      await expect.poll(stream.ended, PATIENCE).toBe(true);
      expect(stream.status).toBe(200);
      expect(stream.events).toMatchObject([
        { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } },
      ]);
      expect(stream.events[0]?.object.message).toMatch(/^too old resource version: 1 \(\d+\)$/);
    });

    guarantee('a version that is none is refused', async (scene) => {
      const query = { resourceVersion: 'abc' };
      const listed = await scene.call('GET', maps(scene), { query });
      expect(listed).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
      expect(listed.body.message).toContain('resourceVersion: Invalid value: "abc"');
      const watched = await scene.call('GET', maps(scene), { query: { watch: 'true', ...query } });
      expect(watched.status).toBe(500);
      expect(watched.body.message).toContain('resourceVersion: Invalid value: "abc"');
    });

    guarantee('at an object’s own path, watch=true is only a GET', async (scene) => {
      const query = { watch: 'true' };
      await create(scene, 'a');
      expect(await scene.call('GET', maps(scene, 'a'), { query })).toMatchObject({
        status: 200,
        body: { kind: 'ConfigMap', metadata: { name: 'a' } },
      });
      expect((await scene.call('GET', maps(scene, 'none'), { query })).status).toBe(404);
    });
  });
}
