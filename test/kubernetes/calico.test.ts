import { describe, expect, it } from 'vitest';
import { configMaps, daemonSets, ipPools } from '../../infra/local/cluster/index.ts';
import { dualStackCniConfig, InvalidCniConfig } from '../../shared/kubernetes/client/cni-config.ts';
import { kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { ClusterRefused } from '../../shared/kubernetes/errors.ts';
import { parseCidr } from '../../shared/migration/cidr.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { PATIENTLY, startWorld, type World } from './world.ts';

const settings = {
  podsIpv6: parseCidr('2600:1900:4000:1::/64'),
  nodesIpv6: parseCidr('2600:1900:4000:1::/64'),
};
const POOL = 'IPPool default-ipv6-ippool';
const CONFIG_MAP = 'ConfigMap kube-system/calico-config';
const DAEMON_SET = 'DaemonSet kube-system/calico-node';
const calicoConfig = { namespace: 'kube-system', name: 'calico-config' };
const calicoNode = { namespace: 'kube-system', name: 'calico-node' };

async function env({ simulator }: World): Promise<Record<string, string | undefined>> {
  const { spec } = await simulator.client.get(daemonSets, calicoNode);
  return Object.fromEntries(
    (spec.template.spec.containers[0]?.env ?? []).map(({ name, value }) => [name, value]),
  );
}

describe('Calico', () => {
  it('names what is not dual-stack, and nothing once it is configured', async () => {
    const { cluster } = await startWorld();
    expect((await cluster.calico.state(settings)).differing).toEqual([POOL, CONFIG_MAP, DAEMON_SET]);
    await cluster.calico.configure(settings);
    expect((await cluster.calico.state(settings)).differing).toEqual([]);
  });

  it('is configured as Gardener does it, beside what the owner has set', async () => {
    const world = await startWorld();
    await world.cluster.calico.configure(settings);
    expect(await env(world)).toMatchObject({
      IP: 'autodetect',
      IP_AUTODETECTION_METHOD: 'cidr=10.250.0.0/16',
      CALICO_IPV4POOL_CIDR: '100.96.0.0/11',
      IP6: 'autodetect',
      IP6_AUTODETECTION_METHOD: 'cidr=2600:1900:4000:1::/64',
      CALICO_IPV6POOL_CIDR: '2600:1900:4000:1::/64',
      CALICO_IPV6POOL_NAT_OUTGOING: 'false',
      CALICO_IPV6POOL_VXLAN: 'Never',
      FELIX_IPV6SUPPORT: 'true',
      USE_POD_CIDR: 'true',
    });
    const { client } = world.simulator;
    const { data } = await client.get(configMaps, calicoConfig);
    expect(data).toMatchObject({ calico_backend: 'none', veth_mtu: '1460' });
    expect(data?.cni_network_config).toContain('"mtu": __CNI_MTU__,');
    expect(await client.get(ipPools, { name: 'default-ipv6-ippool' })).toMatchObject({
      spec: {
        cidr: '2600:1900:4000:1::/64',
        blockSize: 122,
        ipipMode: 'Never',
        vxlanMode: 'Never',
        natOutgoing: false,
      },
    });
    expect(await client.get(ipPools, { name: 'default-ipv4-ippool' })).toMatchObject({
      spec: { natOutgoing: true, blockSize: 26 },
    });
  });

  it('rolls its pods once, and a second configuration writes nothing', async () => {
    const world = await startWorld();
    const { calico } = world.cluster;
    await calico.configure(settings);
    expect((await world.simulator.client.get(daemonSets, calicoNode)).metadata.generation).toBe(2);
    await expect.poll(async () => (await calico.state(settings)).rollout.complete, PATIENTLY).toBe(true);
    const mutations = world.mutations();
    await calico.configure(settings);
    expect(world.mutations()).toBe(mutations);
    expect((await calico.state(settings)).rollout.complete).toBe(true);
  });

  it.each([1, 2, 3, 4])('is completed by the next call after a crash at write %i', async (nth) => {
    const crash = new AbortController();
    const world = await startWorld({ signal: crash.signal });
    let writes = 0;
    const stop = world.simulator.onChange(({ object }) => {
      if (!['IPPool', 'ConfigMap', 'DaemonSet'].includes(String(object.kind))) return;
      writes += 1;
      if (writes === nth) crash.abort(new Error('crashed'));
    });
    await world.cluster.calico.configure(settings).catch(() => undefined);
    stop();
    const { simulator, clock } = world;
    const next = kubernetesCluster({ kubeconfig: parseKubeconfig(kubeconfigFor(simulator.url)), clock });
    await next.calico.configure(settings);
    expect((await next.calico.state(settings)).differing).toEqual([]);
    await expect.poll(async () => (await next.calico.state(settings)).rollout.complete, PATIENTLY).toBe(true);
    expect(await env(world)).toMatchObject({ IP6: 'autodetect' });
  });

  it('writes the DaemonSet last, so that no pod starts with half a configuration', async () => {
    const world = await startWorld();
    const written: string[] = [];
    const stop = world.simulator.onChange(({ object, resource }) => {
      if (resource.plural === 'daemonsets') written.push(`DaemonSet ${object.metadata.generation}`);
      if (['ippools', 'configmaps'].includes(resource.plural)) written.push(resource.plural);
    });
    await world.cluster.calico.configure(settings);
    stop();
    expect(written.slice(0, 3)).toEqual(['ippools', 'configmaps', 'DaemonSet 2']);
  });

  it('rolls its pods again when the configuration was undone and is mended', async () => {
    const world = await startWorld();
    const { client } = world.simulator;
    const { data = {} } = await client.get(configMaps, calicoConfig);
    await world.cluster.calico.configure(settings);
    const generation = (await client.get(daemonSets, calicoNode)).metadata.generation ?? 0;
    await client.patch(configMaps, calicoConfig, { kind: 'merge', body: { data: { ...data } } });
    expect((await world.cluster.calico.state(settings)).differing).toEqual([CONFIG_MAP]);
    await world.cluster.calico.configure(settings);
    expect((await world.cluster.calico.state(settings)).differing).toEqual([]);
    expect((await client.get(daemonSets, calicoNode)).metadata.generation).toBe(generation + 1);
  });

  it('is not rolled because the owner changed something else in the configuration', async () => {
    const world = await startWorld();
    const { client } = world.simulator;
    await world.cluster.calico.configure(settings);
    const { data } = await client.get(configMaps, calicoConfig);
    const text = data?.cni_network_config?.replace('"info"', '"debug"') ?? '';
    await client.patch(configMaps, calicoConfig, {
      kind: 'merge',
      body: { data: { cni_network_config: text } },
    });
    expect((await world.cluster.calico.state(settings)).differing).toEqual([]);
  });

  it('configured by somebody else is left alone', async () => {
    const world = await startWorld();
    await world.cluster.calico.configure(settings);
    const { client } = world.simulator;
    const annotations = { 'shoot-dualstack/cni-config-write': null };
    await client.patch(configMaps, calicoConfig, { kind: 'merge', body: { metadata: { annotations } } });
    await client.patch(daemonSets, calicoNode, {
      kind: 'merge',
      body: { spec: { template: { metadata: { annotations } } } },
    });
    expect((await world.cluster.calico.state(settings)).differing).toEqual([]);
  });

  it('with a configuration that cannot be read is refused by name', async () => {
    const world = await startWorld();
    await world.simulator.client.patch(configMaps, calicoConfig, {
      kind: 'merge',
      body: { data: { cni_network_config: 'not JSON' } },
    });
    const configured = world.cluster.calico.configure(settings);
    await expect(configured).rejects.toThrow(ClusterRefused);
    await expect(configured).rejects.toThrow('cni_network_config');
  });
});

describe('the CNI configuration', () => {
  const text =
    '{"plugins":[{"type":"calico","mtu":__CNI_MTU__,"ipam":{"type":"host-local","subnet":"usePodCidr","dataDir":"/x"}},{"type":"portmap"}]}';

  it('gets both ranges, IPv6 first, and keeps all else', () => {
    const changed = JSON.parse(dualStackCniConfig(text).replace('__CNI_MTU__', '1'));
    expect(changed).toEqual({
      plugins: [
        {
          type: 'calico',
          mtu: 1,
          ipam: {
            type: 'host-local',
            dataDir: '/x',
            ranges: [[{ subnet: 'usePodCidrIPv6' }], [{ subnet: 'usePodCidr' }]],
            assign_ipv4: 'true',
            assign_ipv6: 'true',
          },
        },
        { type: 'portmap' },
      ],
    });
  });

  it('that is dual-stack comes back as the same text', () => {
    const changed = dualStackCniConfig(text);
    expect(dualStackCniConfig(changed)).toBe(changed);
  });

  it.each(['', '[]', '{"plugins":[]}', '{"plugins":[{"type":"cilium"}]}'])('%j is refused', (invalid) => {
    expect(() => dualStackCniConfig(invalid)).toThrow(InvalidCniConfig);
  });
});
