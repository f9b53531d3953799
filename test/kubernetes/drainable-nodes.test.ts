import { describe, expect, it } from 'vitest';
import { nodes } from '../../infra/local/cluster/index.ts';
import type { Timestamp } from '../../shared/clock.ts';
import type { NodeIdentity } from '../../shared/kubernetes/node-drain.ts';
import { startWorld, type World } from './world.ts';

const SINCE = '2026-11-20T12:00:00.000Z' as Timestamp;
const LATER = '2026-11-20T13:00:00.000Z' as Timestamp;
const CORDONED_AT = 'shoot-dualstack/cordoned-at';
const ANNOTATION = 'node.machine.sapcloud.io/trigger-deletion-by-mcm';
const FINALIZER = 'node.machine.sapcloud.io/machine-controller';

async function first(world: World): Promise<NodeIdentity> {
  const name = world.example.nodes[0]?.name;
  const node = (await world.cluster.nodeDrain.nodes()).find((each) => each.name === name);
  if (node === undefined) throw new Error('there is no node');
  return node;
}

const shown = async (world: World, { name }: NodeIdentity) =>
  (await world.cluster.nodeDrain.nodes()).find((node) => node.name === name);
const stored = ({ simulator }: World, { name }: NodeIdentity) => simulator.client.get(nodes, { name });

async function patch({ simulator }: World, { name }: NodeIdentity, body: object): Promise<void> {
  await simulator.client.patch(nodes, { name }, { kind: 'merge', body: JSON.parse(JSON.stringify(body)) });
}

it('a node shows who it is, since when it is there, and that nobody has touched it', async () => {
  const world = await startWorld();
  const [example] = world.example.nodes;
  expect(await first(world)).toMatchObject({
    name: example?.name,
    uid: example?.uid,
    podCidrs: [example?.podCidr],
    schedulable: true,
    cordonedAt: undefined,
    handedOver: false,
    createdAt: expect.stringMatching(/^20\d\d-\d\d-\d\dT/),
  });
});

it.each([
  ['node.gardener.cloud/critical-components-not-ready', false],
  ['node.kubernetes.io/network-unavailable', false],
  ['dedicated', true],
])('a node with the taint %s is settled: %s', async (key, settled) => {
  const world = await startWorld();
  const node = await first(world);
  await patch(world, node, { spec: { taints: [{ key, effect: 'NoSchedule' }] } });
  expect(await shown(world, node)).toMatchObject({ settled });
});

it('a node for which the machine controller says it has no machine is not managed by it', async () => {
  const world = await startWorld();
  const node = await first(world);
  expect(await shown(world, node)).toMatchObject({ managed: true });
  const annotations = { 'node.machine.sapcloud.io/not-managed-by-mcm': '1' };
  await patch(world, node, { metadata: { annotations } });
  expect(await shown(world, node)).toMatchObject({ managed: false });
});

describe('our cordon', () => {
  it('keeps pods off and can be told from another one; the same again changes nothing', async () => {
    const world = await startWorld();
    const node = await first(world);
    await world.cluster.nodeDrain.cordon(node, SINCE);
    await world.cluster.nodeDrain.cordon(node, LATER);
    expect(world.mutations()).toBe(1);
    expect(await shown(world, node)).toMatchObject({ schedulable: false, cordonedAt: SINCE });
  });

  it('comes back with the time it had when somebody took it off', async () => {
    const world = await startWorld();
    const node = await first(world);
    await world.cluster.nodeDrain.cordon(node, SINCE);
    await patch(world, node, { spec: { unschedulable: null } });
    await world.cluster.nodeDrain.cordon(node, LATER);
    expect(await shown(world, node)).toMatchObject({ schedulable: false, cordonedAt: SINCE });
  });

  it('goes, with its mark', async () => {
    const world = await startWorld();
    const node = await first(world);
    await world.cluster.nodeDrain.cordon(node, SINCE);
    await world.cluster.nodeDrain.uncordon(node);
    expect(await shown(world, node)).toMatchObject({ schedulable: true, cordonedAt: undefined });
    expect((await stored(world, node)).metadata.annotations ?? {}).not.toHaveProperty(CORDONED_AT);
    const before = world.mutations();
    await world.cluster.nodeDrain.uncordon(node);
    expect(world.mutations()).toBe(before);
  });

  it('is neither put on nor taken off where somebody else has cordoned', async () => {
    const world = await startWorld();
    const node = await first(world);
    await patch(world, node, { spec: { unschedulable: true } });
    const before = world.mutations();
    await world.cluster.nodeDrain.cordon(node, SINCE);
    await world.cluster.nodeDrain.uncordon(node);
    expect(world.mutations()).toBe(before);
    expect(await shown(world, node)).toMatchObject({ schedulable: false, cordonedAt: undefined });
  });

  it('is made once although the first answer was lost, and over somebody’s change in between', async () => {
    const world = await startWorld();
    const node = await first(world);
    world.simulator.faults.failRequest({ match: { verb: 'patch' }, when: 'before', answer: 409 });
    world.simulator.faults.failRequest({
      match: { verb: 'patch' },
      nth: 2,
      when: 'after',
      answer: 'connection-lost',
    });
    await world.cluster.nodeDrain.cordon(node, SINCE);
    expect(await shown(world, node)).toMatchObject({ cordonedAt: SINCE });
    expect(world.simulator.requests()['patch nodes']).toBe(2);
  });
});

describe('the order to replace a node', () => {
  it('is an annotation where the machine controller puts no finalizer on nodes; given once', async () => {
    const world = await startWorld();
    const node = await first(world);
    await world.cluster.nodeDrain.handOver(node);
    await world.cluster.nodeDrain.handOver(node);
    expect((await stored(world, node)).metadata.annotations).toMatchObject({ [ANNOTATION]: 'true' });
    expect(await shown(world, node)).toMatchObject({ handedOver: true, leaving: false });
    expect(world.mutations()).toBe(1);
  });

  it('is the deletion of the Node where it does, which keeps the Node until its machine is gone; given once', async () => {
    const world = await startWorld();
    const node = await first(world);
    await patch(world, node, { metadata: { finalizers: [FINALIZER] } });
    await world.cluster.nodeDrain.handOver(node);
    await world.cluster.nodeDrain.handOver(node);
    expect(world.simulator.requests()['delete nodes']).toBe(1);
    expect(await shown(world, node)).toMatchObject({ handedOver: true, leaving: true });
    expect((await stored(world, node)).metadata.annotations ?? {}).not.toHaveProperty(ANNOTATION);
  });

  it('deletes nothing when the Node was changed since it was read: the finalizer may be off by then', async () => {
    const world = await startWorld();
    const node = await first(world);
    await patch(world, node, { metadata: { finalizers: [FINALIZER] } });
    world.simulator.faults.failRequest({ match: { verb: 'delete' }, when: 'before', answer: 409 });
    await world.cluster.nodeDrain.handOver(node);
    expect(await shown(world, node)).toMatchObject({ handedOver: false });
  });

  it('is given once although its answer was lost', async () => {
    const world = await startWorld();
    const node = await first(world);
    await patch(world, node, { metadata: { finalizers: [FINALIZER] } });
    world.simulator.faults.failRequest({
      match: { verb: 'delete' },
      when: 'after',
      answer: 'connection-lost',
    });
    await world.cluster.nodeDrain.handOver(node);
    expect(await shown(world, node)).toMatchObject({ handedOver: true });
  });
});

it.each(['cordon', 'uncordon', 'handOver'] as const)(
  '%s does nothing to another node of that name, to one that leaves and to none',
  async (change) => {
    const held = { finalizers: ['example.com/wait'], annotations: { [CORDONED_AT]: SINCE } };
    const leaving = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'leaving', ...held } };
    const world = await startWorld({ objects: (objects) => [...objects, leaving] });
    await world.simulator.client.delete(nodes, { name: 'leaving' });
    const node = await first(world);
    const away = (await world.cluster.nodeDrain.nodes()).find(({ name }) => name === 'leaving');
    const before = world.mutations();
    const others = [{ name: node.name, uid: 'another' }, { name: 'gone', uid: 'gone' }, away ?? node];
    for (const other of others) await world.cluster.nodeDrain[change](other, SINCE);
    expect(world.mutations()).toBe(before);
  },
);
