import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../../infra/local/actors/bind/http/client.ts';
import { ApiConnection } from '../../infra/local/actors/bind/http/connection.ts';
import { WatchCache } from '../../infra/local/actors/bind/http/watch-cache.ts';
import type { BoundCluster } from '../../infra/local/actors/index.ts';
import {
  bindClusterOverHttp,
  bindGardenOverHttp,
  FAST_DELAYS,
  startActors,
} from '../../infra/local/actors/index.ts';
import type { ClusterChange } from '../../infra/local/actors/world.ts';
import { scaledClock } from '../../infra/local/clock.ts';
import type { ConfigMap, KubernetesSimulator, Pod } from '../../infra/local/cluster/index.ts';
import {
  configMaps,
  events,
  nodes,
  pods,
  startKubernetesSimulator,
} from '../../infra/local/cluster/index.ts';
import { isNodeReady } from '../../infra/local/cluster/kinds/node.ts';
import { clusterScenario } from '../../infra/local/example/cluster-scenario.ts';
import { computeScenario } from '../../infra/local/example/compute-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import { exampleShoot } from '../../infra/local/example/shoot.ts';
import { computeInProcess, FAST_LATENCY } from '../../infra/local/gce/index.ts';
import { systemClock } from '../../shared/clock.ts';
import { parseKubeconfig } from '../../shared/kubernetes/client/index.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
const SHOOT = { namespace: 'garden-core', name: 'api' };
const example = exampleCluster({ nodes: 3 });
/** Of a world that runs fast enough for a test and lives by the wall all the same. */
const clock = scaledClock({ origin: systemClock.now(), wallOrigin: systemClock.now(), speed: 50 });

let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

async function simulator(): Promise<KubernetesSimulator> {
  const started = await startKubernetesSimulator({
    clock,
    objects: [...clusterScenario(example), JSON.parse(JSON.stringify(exampleShoot(3)))],
    serviceClusterIpRanges: [example.servicesCidr],
  });
  stack.defer(() => started.stop());
  return started;
}

function clientOf({ kubeconfig }: KubernetesSimulator): ApiClient {
  const connection = new ApiConnection(parseKubeconfig(kubeconfig));
  stack.defer(() => connection.close());
  return new ApiClient(connection);
}

const patch = (data: Record<string, string>) => ({ kind: 'merge', body: { data } }) as const;
const key = (name: string) => ({ namespace: 'shop', name });

describe('a watch cache', () => {
  interface Told {
    readonly cache: WatchCache<ConfigMap>;
    readonly client: ApiClient;
    /** `ADDED one`, in the order in which they were told. */
    readonly told: string[];
  }

  async function watching(server: KubernetesSimulator): Promise<Told> {
    const client = clientOf(server);
    const told: string[] = [];
    const cache = new WatchCache({
      client,
      resource: configMaps,
      namespace: 'shop',
      onChange: ({ type, object }) => told.push(`${type} ${object.metadata.name}`),
    });
    await cache.start();
    stack.defer(() => cache.stop());
    return { cache, client, told };
  }

  const create = (client: ApiClient, name: string) =>
    client.create(configMaps, 'shop', { metadata: { name } });

  it('tells what there is and every change of it', async () => {
    const server = await simulator();
    await create(clientOf(server), 'old');
    const { client, told } = await watching(server);
    expect(told).toEqual(['ADDED old']);
    await create(client, 'new');
    await client.patch(configMaps, key('old'), patch({ a: '1' }));
    await client.delete(configMaps, key('new'));
    await vi.waitFor(
      () => expect(told.slice(1)).toEqual(['ADDED new', 'MODIFIED old', 'DELETED new']),
      PATIENCE,
    );
  });

  it('loses nothing when its connection breaks again and again', async () => {
    const server = await simulator();
    const { client, told } = await watching(server);
    for (const name of ['one', 'two', 'three']) {
      server.faults.dropWatches();
      await create(client, name);
      await client.delete(configMaps, key(name));
    }
    const whole = ['one', 'two', 'three'].flatMap((name) => [`ADDED ${name}`, `DELETED ${name}`]);
    await vi.waitFor(() => expect(told).toEqual(whole), PATIENCE);
  });

  it('tells the difference when the server no longer knows where it stood', async () => {
    const server = await simulator();
    const { cache, client, told } = await watching(server);
    await create(client, 'goes');
    await create(client, 'stays');
    const first = await create(client, 'returns');
    await vi.waitFor(() => expect(told).toHaveLength(3), PATIENCE);
    server.faults.setServerAway(true);
    const { api } = server.cluster;
    api.delete(configMaps, key('goes'));
    api.delete(configMaps, key('returns'));
    api.create(configMaps, 'shop', { metadata: { name: 'returns' } });
    api.create(configMaps, 'shop', { metadata: { name: 'comes' } });
    server.faults.forgetHistory();
    server.faults.setServerAway(false);
    const difference = ['ADDED comes', 'ADDED returns', 'DELETED goes', 'DELETED returns'];
    await vi.waitFor(() => expect(told.slice(3).sort()).toEqual(difference), PATIENCE);
    expect(told.indexOf('DELETED returns')).toBeLessThan(told.lastIndexOf('ADDED returns'));
    expect(cache.get(key('returns'))?.metadata.uid).not.toBe(first.metadata.uid);
  });

  it('shows a write at once to whoever made it, tells it once, and brings back nothing that was deleted', async () => {
    const server = await simulator();
    const { cache, client, told } = await watching(server);
    const made = await create(client, 'own');
    cache.learn(made);
    expect(cache.get(key('own'))).toEqual(made);
    await client.delete(configMaps, key('own'));
    await vi.waitFor(() => expect(told).toEqual(['ADDED own', 'DELETED own']), PATIENCE);
    // The answer to the first write, late.
    cache.learn(made);
    expect(cache.get(key('own'))).toBeUndefined();
    expect(told).toHaveLength(2);
  });

  it('sees an object go whose end came with the answer to a write', async () => {
    const server = await simulator();
    const { cache, client, told } = await watching(server);
    const finalizers = ['example.org/held'];
    await client.create(configMaps, 'shop', { metadata: { name: 'held', finalizers } });
    await client.delete(configMaps, key('held'));
    await vi.waitFor(() => expect(told).toEqual(['ADDED held', 'MODIFIED held']), PATIENCE);
    const body = { metadata: { finalizers: null } };
    cache.learn(await client.patch(configMaps, key('held'), { kind: 'merge', body }));
    await vi.waitFor(() => expect(told.at(-1)).toBe('DELETED held'), PATIENCE);
    expect(cache.get(key('held'))).toBeUndefined();
  });
});

describe('the cluster over HTTP', () => {
  async function bound(server: KubernetesSimulator): Promise<BoundCluster> {
    const cluster = await bindClusterOverHttp({
      kubeconfig: server.kubeconfig,
      clock,
      runsNodeLifecycleController: false,
      setServiceClusterIpRanges: (ranges) => server.setServiceClusterIpRanges(ranges),
    });
    stack.defer(async () => cluster.close());
    return cluster;
  }
  const firstPod = (cluster: BoundCluster): Pod => {
    const [pod] = cluster.pods('shop');
    if (pod === undefined) throw new Error('the shop has no pod');
    return pod;
  };

  it('reads what it has written, and tells its listeners of it once', async () => {
    const server = await simulator();
    const cluster = await bound(server);
    const changes: ClusterChange[] = [];
    cluster.onChange((change) => changes.push(change));
    const name = example.nodes[0]?.name ?? '';
    await cluster.patchNode(name, { spec: { unschedulable: true } }, 'object');
    expect(cluster.node(name)?.spec?.unschedulable).toBe(true);
    await cluster.patchNode(name, { metadata: { labels: { last: 'one' } } }, 'object');
    const seen = () => changes.filter((change) => change.kind === 'Node' && change.name === name);
    // The watch has told of both by the time that it tells of something later.
    await cluster.patchNode(
      example.nodes[1]?.name ?? '',
      { metadata: { labels: { later: 'two' } } },
      'object',
    );
    await vi.waitFor(() => expect(changes.at(-1)).toMatchObject({ name: example.nodes[1]?.name }), PATIENCE);
    expect(seen()).toHaveLength(2);
  });

  it('rejects a patch made from a version that is not the present one', async () => {
    const server = await simulator();
    const cluster = await bound(server);
    const [node] = cluster.nodes();
    const { name = '', resourceVersion } = { ...node?.metadata };
    await cluster.patchNode(name, { spec: { unschedulable: true } }, 'object');
    const stale = { metadata: { resourceVersion }, spec: { unschedulable: false } };
    await expect(cluster.patchNode(name, stale, 'object')).rejects.toThrow(/has been modified/);
    expect(cluster.node(name)?.spec?.unschedulable).toBe(true);
  });

  it('tells an eviction that a budget refuses from one of a pod that is gone', async () => {
    const server = await simulator();
    const cluster = await bound(server);
    const [first, second] = cluster.pods('shop');
    if (first === undefined || second === undefined) throw new Error('the shop has too few pods');
    expect(await cluster.evict(first)).toBe('accepted');
    expect(await cluster.evict(second)).toBe('refused');
    server.cluster.api.delete(
      pods,
      { namespace: 'shop', name: second.metadata.name },
      { gracePeriodSeconds: 0 },
    );
    expect(await cluster.evict(second)).toBe('gone');
  });

  it('deletes a pod, and not the one that came after it under its name', async () => {
    const server = await simulator();
    const cluster = await bound(server);
    const pod = firstPod(cluster);
    const other = { ...pod, metadata: { ...pod.metadata, uid: 'another' } };
    await cluster.deletePod(other);
    const { namespace = '', name } = pod.metadata;
    expect(server.cluster.api.get(pods, { namespace, name }).metadata.deletionTimestamp).toBeUndefined();
    await cluster.deletePod(pod);
    await vi.waitFor(
      () =>
        expect(
          cluster
            .pods('shop')
            .some(({ metadata }) => metadata.name === name && metadata.deletionTimestamp === undefined),
        ).toBe(false),
      PATIENCE,
    );
  });

  it('counts up an event that says the same again', async () => {
    const server = await simulator();
    const cluster = await bound(server);
    const [node] = cluster.nodes();
    if (node === undefined) throw new Error('there is no node');
    const note = { type: 'Warning', reason: 'CIDRNotAvailable', message: 'none', component: 'test' } as const;
    await cluster.recordNodeEvent(node, note);
    await cluster.recordNodeEvent(node, note);
    const { items } = server.cluster.api.list(events, { namespace: 'default' });
    expect(items.map(({ count }) => count)).toEqual([2]);
  });

  it('lets the actors replace a machine, as over the simulator itself', async () => {
    const server = await simulator();
    const compute = computeInProcess({ clock, scenario: computeScenario(example), latency: FAST_LATENCY });
    stack.defer(() => compute.stop());
    const garden = await bindGardenOverHttp({ kubeconfig: server.kubeconfig, shoot: SHOOT });
    const actors = await startActors({
      clock,
      compute,
      cluster: await bound(server),
      garden,
      technicalId: example.technicalId,
      delays: FAST_DELAYS,
    });
    stack.defer(() => actors.stop());
    const name = example.nodes[0]?.name ?? '';
    await actors.machineController.replace(name);
    const { items } = server.cluster.api.list(nodes);
    expect(items.map(({ metadata }) => metadata.name)).not.toContain(name);
    expect(items.map(isNodeReady)).toEqual([true, true, true]);
    expect(compute.dataPlane.lostNodeSeconds()).toBe(0);
  }, 60_000);
});
