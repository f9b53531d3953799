import { CoreV1Api, makeInformer, Watch } from '@kubernetes/client-node';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { KubernetesSimulator, WatchEvent } from '../../infra/local/cluster/index.ts';
import { configMaps } from '../../infra/local/cluster/index.ts';
import { kubeConfigFor } from './client-node.ts';
import { clusterInProcess, simulatorOverHttp } from './small-cluster.ts';

const PATH = '/api/v1/namespaces/shop/configmaps';

/** A watch through client-node and everything it reported. */
async function watched(simulator: KubernetesSimulator, query: Record<string, string | boolean>) {
  const events: {
    type: string;
    object: { code?: number; metadata?: { name?: string; resourceVersion?: string } };
  }[] = [];
  let ended = false;
  const controller = await new Watch(kubeConfigFor(simulator)).watch(
    PATH,
    query,
    (type, object) => events.push({ type, object }),
    () => {
      ended = true;
    },
  );
  onTestFinished(() => controller.abort());
  return {
    events,
    ended: () => ended,
    names: () => events.map(({ type, object }) => `${type} ${object.metadata?.name}`),
  };
}

const create = (simulator: KubernetesSimulator, name: string, labels = {}) =>
  simulator.client.create(configMaps, { metadata: { name, namespace: 'shop', labels } });

describe('watches', () => {
  test('a watch without a version shows what is there and then every change in order', async () => {
    const simulator = await simulatorOverHttp();
    await create(simulator, 'a');
    const { names } = await watched(simulator, {});
    await expect.poll(names).toEqual(['ADDED a']);
    await create(simulator, 'b');
    await simulator.client.patch(
      configMaps,
      { namespace: 'shop', name: 'a' },
      { kind: 'merge', body: { data: { x: '1' } } },
    );
    await simulator.client.delete(configMaps, { namespace: 'shop', name: 'b' });
    await expect.poll(names).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b']);
  });

  test('a watch from a version misses nothing that came after it', async () => {
    const simulator = await simulatorOverHttp();
    const { resourceVersion } = await simulator.client.list(configMaps, { namespace: 'shop' });
    await create(simulator, 'a');
    const { names } = await watched(simulator, { resourceVersion });
    await create(simulator, 'b');
    await expect.poll(names).toEqual(['ADDED a', 'ADDED b']);
  });

  test('an object that leaves the selection is DELETED, one that enters it ADDED', async () => {
    const simulator = await simulatorOverHttp();
    const { names } = await watched(simulator, { labelSelector: 'seen' });
    await create(simulator, 'a');
    const label = (seen: string | null) =>
      simulator.client.patch(
        configMaps,
        { namespace: 'shop', name: 'a' },
        { kind: 'merge', body: { metadata: { labels: { seen } } } },
      );
    await label('yes');
    await label('still');
    await label(null);
    await expect.poll(names).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  test('bookmarks carry a version from which a watch can go on, only when asked for', async () => {
    const simulator = await simulatorOverHttp({ delays: { bookmark: [1_000, 1_000] } });
    const silent = await watched(simulator, {});
    const { events } = await watched(simulator, { allowWatchBookmarks: true });
    await expect.poll(() => events.map(({ type }) => type)).toContain('BOOKMARK');
    const version = events.find(({ type }) => type === 'BOOKMARK')?.object.metadata?.resourceVersion;
    expect(Number(version)).toBeGreaterThan(1);
    expect(silent.events.map(({ type }) => type)).not.toContain('BOOKMARK');
  });

  test('a version that is forgotten is answered with one ERROR event 410', async () => {
    const simulator = await simulatorOverHttp();
    const { resourceVersion } = await simulator.client.list(configMaps);
    await create(simulator, 'a');
    simulator.faults.forgetHistory();
    const { events, ended } = await watched(simulator, { resourceVersion });
    await expect.poll(ended).toBe(true);
    expect(events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
  });

  test('the kept history is as long as configured', async () => {
    const { client } = clusterInProcess({ objects: [], watchHistory: 10 });
    const { resourceVersion } = await client.list(configMaps);
    for (let index = 0; index < 20; index += 1) {
      await client.create(configMaps, { metadata: { name: `m${index}`, namespace: 'default' } });
    }
    const events: WatchEvent[] = [];
    client.watch(configMaps, { resourceVersion }, (event) => events.push(event));
    expect(events.map(({ type }) => type)).toEqual(['ERROR']);
  });

  test('a watch ends after its timeoutSeconds', async () => {
    const simulator = await simulatorOverHttp();
    const { ended } = await watched(simulator, { timeoutSeconds: '5' });
    await expect.poll(ended).toBe(true);
  });

  test('an informer that restarts after a dropped connection knows everything again', async () => {
    const simulator = await simulatorOverHttp();
    const config = kubeConfigFor(simulator);
    const core = config.makeApiClient(CoreV1Api);
    const informer = makeInformer(config, PATH, () => core.listNamespacedConfigMap({ namespace: 'shop' }));
    let drops = 0;
    informer.on('error', () => {
      drops += 1;
      void informer.start();
    });
    onTestFinished(async () => informer.stop());
    await informer.start();
    await create(simulator, 'a');
    await expect.poll(() => informer.get('a', 'shop')?.metadata?.name).toBe('a');
    simulator.faults.dropWatches();
    await create(simulator, 'b');
    await expect.poll(() => informer.get('b', 'shop')?.metadata?.name).toBe('b');
    expect(drops).toBeGreaterThan(0);
  });
});
