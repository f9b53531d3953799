import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../infra/local/cluster/index.ts';
import { configMaps, daemonSets, ipPools } from '../../infra/local/cluster/index.ts';
import { changing, configurationOf, RANGES, startPluginWorld } from './plugin-worlds.ts';
import type { World } from './world.ts';

const calicoConfig = { namespace: 'kube-system', name: 'calico-config' };
const calicoNode = { namespace: 'kube-system', name: 'calico-node' };

async function env({ simulator }: World, container = 'calico-node'): Promise<Record<string, unknown>> {
  const { spec } = await simulator.client.get(daemonSets, calicoNode);
  const found = spec.template.spec.containers.find(({ name }) => name === container);
  return Object.fromEntries(
    (found?.env ?? []).map(({ name, value, valueFrom }) => [name, value ?? valueFrom]),
  );
}

const pool = (spec: JsonObject, name = 'default-ipv6-ippool'): JsonObject => ({
  apiVersion: 'crd.projectcalico.org/v1',
  kind: 'IPPool',
  metadata: { name },
  spec,
});

/** The DaemonSet with its first container changed, and others beside it. */
function withContainers(change: (container: JsonObject) => JsonObject, ...others: JsonObject[]) {
  return changing('DaemonSet', 'calico-node', (object) => {
    const spec = Object(object.spec);
    const [first, ...rest] = spec.template.spec.containers;
    const containers = [change(first), ...rest, ...others];
    return {
      ...object,
      spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } },
    };
  });
}

const withEnv = (...added: JsonObject[]) =>
  withContainers((container) => ({ ...container, env: [...Object(container.env), ...added] }));

describe('Calico', () => {
  it('is configured as Gardener does it', async () => {
    const world = await startPluginWorld('calico');
    await world.cluster.networkPlugin.configure('calico', RANGES);
    expect(await env(world)).toEqual({
      DATASTORE_TYPE: 'kubernetes',
      CALICO_NETWORKING_BACKEND: 'none',
      IP: 'autodetect',
      IP_AUTODETECTION_METHOD: 'cidr=10.250.0.0/16',
      CALICO_IPV4POOL_CIDR: '100.96.0.0/11',
      CALICO_IPV4POOL_IPIP: 'Never',
      IP6: 'autodetect',
      IP6_AUTODETECTION_METHOD: 'cidr=2600:1900:4000:1::/64',
      CALICO_IPV6POOL_CIDR: '2600:1900:4000:1::/64',
      CALICO_IPV6POOL_NAT_OUTGOING: 'false',
      CALICO_IPV6POOL_VXLAN: 'Never',
      CALICO_ROUTER_ID: 'hash',
      FELIX_IPV6SUPPORT: 'true',
      FELIX_IPINIPENABLED: 'false',
      USE_POD_CIDR: 'true',
    });
    expect(await world.simulator.client.get(ipPools, { name: 'default-ipv6-ippool' })).toMatchObject({
      spec: {
        cidr: '2600:1900:4000:1::/64',
        blockSize: 122,
        ipipMode: 'Never',
        vxlanMode: 'Never',
        natOutgoing: false,
        nodeSelector: 'all()',
      },
    });
  });

  it('keeps everything else as its owner set it', async () => {
    const own = { name: 'FELIX_LOGSEVERITYSCREEN', value: 'Debug' };
    const world = await startPluginWorld('calico', { objects: withEnv(own) });
    const before = await configurationOf(world);
    await world.cluster.networkPlugin.configure('calico', RANGES);
    const after = await configurationOf(world);
    expect(await env(world)).toMatchObject({ FELIX_LOGSEVERITYSCREEN: 'Debug' });
    for (const [object, content] of before) {
      if (!['ConfigMap calico-config', 'DaemonSet calico-node'].includes(object)) {
        expect(after.get(object)).toEqual(content);
      }
    }
    expect([...after.keys()].filter((object) => !before.has(object))).toEqual(['IPPool default-ipv6-ippool']);
    const was = Object(before.get('DaemonSet calico-node')).spec;
    const is = Object(after.get('DaemonSet calico-node')).spec;
    const without = ({ template, ...spec }: { template: JsonObject }) => {
      const { containers, ...pod } = Object(template.spec);
      return [
        spec,
        pod,
        Object(template.metadata).labels,
        Object(containers).map(({ env: _, ...rest }: JsonObject) => rest),
      ];
    };
    expect(without(is)).toEqual(without(was));
    const { data } = await world.simulator.client.get(configMaps, calicoConfig);
    const { cni_network_config: text = '', ...others } = data ?? {};
    expect(others).toEqual({ calico_backend: 'none', veth_mtu: '1460' });
    expect(text).toContain('"mtu": __CNI_MTU__,');
  });

  it('lets the container that writes the node’s addresses a second time write both, too', async () => {
    const ensurer = {
      name: 'network-unavailable-condition-ensurer',
      image: 'docker.io/calico/node:v3.30.3',
      env: [{ name: 'IP', value: 'autodetect' }],
    };
    const world = await startPluginWorld('calico', {
      objects: withContainers((container) => container, ensurer),
    });
    await world.cluster.networkPlugin.configure('calico', RANGES);
    expect(await env(world, ensurer.name)).toEqual({
      IP: 'autodetect',
      IP6: 'autodetect',
      IP6_AUTODETECTION_METHOD: 'cidr=2600:1900:4000:1::/64',
    });
  });

  it.each([
    ['first-found', 'first-found'],
    ['interface=eth.*', 'interface=eth.*'],
    ['cidr=2600:1900::/28,fd00::/8', 'cidr=2600:1900::/28,fd00::/8'],
    ['cidr=2600:1900:4000:9::/64', 'cidr=2600:1900:4000:1::/64'],
    ['', 'cidr=2600:1900:4000:1::/64'],
  ])('told by its owner to find IPv6 addresses by %j does so by %j', async (value, expected) => {
    const name = 'IP6_AUTODETECTION_METHOD';
    const world = await startPluginWorld('calico', { objects: withEnv({ name, value }) });
    await world.cluster.networkPlugin.configure('calico', RANGES);
    expect((await env(world))[name]).toBe(expected);
    expect((await world.cluster.networkPlugin.state('calico', RANGES)).differing).toEqual([]);
  });

  it('is not rolled over what only a new pool would be given', async () => {
    const name = 'CALICO_IPV6POOL_NAT_OUTGOING';
    const world = await startPluginWorld('calico', { objects: withEnv({ name, value: 'true' }) });
    await world.cluster.networkPlugin.configure('calico', RANGES);
    expect((await env(world))[name]).toBe('true');
  });

  it('gets a value in the place of a reference', async () => {
    const valueFrom = { configMapKeyRef: { name: 'calico-config', key: 'ip6' } };
    const world = await startPluginWorld('calico', { objects: withEnv({ name: 'IP6', valueFrom }) });
    await world.cluster.networkPlugin.configure('calico', RANGES);
    expect(await env(world)).toMatchObject({ IP6: 'autodetect' });
    expect((await world.cluster.networkPlugin.state('calico', RANGES)).differing).toEqual([]);
  });

  it('is not rolled because the owner changed something else in the configuration', async () => {
    const world = await startPluginWorld('calico');
    const { client } = world.simulator;
    await world.cluster.networkPlugin.configure('calico', RANGES);
    const { data } = await client.get(configMaps, calicoConfig);
    const text = data?.cni_network_config?.replace('"info"', '"debug"') ?? '';
    await client.patch(configMaps, calicoConfig, {
      kind: 'merge',
      body: { data: { cni_network_config: text } },
    });
    expect((await world.cluster.networkPlugin.state('calico', RANGES)).differing).toEqual([]);
  });
});

describe('Calico’s IPv6 pool', () => {
  const OWNERS = {
    cidr: 'fd00:10:96::/64',
    blockSize: 116,
    ipipMode: 'Never',
    vxlanMode: 'Always',
    natOutgoing: true,
  };

  it('that exists is corrected in range, encapsulation and NAT alone, and each is told', async () => {
    const spec = { ...OWNERS, nodeSelector: "zone == 'b'" };
    const world = await startPluginWorld('calico', { objects: (objects) => [...objects, pool(spec)] });
    const { networkPlugin } = world.cluster;
    expect((await networkPlugin.state('calico', RANGES)).differing[0]).toMatchObject({
      object: 'IPPool default-ipv6-ippool',
      changes: [
        'cidr: fd00:10:96::/64 → 2600:1900:4000:1::/64',
        'vxlanMode: Always → Never',
        'natOutgoing: true → false',
      ],
    });
    await networkPlugin.configure('calico', RANGES);
    expect((await world.simulator.client.get(ipPools, { name: 'default-ipv6-ippool' })).spec).toEqual({
      cidr: '2600:1900:4000:1::/64',
      blockSize: 116,
      ipipMode: 'Never',
      vxlanMode: 'Never',
      natOutgoing: false,
      nodeSelector: "zone == 'b'",
    });
  });

  it('that says nothing of encapsulation and NAT, or its range in other digits, is left alone', async () => {
    const spec = { cidr: '2600:1900:4000:0001:0::/64', vxlanMode: '' };
    const { cluster } = await startPluginWorld('calico', { objects: (objects) => [...objects, pool(spec)] });
    const { differing } = await cluster.networkPlugin.state('calico', RANGES);
    expect(differing.map(({ object }) => object)).not.toContain('IPPool default-ipv6-ippool');
  });

  it('made by somebody in the same moment is corrected', async () => {
    const world = await startPluginWorld('calico');
    const match = { verb: 'create', resource: 'ippools.crd.projectcalico.org' } as const;
    world.simulator.faults.failRequest({ match, when: 'after', answer: 409 });
    await world.cluster.networkPlugin.configure('calico', RANGES);
    expect((await world.cluster.networkPlugin.state('calico', RANGES)).differing).toEqual([]);
  });
});

describe('what Calico cannot be made dual-stack with', () => {
  async function obstacles(objects: (objects: JsonObject[]) => JsonObject[]) {
    const world = await startPluginWorld('calico', { objects });
    const { obstacles: found } = await world.cluster.networkPlugin.state('calico', RANGES);
    await expect(world.cluster.networkPlugin.configure('calico', RANGES)).rejects.toThrow(found[0]?.message);
    expect(world.mutations()).toBe(0);
    return found;
  }

  it.each([
    ['ipipMode', 'Always'],
    ['vxlanMode', 'CrossSubnet'],
  ])('is a pool of IPv4 that encapsulates: %s %s', async (mode, value) => {
    const encapsulating = changing('IPPool', 'default-ipv4-ippool', (object) => ({
      ...object,
      spec: { ...Object(object.spec), [mode]: value },
    }));
    expect(await obstacles(encapsulating)).toEqual([
      {
        kind: 'overlay',
        message: expect.stringMatching(`default-ipv4-ippool encapsulates .*${mode} ${value}`),
      },
    ]);
  });

  it('is somebody’s pool over the pods’ range with NAT', async () => {
    const theirs = pool({ cidr: '2600:1900:4000::/48', natOutgoing: true }, 'theirs');
    expect(await obstacles((objects) => [...objects, theirs])).toEqual([
      { kind: 'configuration', message: expect.stringContaining('IPPool theirs asks for NAT') },
    ]);
  });

  it('is not a pool that is disabled', async () => {
    const disabled = pool({ cidr: '10.0.0.0/8', ipipMode: 'Always', disabled: true }, 'old');
    const { cluster } = await startPluginWorld('calico', { objects: (objects) => [...objects, disabled] });
    expect(await cluster.networkPlugin.obstacles('calico')).toEqual([]);
  });

  it('is its own IPAM', async () => {
    const calicoIpam = changing('ConfigMap', 'calico-config', (object) => {
      const data = Object(object.data);
      const text = data.cni_network_config.replace('"type": "host-local"', '"type": "calico-ipam"');
      return { ...object, data: { ...data, cni_network_config: text } };
    });
    expect(await obstacles(calicoIpam)).toEqual([
      { kind: 'ipam', message: expect.stringContaining('ipam.type is calico-ipam, expected host-local') },
    ]);
  });
});
