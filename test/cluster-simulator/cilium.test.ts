import { describe, expect, test } from 'vitest';
import { familiesInForce } from '../../infra/local/cluster/controllers/cni.ts';
import type { ConfigMap, Pod } from '../../infra/local/cluster/index.ts';
import { configMaps, daemonSets, nodes, pods } from '../../infra/local/cluster/index.ts';
import { isReady, podIps } from '../../infra/local/cluster/kinds/pod.ts';
import { clusterScenario } from '../../infra/local/example/cluster-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import { clusterInProcess, DUAL_STACK, type InProcess } from './small-cluster.ts';

const CILIUM = { namespace: 'kube-system', name: 'cilium' };
const CONFIG = { namespace: 'kube-system', name: 'cilium-config' };
const BOTH = { 'enable-ipv6': 'true', 'k8s-require-ipv6-pod-cidr': 'true' };

/** Three nodes with Cilium, the first `dual` of them with an IPv6 pod CIDR. */
function ciliumCluster(dual: number): InProcess {
  let index = 0;
  const objects = clusterScenario(exampleCluster({ nodes: 3, networkPlugin: 'cilium' })).map((object) => {
    if (object.kind !== 'Node' || index >= dual) return object;
    index += 1;
    const spec = Object(object.spec);
    return { ...object, spec: { ...spec, podCIDRs: [spec.podCIDR, `2001:db8:${index}::/112`] } };
  });
  return clusterInProcess({ objects, serviceClusterIpRanges: DUAL_STACK });
}

async function configure(world: InProcess, data: Record<string, string>): Promise<void> {
  await world.client.patch(configMaps, CONFIG, { kind: 'merge', body: { data } });
}

async function roll(world: InProcess): Promise<void> {
  const template = { metadata: { annotations: { 'checksum/configmap-cilium': 'x' } } };
  await world.client.patch(daemonSets, CILIUM, { kind: 'strategic', body: { spec: { template } } });
}

function updated(world: InProcess): number {
  const { metadata, status } = world.api.get(daemonSets, CILIUM);
  return status?.observedGeneration === metadata.generation ? (status?.updatedNumberScheduled ?? 0) : 0;
}

async function rolledOut(world: InProcess): Promise<void> {
  const available = () => world.api.get(daemonSets, CILIUM).status?.numberAvailable;
  await world.clock.untilTrue(() => updated(world) === 3 && available() === 3);
}

const agents = (world: InProcess) => world.api.list(pods, { labelSelector: 'k8s-app=cilium' }).items;
const web = (world: InProcess) => world.api.list(pods, { namespace: 'shop' }).items;

const families = (pod: Pod) =>
  podIps(pod)
    .map((ip) => (ip.includes(':') ? 6 : 4))
    .join('+');

/** Replaces all Pods of the workload and hands back the families of the new ones. */
async function renewed(world: InProcess): Promise<readonly string[]> {
  const old = new Set(web(world).map(({ metadata }) => metadata.uid));
  for (const { metadata } of web(world)) {
    await world.client.delete(pods, { namespace: 'shop', name: metadata.name });
  }
  const fresh = () => web(world).filter((pod) => isReady(pod) && !old.has(pod.metadata.uid));
  await world.clock.untilTrue(() => fresh().length === old.size);
  return fresh().map(families);
}

describe('Pod addresses with Cilium', () => {
  test('are IPv4 until the agents were restarted with the changed ConfigMap, then of both families', async () => {
    const world = ciliumCluster(3);
    expect(await renewed(world)).toEqual(['4', '4', '4']);
    await configure(world, BOTH);
    expect(await renewed(world)).toEqual(['4', '4', '4']);
    await roll(world);
    await rolledOut(world);
    expect(web(world).map(families)).toEqual(['4', '4', '4']);
    expect(await renewed(world)).toEqual(['4+6', '4+6', '4+6']);
  });

  test('are of no use to an agent whose node lacks the pod CIDR that it requires: it crashes, and the rollout stands', async () => {
    const world = ciliumCluster(2);
    await configure(world, BOTH);
    await roll(world);
    await world.clock.advance(3_600_000);
    expect(world.api.get(daemonSets, CILIUM).status).toMatchObject({ numberAvailable: 2 });
    const [crashing, ...others] = agents(world).filter((pod) => !isReady(pod));
    expect(others).toEqual([]);
    const node = world.api.get(nodes, { namespace: '', name: crashing?.spec.nodeName ?? '' });
    expect(node.spec?.podCIDRs).toHaveLength(1);
    expect(crashing?.status?.containerStatuses?.[0]).toMatchObject({
      ready: false,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
    });
  });

  test('come back when the configuration that made agents crash is taken back', async () => {
    const world = ciliumCluster(0);
    await configure(world, BOTH);
    await roll(world);
    await world.clock.advance(600_000);
    expect(agents(world).filter((pod) => !isReady(pod))).not.toEqual([]);
    await configure(world, { 'enable-ipv6': 'false', 'k8s-require-ipv6-pod-cidr': 'false' });
    await rolledOut(world);
    expect(await renewed(world)).toEqual(['4', '4', '4']);
  });
});

test('an agent that crashed lays down what it reads when it starts at last', async () => {
  const world = ciliumCluster(3);
  const { data } = world.api.get(configMaps, CONFIG);
  await world.client.delete(configMaps, CONFIG);
  await roll(world);
  await world.clock.advance(600_000);
  expect(agents(world).some(isReady)).toBe(true);
  expect(agents(world).every(isReady)).toBe(false);
  await world.client.create(configMaps, { metadata: CONFIG, data: { ...data, ...BOTH } });
  await rolledOut(world);
  expect(await renewed(world)).toEqual(['4+6', '4+6', '4+6']);
});

describe('what is in force with an agent', () => {
  const world = () => ciliumCluster(1);
  const BOTH_CIDRS = ['100.96.0.0/24', '2001:db8:1::/112'];
  const config = (data: Record<string, string>): ConfigMap => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...world().api.get(configMaps, CONFIG).metadata },
    data,
  });
  const inForce = (data: Record<string, string>, podCidrs: readonly string[]) => {
    const [agent] = agents(world());
    return agent && familiesInForce(agent, config(data), podCidrs);
  };

  test.each([
    [{ 'enable-ipv6': 'false' }, BOTH_CIDRS, { starts: true, families: ['IPv4'] }],
    [BOTH, BOTH_CIDRS, { starts: true, families: ['IPv4', 'IPv6'] }],
    [{ 'enable-ipv6': 'true' }, ['100.96.0.0/24'], { starts: true, families: ['IPv4'] }],
    [BOTH, ['100.96.0.0/24'], { starts: false, why: 'required IPv6 pod CIDR not present in node resource' }],
  ])('is decided by its ConfigMap and the pod CIDRs of its node: %j, %j', (data, podCidrs, expected) => {
    expect(inForce(data, podCidrs)).toEqual(expected);
  });

  test('is nothing with a Pod that is none', () => {
    const [pod] = web(world());
    expect(pod && familiesInForce(pod, undefined, BOTH_CIDRS)).toBeUndefined();
  });
});
