import { describe, expect, test } from 'vitest';
import { PodAddresses } from '../../infra/local/cluster/controllers/pod-addresses.ts';
import type { Pod } from '../../infra/local/cluster/index.ts';
import {
  configMaps,
  daemonSets,
  endpointSlices,
  endpoints,
  nodes,
  pods,
  services,
} from '../../infra/local/cluster/index.ts';
import { isReady, podIps } from '../../infra/local/cluster/kinds/pod.ts';
import { RESOURCES } from '../../infra/local/cluster/resources/registry.ts';
import type { InProcess } from './small-cluster.ts';
import { clusterInProcess, DUAL_STACK, exampleObjects, refusal } from './small-cluster.ts';

const CALICO = { namespace: 'kube-system', name: 'calico-node' };
const CONFIG = { namespace: 'kube-system', name: 'calico-config' };

/** The example with an IPv6 pod CIDR on the first `dual` nodes. */
function dualStackNodes(dual: number, count = 3) {
  let index = 0;
  const objects = exampleObjects(count).map((object) => {
    if (object.kind !== 'Node' || index >= dual) return object;
    index += 1;
    const spec = typeof object.spec === 'object' ? object.spec : {};
    const podCIDRs = [`100.96.${index - 1}.0/24`, `2001:db8:${index}::/112`];
    return { ...object, spec: { ...spec, podCIDR: podCIDRs[0], podCIDRs } };
  });
  return clusterInProcess({ objects, serviceClusterIpRanges: DUAL_STACK });
}

async function configure(world: InProcess, change: (text: string) => string = withBothRanges): Promise<void> {
  const text = world.api.get(configMaps, CONFIG).data?.cni_network_config ?? '';
  const body = { data: { cni_network_config: change(text) } };
  await world.client.patch(configMaps, CONFIG, { kind: 'merge', body });
}

function withBothRanges(text: string): string {
  const ranges = '[[{ "subnet": "usePodCidrIPv6" }], [{ "subnet": "usePodCidr" }]]';
  return text.replace(
    '"subnet": "usePodCidr"',
    `"ranges": ${ranges}, "assign_ipv4": "true", "assign_ipv6": "true"`,
  );
}

async function rollCalico(world: InProcess, env: Record<string, string>): Promise<void> {
  const container = {
    name: 'calico-node',
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
  };
  const template = {
    metadata: { annotations: { 'checksum/config': 'x' } },
    spec: { containers: [container] },
  };
  await world.client.patch(daemonSets, CALICO, { kind: 'strategic', body: { spec: { template } } });
}

const BOTH = { IP6: 'autodetect', FELIX_IPV6SUPPORT: 'true' };

/** How many nodes run the agent of the present template, as far as the controller has looked. */
function updatedAgents(world: InProcess): number {
  const { metadata, status } = world.api.get(daemonSets, CALICO);
  return status?.observedGeneration === metadata.generation ? (status?.updatedNumberScheduled ?? 0) : 0;
}

async function calicoRolledOut(world: InProcess): Promise<void> {
  const status = () => world.api.get(daemonSets, CALICO).status;
  const nodeCount = world.api.list(nodes).items.length;
  await world.clock.untilTrue(
    () => updatedAgents(world) === nodeCount && status()?.numberAvailable === nodeCount,
  );
}

const web = (world: InProcess) => world.api.list(pods, { namespace: 'shop' }).items;

/** Replaces all Pods of the workload and hands back the new ones. */
async function renewed(world: InProcess): Promise<readonly Pod[]> {
  const old = web(world).map(({ metadata }) => metadata);
  const uids = new Set(old.map(({ uid }) => uid));
  for (const { name } of old) await world.client.delete(pods, { namespace: 'shop', name });
  const fresh = () => web(world).filter((pod) => isReady(pod) && !uids.has(pod.metadata.uid));
  await world.clock.untilTrue(() => fresh().length === old.length);
  return fresh();
}

const families = (pod: Pod) =>
  podIps(pod)
    .map((ip) => (ip.includes(':') ? 6 : 4))
    .join('+');

describe('Pod addresses', () => {
  test('come from the node’s pod CIDR, unique on the node; host network Pods have the node’s own', () => {
    const world = clusterInProcess();
    const seen = new Set<string>();
    for (const pod of world.api.list(pods).items) {
      const node = world.api.get(nodes, { namespace: '', name: pod.spec.nodeName ?? '' });
      const [ip = ''] = podIps(pod);
      if (pod.spec.hostNetwork === true) {
        expect(ip).toBe(node.status?.addresses?.[0]?.address);
        continue;
      }
      expect(node.spec?.podCIDR?.split('.').slice(0, 3).join('.')).toBe(ip.split('.').slice(0, 3).join('.'));
      expect(seen.has(ip)).toBe(false);
      seen.add(ip);
    }
    expect(seen.size).toBe(5);
  });

  test('are never given twice while they are held, and run out when the pod CIDR is full', () => {
    const world = clusterInProcess();
    const [template] = web(world);
    const [example] = world.api.list(nodes).items;
    if (template === undefined || example === undefined) throw new Error('the example has Pods and nodes');
    const node = { ...example, spec: { podCIDRs: ['10.1.1.0/29'] } };
    const holding = (ip: string): Pod => ({ ...template, status: { ...template.status, podIPs: [{ ip }] } });
    const addresses = new PodAddresses();
    const held = ['10.1.1.3', '10.1.1.5'];
    const given = [1, 2, 3].map(() => addresses.assign(node, ['IPv4'], held.map(holding))?.[0]);
    expect(given).toEqual(['10.1.1.2', '10.1.1.4', '10.1.1.6']);
    // Round again: what was given back in between is free.
    expect(addresses.assign(node, ['IPv4'], held.map(holding))).toEqual(['10.1.1.2']);
    const all = ['2', '3', '4', '5', '6'].map((last) => holding(`10.1.1.${last}`));
    expect(addresses.assign(node, ['IPv4'], all)).toBeUndefined();
  });

  test('are IPv4 only while Calico is configured for IPv4, even on nodes with an IPv6 pod CIDR', async () => {
    const world = dualStackNodes(3);
    expect((await renewed(world)).map(families)).toEqual(['4', '4', '4']);
  });

  test('are of both families once configuration and rollout are complete', async () => {
    const world = dualStackNodes(3);
    await configure(world);
    await rollCalico(world, BOTH);
    await calicoRolledOut(world);
    expect((await renewed(world)).map(families)).toEqual(['4+6', '4+6', '4+6']);
  });

  test('are given to no Pod on a node without an IPv6 pod CIDR, once Calico asks for both', async () => {
    const world = dualStackNodes(2);
    await configure(world);
    await rollCalico(world, BOTH);
    await calicoRolledOut(world);
    for (const { metadata } of web(world)) {
      await world.client.delete(pods, { namespace: 'shop', name: metadata.name });
    }
    await world.clock.advance(600_000);
    const byNode = web(world).map((pod) => {
      const node = world.api.get(nodes, { namespace: '', name: pod.spec.nodeName ?? '' });
      return `${node.spec?.podCIDRs?.length} ${families(pod)} ${pod.status?.phase}`;
    });
    expect(byNode.sort()).toEqual(['1  Pending', '2 4+6 Running', '2 4+6 Running']);
  });

  test.each([
    ['the ConfigMap alone, without a rollout', true, undefined],
    ['the environment alone', false, BOTH],
    ['IP6 without FELIX_IPV6SUPPORT', true, { IP6: 'autodetect', FELIX_IPV6SUPPORT: 'false' }],
    ['FELIX_IPV6SUPPORT without IP6', true, { FELIX_IPV6SUPPORT: 'true' }],
  ])('%s gives no IPv6', async (_name, config, env) => {
    const world = dualStackNodes(3);
    if (config) await configure(world);
    if (env !== undefined) {
      await rollCalico(world, env);
      await calicoRolledOut(world);
    }
    expect((await renewed(world)).map(families)).toEqual(['4', '4', '4']);
  });

  test('ranges without assign_ipv6 give no IPv6', async () => {
    const world = dualStackNodes(3);
    await configure(world, (text) =>
      withBothRanges(text).replace('"assign_ipv6": "true"', '"assign_ipv6": "false"'),
    );
    await rollCalico(world, BOTH);
    await calicoRolledOut(world);
    expect((await renewed(world)).map(families)).toEqual(['4', '4', '4']);
  });

  test('a world that is saved and started again goes on where it was', async () => {
    const saved = dualStackNodes(3);
    await configure(saved);
    await rollCalico(saved, BOTH);
    await calicoRolledOut(saved);
    const objects = RESOURCES.flatMap((resource) => saved.api.list(resource).items);
    const world = clusterInProcess({ objects, serviceClusterIpRanges: DUAL_STACK });
    const uids = (cluster: InProcess) => cluster.api.list(pods).items.map(({ metadata }) => metadata.uid);
    expect(uids(world)).toEqual(uids(saved));
    expect((await renewed(world)).map(families)).toEqual(['4+6', '4+6', '4+6']);
  });

  test('a node that stops answering and comes back takes no new configuration from that', async () => {
    const world = dualStackNodes(3);
    await configure(world);
    await rollCalico(world, {});
    await calicoRolledOut(world);
    for (const node of world.api.list(nodes).items) {
      const ready = async (status: string) => {
        const conditions = [{ type: 'Ready', status }];
        const patch = { kind: 'strategic', body: { status: { conditions } } } as const;
        await world.client.patch(nodes, { name: node.metadata.name }, patch, { subresource: 'status' });
        await world.clock.advance(10_000);
      };
      await ready('False');
      expect(
        world.api.list(pods, { fieldSelector: `spec.nodeName=${node.metadata.name}` }).items.some(isReady),
      ).toBe(false);
      await ready('True');
    }
    await calicoRolledOut(world);
    expect((await renewed(world)).map(families)).toEqual(['4', '4', '4']);
  });

  test('change node by node, as the rollout reaches them', async () => {
    const world = dualStackNodes(9, 9);
    await configure(world);
    await rollCalico(world, BOTH);
    await world.clock.untilTrue(() => updatedAgents(world) >= 4);
    const found = new Set((await renewed(world)).map(families));
    expect(found).toEqual(new Set(['4', '4+6']));
  });
});

describe('pod CIDRs of a node', () => {
  const [node = ''] = exampleObjects().flatMap((object) =>
    object.kind === 'Node' && typeof object.metadata === 'object' ? String(Object(object.metadata).name) : [],
  );

  test('are given once: adding the second family later is refused in the real server’s words', async () => {
    const world = clusterInProcess();
    const body = { spec: { podCIDRs: ['100.96.0.0/24', '2001:db8::/112'] } };
    const status = await refusal(world.client.patch(nodes, { name: node }, { kind: 'merge', body }));
    expect(status).toMatchObject({
      code: 422,
      message: `Node "${node}" is invalid: spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid`,
    });
  });

  test('can be given to a node that has none, both at once', async () => {
    const world = clusterInProcess({ objects: [] });
    await world.client.create(nodes, { metadata: { name: 'n' } });
    const podCIDRs = ['100.96.0.0/24', '2001:db8::/112'];
    const given = await world.client.patch(
      nodes,
      { name: 'n' },
      { kind: 'strategic', body: { spec: { podCIDRs } } },
    );
    expect(given.spec).toMatchObject({ podCIDR: podCIDRs[0], podCIDRs });
  });
});

describe('endpoints of a Service', () => {
  const DNS = { namespace: 'kube-system', name: 'kube-dns' };
  const slices = (world: InProcess) => world.api.list(endpointSlices, { namespace: 'kube-system' }).items;

  test('list the Ready Pods, in one slice for each of its families', async () => {
    const world = dualStackNodes(3);
    expect(slices(world).map(({ addressType, endpoints }) => [addressType, endpoints?.length])).toEqual([
      ['IPv4', 2],
    ]);
    expect(world.api.get(endpoints, DNS).subsets?.[0]?.addresses).toHaveLength(2);
    await world.client.patch(services, DNS, {
      kind: 'merge',
      body: { spec: { ipFamilyPolicy: 'RequireDualStack' } },
    });
    await world.clock.untilTrue(() => slices(world).length === 2);
    expect(slices(world).find(({ addressType }) => addressType === 'IPv6')?.endpoints).toEqual([]);
  });

  test('a Pod that is going is not ready, and gone it is not there', async () => {
    const world = clusterInProcess();
    const pod = world.api.list(pods, { labelSelector: 'k8s-app=kube-dns' }).items[0];
    await world.client.delete(pods, { namespace: 'kube-system', name: pod?.metadata.name ?? '' });
    const ready = () => slices(world)[0]?.endpoints?.map((entry) => entry.conditions?.ready);
    await world.clock.untilTrue(() => ready()?.includes(false) === true);
    await world.clock.untilTrue(() => ready()?.length === 2 && !ready()?.includes(false));
  });
});
