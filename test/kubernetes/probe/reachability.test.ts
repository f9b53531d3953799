import { describe, expect, it } from 'vitest';
import { nodes as nodeResource, pods } from '../../../infra/local/cluster/index.ts';
import { ClusterRefused, ClusterUnavailable } from '../../../shared/kubernetes/errors.ts';
import { type ProbeWorld, probeWorld, without } from './probe-world.ts';

async function prepared(...given: Parameters<typeof probeWorld>): Promise<ProbeWorld> {
  const world = probeWorld(...given);
  await world.clock.until(world.reachability.prepare());
  return world;
}

const unreached = ({ clock, reachability, nodes }: ProbeWorld, among = nodes) =>
  clock.until(reachability.unreached(among));

/** The node whose pod has the address. */
const nodeAt = ({ nodes }: ProbeWorld, address: string) =>
  nodes.find(({ podCidr }) => address.startsWith(podCidr.replace(/0\/24$/, '')))?.name;

async function setReady({ simulated }: ProbeWorld, name: string | undefined, status: 'True' | 'False') {
  const conditions = [{ type: 'Ready', status, reason: 'Test' }];
  const body = { status: { conditions } };
  await simulated.client.patch(
    nodeResource,
    { name: name ?? '' },
    { kind: 'strategic', body },
    { subresource: 'status' },
  );
}

describe('nodes are looked at', () => {
  it('from two other nodes in different zones, and all are reached on a sound network', async () => {
    const world = await prepared();
    const [first] = world.nodes;
    expect(await unreached(world, first === undefined ? [] : [first])).toEqual([]);
    const askedNodes = world.asked.map(({ node }) => node);
    expect(new Set(askedNodes).size).toBe(2);
    expect(askedNodes).not.toContain(first?.name);
    const zones = askedNodes.map((name) => world.nodes.find((node) => node.name === name)?.zone);
    expect(new Set(zones).size).toBe(2);
  });

  it('never from the node itself, also when every node is in question', async () => {
    const world = await prepared();
    world.network.arrives = () => false;
    await unreached(world);
    expect(world.asked.length).toBeGreaterThan(2);
    for (const { node, addresses } of world.asked) {
      expect(addresses.map((address) => nodeAt(world, address))).not.toContain(node);
    }
  });

  it('and one that is reached from nowhere is named', async () => {
    const world = await prepared();
    const cutOff = world.nodes[3];
    world.network.arrives = without(cutOff);
    expect(await unreached(world)).toEqual([cutOff?.name]);
    expect(await unreached(world, world.nodes.slice(0, 3))).toEqual([]);
  });

  it('and a prober that reaches nobody accuses nobody', async () => {
    const world = await prepared();
    const [first] = world.nodes;
    if (first === undefined) throw new Error('no nodes');
    await unreached(world, [first]);
    const deaf = new Set(world.asked.splice(0).map(({ node }) => node));
    world.network.arrives = (from) => !deaf.has(from);
    expect(await unreached(world, [first])).toEqual([]);
    expect(world.asked.length).toBeGreaterThan(2);
  });

  it('and a prober that cannot be asked is replaced by another one', async () => {
    const world = await prepared();
    const [first] = world.nodes;
    if (first === undefined) throw new Error('no nodes');
    await unreached(world, [first]);
    const usual = world.asked.splice(0).map(({ node }) => node);
    for (const node of usual) world.network.mute.add(node);
    world.network.arrives = without(first);
    expect(await unreached(world, [first])).toEqual([first.name]);
    expect(world.asked.length).toBeGreaterThanOrEqual(2);
    expect(world.asked.map(({ node }) => node)).not.toContain(usual[0]);
  });

  it('and one prober that misses it is not enough, though others be reached from there', async () => {
    const world = await prepared();
    const [first] = world.nodes;
    if (first === undefined) throw new Error('no nodes');
    await unreached(world, [first]);
    const [one, other] = world.asked.splice(0).map(({ node }) => node);
    world.network.mute.add(other ?? '');
    const cutOff = without(first);
    world.network.arrives = (from, address) => from !== one || cutOff(from, address);
    expect(await unreached(world, [first])).toEqual([]);
  });

  it('in lists of bounded length, however many they are', async () => {
    const world = await prepared(230);
    world.network.arrives = without(world.nodes[7], world.nodes[222]);
    const found = await unreached(world);
    expect([...found].sort()).toEqual([world.nodes[7]?.name, world.nodes[222]?.name].sort());
    expect(Math.max(...world.asked.map(({ addresses }) => addresses.length))).toBeLessThanOrEqual(103);
  });
});

describe('what was not seen is not believed', () => {
  it('when the whole network is down, all are unreached', async () => {
    const world = await prepared();
    world.network.arrives = () => false;
    expect([...(await unreached(world))].sort()).toEqual(world.nodes.map(({ name }) => name).sort());
  });

  it('when the API server reaches no probe pod any more either, all are unreached', async () => {
    const world = await prepared();
    for (const { name } of world.nodes) world.network.mute.add(name);
    expect(await unreached(world)).toHaveLength(world.nodes.length);
  });

  it('when the API server itself is away, that is said instead', async () => {
    const world = await prepared();
    world.simulated.gate.setAway(true);
    await expect(unreached(world)).rejects.toBeInstanceOf(ClusterUnavailable);
  });

  it('when it goes away while pods are asked, that is said instead', async () => {
    const world = await prepared();
    for (const { name } of world.nodes) world.network.mute.add(name);
    world.network.beforeAsking = () => world.simulated.gate.setAway(true);
    await expect(unreached(world)).rejects.toBeInstanceOf(ClusterUnavailable);
  });

  it('when the API server has no time, that is said instead', async () => {
    const world = await prepared();
    const match = { resource: 'pods/proxy' };
    world.simulated.gate.failRequest({ match, when: 'before', answer: 429 });
    await expect(unreached(world)).rejects.toBeInstanceOf(ClusterUnavailable);
  });

  it('when we may not ask, that is said instead', async () => {
    const world = await prepared();
    world.simulated.gate.failRequest({ match: { resource: 'pods/proxy' }, when: 'before', answer: 403 });
    await expect(unreached(world)).rejects.toBeInstanceOf(ClusterRefused);
  });

  it('a ready node without a ready probe pod is unreached, one that is not ready is not', async () => {
    const world = await prepared();
    const [first, second] = world.nodes;
    for (const node of [first, second]) {
      const { items } = await world.simulated.client.list(pods, {
        labelSelector: 'app.kubernetes.io/name=shoot-dualstack-probe',
        fieldSelector: `spec.nodeName=${node?.name}`,
      });
      for (const { metadata } of items) {
        await world.simulated.client.delete(pods, {
          name: metadata.name,
          namespace: metadata.namespace ?? '',
        });
      }
    }
    await setReady(world, second?.name, 'False');
    expect(await unreached(world)).toEqual([first?.name]);
  });

  it('a pod with an address from outside the pod CIDR proves nothing for it', async () => {
    const world = await prepared();
    const elsewhere = world.nodes.map(({ name }, index) =>
      index === 2
        ? { name, podCidr: '100.127.0.0/24' }
        : { name, podCidr: world.nodes[index]?.podCidr ?? '' },
    );
    const names = await world.clock.until(world.reachability.unreached(elsewhere));
    expect(names).toEqual([world.nodes[2]?.name]);
  });
});

it('the only node of a cluster vouches for itself, because no packet comes from another', async () => {
  const world = await prepared(1);
  expect(await unreached(world)).toEqual([]);
  for (const { name } of world.nodes) world.network.mute.add(name);
  expect(await unreached(world)).toEqual(world.nodes.map(({ name }) => name));
});

it('the last probe pod of a larger cluster does not vouch for its own node', async () => {
  const world = await prepared(2);
  const [first, second] = world.nodes;
  const { items } = await world.simulated.client.list(pods, {
    labelSelector: 'app.kubernetes.io/name=shoot-dualstack-probe',
    fieldSelector: `spec.nodeName=${second?.name}`,
  });
  const [pod] = items;
  await world.simulated.client.delete(pods, {
    name: pod?.metadata.name ?? '',
    namespace: pod?.metadata.namespace ?? '',
  });
  expect(await unreached(world, first === undefined ? [] : [first])).toEqual([first?.name]);
});
