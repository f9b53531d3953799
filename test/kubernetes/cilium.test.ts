import { describe, expect, it } from 'vitest';
import { configMaps } from '../../infra/local/cluster/index.ts';
import { changing, configurationOf, RANGES, startPluginWorld } from './plugin-worlds.ts';

const ciliumConfig = { namespace: 'kube-system', name: 'cilium-config' };

/** The example's ConfigMap with these keys set or, for null, taken away. */
function withKeys(keys: Readonly<Record<string, string | null>>) {
  return changing('ConfigMap', ciliumConfig.name, (object) => {
    const data: Record<string, string | null> = { ...Object(object.data), ...keys };
    const set = Object.entries(data).flatMap(([key, value]) =>
      value === null ? [] : [[key, value] as const],
    );
    return { ...object, data: Object.fromEntries(set) };
  });
}

describe('Cilium', () => {
  it('is configured as Gardener does it, and each key that changes is told', async () => {
    const world = await startPluginWorld('cilium');
    const { networkPlugin } = world.cluster;
    const { data: before } = await world.simulator.client.get(configMaps, ciliumConfig);
    expect((await networkPlugin.state('cilium', RANGES)).differing).toMatchObject([
      {
        object: 'ConfigMap kube-system/cilium-config',
        changes: [
          'enable-ipv6: false → true',
          'ipv6-native-routing-cidr: not set → 2600:1900:4000:1::/64',
          'k8s-require-ipv6-pod-cidr: not set → true',
        ],
      },
    ]);
    await networkPlugin.configure('cilium', RANGES);
    const { data: after } = await world.simulator.client.get(configMaps, ciliumConfig);
    expect(after).toEqual({
      ...before,
      'enable-ipv6': 'true',
      'ipv6-native-routing-cidr': '2600:1900:4000:1::/64',
      'k8s-require-ipv6-pod-cidr': 'true',
      'enable-ipv6-masquerade': 'false',
    });
  });

  it('keeps everything else as its owner set it: of the workloads only a stamp on the pod templates changes', async () => {
    const world = await startPluginWorld('cilium', {
      objects: withKeys({ debug: 'true', 'enable-hubble': 'true' }),
    });
    const before = await configurationOf(world);
    await world.cluster.networkPlugin.configure('cilium', RANGES);
    const after = await configurationOf(world);
    expect([...after.keys()]).toEqual([...before.keys()]);
    for (const [object, content] of before) {
      const is = Object(after.get(object));
      if (object === 'ConfigMap cilium-config')
        expect(is.data).toMatchObject({ debug: 'true', 'enable-hubble': 'true' });
      else if (/^(DaemonSet cilium|Deployment cilium-operator)$/.test(object)) {
        const { annotations, ...metadata } = is.spec.template.metadata;
        expect(Object.keys(annotations)).toEqual(['shoot-dualstack/cni-config-write']);
        is.spec.template.metadata = metadata;
        expect(is).toEqual(content);
      } else expect(is).toEqual(content);
    }
  });

  it('does not translate IPv6 addresses, also where that was asked for', async () => {
    const world = await startPluginWorld('cilium', {
      objects: withKeys({ 'enable-ipv6-masquerade': 'true' }),
    });
    const { networkPlugin } = world.cluster;
    expect((await networkPlugin.state('cilium', RANGES)).differing[0]?.changes).toContain(
      'enable-ipv6-masquerade: true → false',
    );
    await networkPlugin.configure('cilium', RANGES);
    const { data } = await world.simulator.client.get(configMaps, ciliumConfig);
    expect(data).toMatchObject({ 'enable-ipv6-masquerade': 'false', 'enable-ipv4-masquerade': 'true' });
  });

  it.each([
    ['2600:1900::/28', '2600:1900::/28'],
    ['2600:1900:4000:9::/64', '2600:1900:4000:1::/64'],
  ])('routing %s natively by its owner’s word routes %s', async (stated, expected) => {
    const key = 'ipv6-native-routing-cidr';
    const world = await startPluginWorld('cilium', { objects: withKeys({ [key]: stated }) });
    await world.cluster.networkPlugin.configure('cilium', RANGES);
    const { data } = await world.simulator.client.get(configMaps, ciliumConfig);
    expect(data?.[key]).toBe(expected);
  });

  it.each([
    [{ 'routing-mode': 'tunnel' }, 'overlay', /routing-mode is tunnel, expected native/],
    [{ 'routing-mode': null }, 'overlay', /routing-mode is not set, which means tunnel/],
    [{ 'routing-mode': null, tunnel: 'vxlan' }, 'overlay', /tunnel \(vxlan\)/],
    [{ ipam: 'cluster-pool' }, 'ipam', /ipam is cluster-pool, expected kubernetes/],
    [{ ipam: null }, 'ipam', /ipam is cluster-pool/],
    [{ 'cni-chaining-mode': 'aws-cni' }, 'ipam', /cni-chaining-mode is aws-cni/],
  ] as const)('with %j is refused', async (keys, kind, message) => {
    const world = await startPluginWorld('cilium', { objects: withKeys(keys) });
    const { networkPlugin } = world.cluster;
    const found = await networkPlugin.obstacles('cilium');
    expect(found).toEqual([{ kind, message: expect.stringMatching(message) }]);
    expect((await networkPlugin.state('cilium', RANGES)).obstacles).toEqual(found);
    await expect(networkPlugin.configure('cilium', RANGES)).rejects.toThrow(message);
    expect(world.mutations()).toBe(0);
  });

  it.each([
    [{ 'routing-mode': null, tunnel: 'disabled' }],
    [{ 'cni-chaining-mode': 'portmap' }],
    [{ 'cni-chaining-mode': 'none' }],
  ] as const)('with %j is as good', async (keys) => {
    const { cluster } = await startPluginWorld('cilium', { objects: withKeys(keys) });
    expect(await cluster.networkPlugin.obstacles('cilium')).toEqual([]);
  });

  it('without an operator is configured all the same', async () => {
    const none = changing('Deployment', 'cilium-operator', (object) => ({
      ...object,
      metadata: { ...Object(object.metadata), name: 'somebody-elses' },
    }));
    const { cluster } = await startPluginWorld('cilium', { objects: none });
    await cluster.networkPlugin.configure('cilium', RANGES);
    const { differing, rollouts } = await cluster.networkPlugin.state('cilium', RANGES);
    expect(differing).toEqual([]);
    expect(rollouts.map(({ workload }) => workload)).toEqual(['DaemonSet kube-system/cilium']);
  });
});
