import { describe, expect, it } from 'vitest';
import { configMaps, daemonSets, deployments } from '../../infra/local/cluster/index.ts';
import { kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { ClusterRefused } from '../../shared/kubernetes/errors.ts';
import { NETWORK_PLUGINS, type NetworkPluginName } from '../../shared/migration/network-plugins.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { changing, interposed, RANGES, settled, startPluginWorld } from './plugin-worlds.ts';
import { PATIENTLY, startWorld, type World } from './world.ts';

/** What differs in a cluster that is IPv4, and the writes that end that, in their order. */
const PLUGINS = {
  calico: {
    agents: { namespace: 'kube-system', name: 'calico-node' },
    config: { namespace: 'kube-system', name: 'calico-config' },
    differing: [
      'IPPool default-ipv6-ippool',
      'ConfigMap kube-system/calico-config',
      'DaemonSet kube-system/calico-node',
    ],
    written: ['ippools', 'configmaps', 'daemonsets'],
    theirs: {
      cni_network_config:
        '{"plugins":[{"type":"calico","note":"their own","ipam":{"type":"host-local","subnet":"usePodCidr"}}]}',
    },
    undo: {
      cni_network_config:
        '{"plugins":[{"type":"calico","ipam":{"type":"host-local","subnet":"usePodCidr"}}]}',
    },
  },
  cilium: {
    agents: { namespace: 'kube-system', name: 'cilium' },
    config: { namespace: 'kube-system', name: 'cilium-config' },
    differing: ['ConfigMap kube-system/cilium-config'],
    written: ['configmaps', 'deployments', 'daemonsets'],
    theirs: { 'enable-ipv6': 'false', note: 'their own' },
    undo: { 'enable-ipv6': 'false' },
  },
} as const satisfies Readonly<Record<NetworkPluginName, object>>;

const objectsIn = (differing: readonly { object: string }[]) => differing.map(({ object }) => object);

async function generation({ simulator }: World, name: NetworkPluginName): Promise<number | undefined> {
  return (await simulator.client.get(daemonSets, PLUGINS[name].agents)).metadata.generation;
}

/** The resources of the changes that come through the API with a new generation or content, in their order. */
function recordWrites({ simulator }: World): { readonly written: string[]; stop(): void } {
  const written: string[] = [];
  const generations = new Map<string, unknown>();
  const stop = simulator.onChange(({ object, resource, type }) => {
    const { plural } = resource;
    if (!['ippools', 'configmaps', 'deployments', 'daemonsets'].includes(plural)) return;
    const { uid, generation = object.metadata.resourceVersion } = object.metadata;
    if ((generation === 1 && type !== 'ADDED') || generations.get(uid) === generation) return;
    generations.set(uid, generation);
    written.push(plural);
  });
  return { written, stop };
}

describe.each(NETWORK_PLUGINS)('%s', (name) => {
  const { agents, config, differing, written, theirs, undo } = PLUGINS[name];

  it('is found by its agents', async () => {
    const { cluster } = await startPluginWorld(name);
    expect(await cluster.networkPlugin.installed()).toEqual([name]);
    expect(await cluster.networkPlugin.obstacles(name)).toEqual([]);
  });

  it('names what is not dual-stack, and nothing once it is configured', async () => {
    const { cluster } = await startPluginWorld(name);
    const before = await cluster.networkPlugin.state(name, RANGES);
    expect(before.obstacles).toEqual([]);
    expect(objectsIn(before.differing)).toEqual(differing);
    await cluster.networkPlugin.configure(name, RANGES);
    expect((await cluster.networkPlugin.state(name, RANGES)).differing).toEqual([]);
  });

  it('rolls its agents once, tells of each node how far it is, and a second configuration writes nothing', async () => {
    const world = await startPluginWorld(name);
    const { networkPlugin } = world.cluster;
    await networkPlugin.configure(name, RANGES);
    const underWay = await networkPlugin.state(name, RANGES);
    expect(settled(underWay)).toBe(false);
    await expect.poll(async () => settled(await networkPlugin.state(name, RANGES)), PATIENTLY).toBe(true);
    const state = await networkPlugin.state(name, RANGES);
    expect(state.agents.map(({ node }) => node).sort()).toEqual(
      world.example.nodes.map((node) => node.name).sort(),
    );
    const mutations = world.mutations();
    await networkPlugin.configure(name, RANGES);
    expect(world.mutations()).toBe(mutations);
    expect(await generation(world, name)).toBe(2);
  });

  it('has its agents rolled last, so that none starts with half a configuration', async () => {
    const world = await startPluginWorld(name);
    const record = recordWrites(world);
    await world.cluster.networkPlugin.configure(name, RANGES);
    record.stop();
    expect(record.written).toEqual(written);
  });

  it.each([1, 2, 3])('is completed by the next call after a crash at write %i', async (nth) => {
    const crash = new AbortController();
    const world = await startPluginWorld(name, { signal: crash.signal });
    const record = recordWrites(world);
    const stop = world.simulator.onChange(() => {
      if (record.written.length === nth) crash.abort(new Error('crashed'));
    });
    const first = await world.cluster.networkPlugin.configure(name, RANGES).catch((error: unknown) => error);
    stop();
    record.stop();
    expect(first).toBeInstanceOf(Error);
    expect(record.written).toHaveLength(nth);
    const { simulator, clock } = world;
    const next = kubernetesCluster({ kubeconfig: parseKubeconfig(kubeconfigFor(simulator.url)), clock });
    expect((await next.networkPlugin.state(name, RANGES)).differing).toHaveLength(3 - nth);
    await next.networkPlugin.configure(name, RANGES);
    await expect
      .poll(async () => settled(await next.networkPlugin.state(name, RANGES)), PATIENTLY)
      .toBe(true);
    expect(await generation(world, name)).toBe(2);
  });

  it.each(['before', 'after'] as const)(
    'is configured once though the answer to a write is lost %s its effect',
    async (when) => {
      const world = await startPluginWorld(name);
      for (const resource of ['configmaps', 'daemonsets.apps', 'deployments.apps']) {
        world.simulator.faults.failRequest({
          match: { verb: 'patch', resource },
          when,
          answer: 'connection-lost',
        });
      }
      await world.cluster.networkPlugin.configure(name, RANGES);
      expect((await world.cluster.networkPlugin.state(name, RANGES)).differing).toEqual([]);
      expect(await generation(world, name)).toBe(2);
    },
  );

  it('does not write over what somebody else writes in between', async () => {
    const world = await startPluginWorld(name);
    const { client } = world.simulator;
    const body = { data: theirs };
    const cluster = interposed(world, 'configmaps', async () => {
      await client.patch(configMaps, config, { kind: 'merge', body });
    });
    await cluster.networkPlugin.configure(name, RANGES);
    const { data = {} } = await client.get(configMaps, config);
    expect(JSON.stringify(data)).toContain('their own');
    expect((await cluster.networkPlugin.state(name, RANGES)).differing).toEqual([]);
  });

  it('rolls its agents again when the configuration was undone and is mended', async () => {
    const world = await startPluginWorld(name);
    const { networkPlugin } = world.cluster;
    await networkPlugin.configure(name, RANGES);
    await world.simulator.client.patch(configMaps, config, { kind: 'merge', body: { data: undo } });
    expect(objectsIn((await networkPlugin.state(name, RANGES)).differing)).toContain(
      `ConfigMap kube-system/${config.name}`,
    );
    await networkPlugin.configure(name, RANGES);
    expect((await networkPlugin.state(name, RANGES)).differing).toEqual([]);
    expect(await generation(world, name)).toBe(3);
  });

  it('that somebody else configured and rolled out is left alone', async () => {
    const world = await startPluginWorld(name);
    const { networkPlugin } = world.cluster;
    await networkPlugin.configure(name, RANGES);
    await expect.poll(async () => settled(await networkPlugin.state(name, RANGES)), PATIENTLY).toBe(true);
    const { client } = world.simulator;
    const annotations = { 'shoot-dualstack/cni-config-write': null };
    await client.patch(configMaps, config, { kind: 'merge', body: { metadata: { annotations } } });
    const template = { kind: 'merge', body: { spec: { template: { metadata: { annotations } } } } } as const;
    await client.patch(daemonSets, agents, template);
    expect((await networkPlugin.state(name, RANGES)).differing).toEqual([]);
  });

  it('that Gardener rolls out after us, without our stamp, is not rolled out once more', async () => {
    const world = await startPluginWorld(name);
    const { networkPlugin } = world.cluster;
    await networkPlugin.configure(name, RANGES);
    await expect.poll(async () => settled(await networkPlugin.state(name, RANGES)), PATIENTLY).toBe(true);
    await world.clock.sleep(2_000);
    // What gardener-resource-manager makes of it: the template as its chart has it, the ConfigMap with our annotation.
    const annotations = {
      'shoot-dualstack/cni-config-write': null,
      'checksum/configmap': 'of both families',
    };
    await world.simulator.client.patch(daemonSets, agents, {
      kind: 'merge',
      body: { spec: { template: { metadata: { annotations } } } },
    });
    const seen = async () => {
      const state = await networkPlugin.state(name, RANGES);
      expect(objectsIn(state.differing)).toEqual([]);
      return settled(state);
    };
    expect(await seen()).toBe(false);
    await expect.poll(seen, PATIENTLY).toBe(true);
    await networkPlugin.configure(name, RANGES);
    expect(await generation(world, name)).toBe(3);
  });

  it('says so when its agents are replaced only by hand, and which run with the earlier configuration', async () => {
    const onDelete = changing('DaemonSet', agents.name, (object) => ({
      ...object,
      spec: { ...Object(object.spec), updateStrategy: { type: 'OnDelete' } },
    }));
    const world = await startPluginWorld(name, { objects: onDelete });
    await world.cluster.networkPlugin.configure(name, RANGES);
    const state = async () => await world.cluster.networkPlugin.state(name, RANGES);
    await expect
      .poll(async () => (await state()).rollouts[0], PATIENTLY)
      .toMatchObject({
        workload: `DaemonSet kube-system/${agents.name}`,
        held: 'OnDelete',
        complete: false,
        updated: 0,
      });
    expect((await state()).agents.map(({ current }) => current)).toEqual([false, false, false]);
  });

  it('with obstacles is refused before the first write', async () => {
    const world = await startPluginWorld(name, {
      objects: changing('ConfigMap', config.name, (object) => ({
        ...object,
        data: { ...Object(object.data), ipam: 'cluster-pool', cni_network_config: 'not JSON' },
      })),
    });
    const { networkPlugin } = world.cluster;
    expect(await networkPlugin.obstacles(name)).toHaveLength(1);
    expect((await networkPlugin.state(name, RANGES)).obstacles).toHaveLength(1);
    await expect(networkPlugin.configure(name, RANGES)).rejects.toThrow(ClusterRefused);
    expect(world.mutations()).toBe(0);
  });

  it('without its configuration has that as an obstacle', async () => {
    const without = changing('ConfigMap', config.name, (object) => ({
      ...object,
      metadata: { name: 'somebody-elses', namespace: 'kube-system' },
    }));
    const { cluster } = await startPluginWorld(name, { objects: without });
    expect(await cluster.networkPlugin.obstacles(name)).toEqual([
      { kind: 'configuration', message: `ConfigMap kube-system/${config.name} does not exist` },
    ]);
  });
});

describe('the plugin that is there', () => {
  const without = (name: string) =>
    changing('DaemonSet', name, (object) => ({
      ...object,
      metadata: { ...Object(object.metadata), name: 'somebody-elses' },
    }));

  it('is none where no known agents are', async () => {
    const { cluster } = await startWorld({ objects: without('calico-node') });
    expect(await cluster.networkPlugin.installed()).toEqual([]);
  });

  it('is both where both have agents', async () => {
    const renamed = changing('DaemonSet', 'kube-proxy', (object) => ({
      ...object,
      metadata: { ...Object(object.metadata), name: 'cilium' },
    }));
    const { cluster } = await startWorld({ objects: renamed });
    expect(await cluster.networkPlugin.installed()).toEqual(['calico', 'cilium']);
  });
});

it('Cilium’s operator is rolled with the agents, and one that is paused says so', async () => {
  const operator = { namespace: 'kube-system', name: 'cilium-operator' };
  const paused = changing('Deployment', operator.name, (object) => ({
    ...object,
    spec: { ...Object(object.spec), paused: true },
  }));
  const world = await startPluginWorld('cilium', { objects: paused });
  await world.cluster.networkPlugin.configure('cilium', RANGES);
  const { spec } = await world.simulator.client.get(deployments, operator);
  expect(spec.template.metadata?.annotations).toHaveProperty('shoot-dualstack/cni-config-write');
  const { rollouts } = await world.cluster.networkPlugin.state('cilium', RANGES);
  expect(rollouts[1]).toMatchObject({ workload: 'Deployment kube-system/cilium-operator', held: 'paused' });
});
