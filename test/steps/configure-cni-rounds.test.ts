import { expect, test } from 'vitest';
import { configMaps, daemonSets, nodes } from '../../infra/local/cluster/index.ts';
import type { RoundResult, StepRun } from '../../shared/engine/step.ts';
import type { Cluster } from '../../shared/kubernetes/cluster.ts';
import type { NetworkPluginName } from '../../shared/migration/network-plugins.ts';
import { configureCni } from '../../shared/steps/configure-cni/index.ts';
import { startPluginWorld } from '../kubernetes/plugin-worlds.ts';
import { PATIENTLY, SERVICES_IPV4, SERVICES_IPV6, type World } from '../kubernetes/world.ts';
import { migrationWith, NODES_PREFIX, portWith, silent, subnet } from './fixtures.ts';

const DUAL_STACK = { services: [SERVICES_IPV4, SERVICES_IPV6] };

/** Rounds of the step over the real adapters, each of which sees the marks that the ones before left. */
function stepOver(world: World, networkType: NetworkPluginName, cluster: Cluster = world.cluster) {
  let marks: Readonly<Record<string, string>> = {};
  const run: StepRun = portWith<StepRun>({
    clock: world.clock,
    log: silent,
    signal: new AbortController().signal,
    remember: async (mark, value) => {
      marks = { ...marks, [mark]: value };
    },
  });
  const ports: StepRun['ports'] = {
    compute: portWith<StepRun['ports']['compute']>({
      subnet: async () => subnet('nodes', { stackType: 'IPV4_IPV6', ipv6Range: NODES_PREFIX }),
    }),
    cluster,
    garden: world.garden,
    reachability: portWith<StepRun['ports']['reachability']>({}),
  };
  const round = async (): Promise<RoundResult> => {
    const { target, ...migration } = migrationWith(marks);
    const present = { ...migration, target: { ...target, networkType } };
    return await configureCni.round(Object.assign(Object.create(null), run, { ports, migration: present }));
  };
  return { round, marks: () => marks };
}

/** Requests that changed something; a dry run is asked, not changed. */
function writes({ simulator }: World): number {
  return Object.entries(simulator.requests())
    .filter(([request]) => !/^(get|list|watch) /.test(request) && request !== 'create services')
    .reduce((sum, [, count]) => sum + count, 0);
}

test.each<NetworkPluginName>(['calico', 'cilium'])(
  '%s is configured in one round, waited for by name, done when it is out, and a second run writes nothing',
  async (plugin) => {
    const world = await startPluginWorld(plugin, DUAL_STACK);
    const { round, marks } = stepOver(world, plugin);
    expect(await round()).toMatchObject({
      kind: 'acted',
      description: expect.stringMatching(
        new RegExp(`^configured ${plugin} for both families: .*ConfigMap kube-system/${plugin}-config`),
      ),
    });
    expect(Object.keys(marks())).toEqual(['configure-cni/written-at']);
    expect(await round()).toMatchObject({
      kind: 'waiting',
      reason: 'NetworkPluginRollingOut',
      message: expect.stringMatching(/shoot--core--api-worker-z\d-\w+ has /),
    });
    await expect.poll(async () => (await round()).kind, PATIENTLY).toBe('done');
    const before = writes(world);
    expect(await stepOver(world, plugin).round()).toMatchObject({ kind: 'done' });
    expect(writes(world)).toBe(before);
  },
);

test.each<NetworkPluginName>(['calico', 'cilium'])(
  'a node that joined single-stack keeps %s from being configured, also when it joins in the last moment',
  async (plugin) => {
    const world = await startPluginWorld(plugin, DUAL_STACK);
    const { client } = world.simulator;
    let joined = false;
    // Looked at by the step itself: whatever it reads before the nodes, the node joins after that.
    const cluster: Cluster = {
      ...world.cluster,
      nodes: async () => {
        if (!joined) {
          const spec = { podCIDR: '100.96.77.0/24', podCIDRs: ['100.96.77.0/24'] };
          await client.create(nodes, { metadata: { name: 'late' }, spec });
        }
        joined = true;
        return await world.cluster.nodes();
      },
    };
    expect(await stepOver(world, plugin, cluster).round()).toMatchObject({
      kind: 'waiting',
      reason: 'NodesNotDualStack',
      message: expect.stringMatching(/: late$/),
    });
    expect(writes(world)).toBe(1);
  },
);

test('the nodes are read after everything else', async () => {
  const world = await startPluginWorld('calico', DUAL_STACK);
  const order: string[] = [];
  const recorded = <Port extends object>(port: Port, path: string): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value === 'object' && value !== null) return recorded(value, `${path}${String(name)}.`);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          const answer: unknown = await Reflect.apply(value, target, args);
          order.push(`${path}${String(name)}`);
          return answer;
        };
      },
    });
  await stepOver(world, 'calico', recorded(world.cluster, '')).round();
  expect(order.indexOf('nodes')).toBeGreaterThan(order.indexOf('networkPlugin.state'));
  expect(order.indexOf('nodes')).toBeGreaterThan(order.indexOf('acceptsDualStackServices'));
  expect(order.slice(order.indexOf('nodes'))).toEqual(['nodes', 'networkPlugin.configure']);
});

test('whoever undoes the configuration each time is not fought for ever: after three writes it is blocked', async () => {
  const world = await startPluginWorld('cilium', DUAL_STACK);
  const key = { namespace: 'kube-system', name: 'cilium-config' };
  const { round } = stepOver(world, 'cilium');
  const kinds: string[] = [];
  for (let rounds = 0; rounds < 4; rounds += 1) {
    kinds.push((await round()).kind);
    await world.simulator.client.patch(configMaps, key, {
      kind: 'merge',
      body: { data: { 'enable-ipv6': 'false' } },
    });
  }
  expect(kinds).toEqual(['acted', 'acted', 'acted', 'blocked']);
  expect(await round()).toMatchObject({ reason: 'ConfigurationUndone' });
});

test('a run that died between the write and its mark has not been undone by anybody', async () => {
  const world = await startPluginWorld('calico', DUAL_STACK);
  const { round, marks } = stepOver(world, 'calico', {
    ...world.cluster,
    networkPlugin: {
      ...world.cluster.networkPlugin,
      configure: async (...given) => {
        await world.cluster.networkPlugin.configure(...given);
        throw new Error('died');
      },
    },
  });
  await expect(round()).rejects.toThrow('died');
  expect(marks()).toEqual({});
  expect(await round()).toMatchObject({ kind: 'waiting', reason: 'NetworkPluginRollingOut' });
});

test('one reconciliation is asked for while the control plane is single-stack, and its mark is stored first', async () => {
  const world = await startPluginWorld('calico');
  const failing = { ...world.garden, reconcile: async () => Promise.reject(new Error('the garden is away')) };
  const { round, marks } = stepOver({ ...world, garden: failing }, 'calico');
  await expect(round()).rejects.toThrow('the garden is away');
  expect(Object.keys(marks())).toEqual(['configure-cni/reconcile-asked-at']);
  expect(await round()).toMatchObject({ kind: 'waiting', reason: 'ControlPlaneNotDualStack' });
  const generation = (
    await world.simulator.client.get(daemonSets, { namespace: 'kube-system', name: 'calico-node' })
  ).metadata.generation;
  expect(generation).toBe(1);
});

test('another plugin than the Shoot says is not touched', async () => {
  const world = await startPluginWorld('cilium', DUAL_STACK);
  expect(await stepOver(world, 'calico').round()).toMatchObject({
    kind: 'blocked',
    reason: 'NetworkPluginDiffers',
  });
  expect(writes(world)).toBe(0);
});
