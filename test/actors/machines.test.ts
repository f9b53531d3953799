import { parseCidr } from 'cidr-tools';
import { afterEach, describe, expect, it } from 'vitest';
import type { PodDisruptionBudget } from '../../infra/local/cluster/index.ts';
import { nodes, podDisruptionBudgets, pods } from '../../infra/local/cluster/index.ts';
import { ALLOCATE, CLOUD_ALLOCATOR, LocalWorld } from './local-world.ts';

let world: LocalWorld;
afterEach(() => world.stop());

const DUAL_STACK = {
  carriedBy: 'aliases',
  cloudControllerArguments: [
    ...CLOUD_ALLOCATOR,
    ALLOCATE,
    '--service-cluster-ip-range=100.64.0.0/13,2600:1900::/108',
  ],
} as const;

const names = () => world.nodes().map(({ metadata }) => metadata.name);
const vmNames = async () =>
  (await world.clock.until(world.compute.actors.listInstances())).map(({ name }) => name).toSorted();
const budget = () => world.cluster.api.get(podDisruptionBudgets, { namespace: 'shop', name: 'web' });

/** Rolls the pool and lets time pass until it has rolled. */
async function roll(): Promise<void> {
  const { machineController } = world.actors;
  machineController.roll('worker', { initiatedAt: world.clock.now(), maxSurge: 3, maxUnavailable: 0 });
  await world.clock.until(machineController.rolled('worker'));
}

/** The fewest healthy pods that the budget's controller ever saw from now on, against those it asks for. */
function watchBudget(): () => boolean {
  let kept = true;
  world.cluster.onChange(({ resource, object }) => {
    if (resource.id !== podDisruptionBudgets.id) return;
    const { status } = object as PodDisruptionBudget;
    if ((status?.currentHealthy ?? 0) < (status?.desiredHealthy ?? 0)) kept = false;
  });
  return () => kept;
}

describe('a rollout of workers', () => {
  it('replaces every node without losing pod traffic or breaking a budget, and the new ones are dual-stack', async () => {
    world = await LocalWorld.start({ ...DUAL_STACK, nodes: 9 });
    await world.clock.advance(5_000);
    const before = names();
    const budgetKept = watchBudget();
    await roll();
    expect(names().filter((name) => before.includes(name))).toEqual([]);
    expect(names()).toHaveLength(9);
    expect(await vmNames()).toEqual(names().toSorted());
    for (const { spec } of world.nodes()) {
      expect(spec?.podCIDRs?.map((cidr) => parseCidr(cidr).version)).toEqual([4, 6]);
    }
    expect(world.compute.dataPlane.lostNodeSeconds()).toBe(0);
    expect(budgetKept()).toBe(true);
  });

  it('keeps the cluster reachable where pod CIDRs are routed, and leaves one route for each node', async () => {
    world = await LocalWorld.start({ nodes: 6 });
    const before = names();
    await roll();
    await world.clock.advance(20_000);
    expect(names().filter((name) => before.includes(name))).toEqual([]);
    expect(world.compute.dataPlane.lostNodeSeconds()).toBe(0);
    const hops = (await world.podRoutes()).map(({ nextHopInstance }) => nextHopInstance?.split('/').at(-1));
    expect(hops.toSorted()).toEqual(names().toSorted());
  });

  it('never has more nodes than the surge allows nor fewer schedulable ones than before', async () => {
    world = await LocalWorld.start({ ...DUAL_STACK, nodes: 9 });
    const active = () => world.nodes().filter(({ spec }) => spec?.unschedulable !== true).length;
    let [most, least] = [0, Number.POSITIVE_INFINITY];
    world.cluster.onChange(({ resource }) => {
      if (resource.id !== 'nodes') return;
      most = Math.max(most, active());
      least = Math.min(least, active());
    });
    await roll();
    expect(most).toBeLessThanOrEqual(12);
    expect(least).toBeGreaterThanOrEqual(9);
  });

  it('ends the count of a node with its last pod, also one on the host network, before its VM goes', async () => {
    world = await LocalWorld.start({ ...DUAL_STACK, nodes: 4 });
    const [last] = world.cloudControllerPods();
    const name = last?.spec.nodeName ?? '';
    world.cluster.api.patch(
      nodes,
      { namespace: '', name },
      { kind: 'merge', body: { spec: { unschedulable: true } } },
    );
    const others = ['shop', 'kube-system']
      .flatMap((namespace) => world.pods(namespace))
      .filter(({ metadata, spec }) => spec.nodeName === name && metadata.uid !== last?.metadata.uid);
    for (const { metadata } of others) {
      const key = { namespace: metadata.namespace ?? '', name: metadata.name };
      world.cluster.api.delete(pods, key, { gracePeriodSeconds: 0 });
    }
    const live = () => world.compute.dataPlane.liveNodes().some(({ instance }) => instance === name);
    expect(live()).toBe(true);
    let liveAtItsEnd: boolean | undefined;
    world.compute.onEvent((event) => {
      if (event.type === 'instance-deleted' && event.instance.name === name) liveAtItsEnd = live();
    });
    await world.clock.until(world.actors.machineController.replace(name));
    expect(liveAtItsEnd).toBe(false);
  });

  it('waits for a budget that allows nothing, while the node stays live', async () => {
    world = await LocalWorld.start({ ...DUAL_STACK, nodes: 3 });
    const patch = (maxUnavailable: number) =>
      world.cluster.api.patch(
        podDisruptionBudgets,
        { namespace: 'shop', name: 'web' },
        { kind: 'merge', body: { spec: { maxUnavailable } } },
      );
    patch(0);
    await world.clock.untilTrue(() => budget().status?.disruptionsAllowed === 0, 'the budget is closed');
    const carrier = world.pods('shop')[0]?.spec.nodeName ?? '';
    const replacing = world.actors.machineController.replace(carrier);
    replacing.catch(() => undefined);
    await world.clock.advance(600_000);
    expect(world.node(carrier)?.spec?.unschedulable).toBe(true);
    expect(world.compute.dataPlane.liveNodes().map(({ instance }) => instance)).toContain(carrier);
    patch(1);
    await world.clock.until(replacing);
    expect(names()).not.toContain(carrier);
    expect(
      world.compute.dataPlane
        .liveNodes()
        .map(({ instance }) => instance)
        .toSorted(),
    ).toEqual(names().toSorted());
  });
});

describe('the order to replace a machine, given from inside the shoot', () => {
  const deleteNode = (name: string) => world.cluster.api.delete(nodes, { namespace: '', name });
  const annotate = (name: string, value: string) => {
    const annotations = { 'node.machine.sapcloud.io/trigger-deletion-by-mcm': value };
    world.cluster.api.patch(
      nodes,
      { namespace: '', name },
      { kind: 'merge', body: { metadata: { annotations } } },
    );
  };
  const victim = () => world.example.nodes[0]?.name ?? '';
  const isReplaced = () => names().length === 3 && !names().includes(victim());

  it('is the deletion of its Node, which stays until the node is drained and its VM gone', async () => {
    world = await LocalWorld.start({ ...DUAL_STACK, nodes: 3 });
    await world.clock.advance(5_000);
    const budgetKept = watchBudget();
    expect(deleteNode(victim()).gone).toBe(false);
    let outlivesItsVm = false;
    world.compute.onEvent((event) => {
      if (event.type === 'instance-deleted') outlivesItsVm = names().includes(victim());
    });
    await world.clock.untilTrue(isReplaced, 'it is replaced');
    expect(outlivesItsVm).toBe(true);
    expect(await vmNames()).toEqual(names().toSorted());
    expect(budgetKept()).toBe(true);
    expect(world.compute.dataPlane.lostNodeSeconds()).toBe(0);
  });

  it('is no annotation any more, nor was one that does not say true', async () => {
    world = await LocalWorld.start({ ...DUAL_STACK, nodes: 3 });
    annotate(victim(), 'true');
    await world.clock.advance(600_000);
    expect(names()).toContain(victim());
  });

  it('was an annotation of the Node before 0.61, and a Node that was deleted went at once', async () => {
    world = await LocalWorld.start({ ...DUAL_STACK, nodes: 3, nodeOrders: 'annotation' });
    annotate(victim(), 'false');
    await world.clock.advance(600_000);
    expect(names()).toContain(victim());
    annotate(victim(), 'true');
    await world.clock.untilTrue(isReplaced, 'it is replaced');
    expect(deleteNode(names()[0] ?? '').gone).toBe(true);
  });
});

describe('machine controller', () => {
  it('makes machines as the nodes subnet offers when they are made', async () => {
    world = await LocalWorld.start({ nodes: 3 });
    const [routed = ''] = await world.clock.until(world.actors.machineController.add(1));
    const vms = await world.clock.until(world.compute.actors.listInstances());
    const nic = vms.find(({ name }) => name === routed)?.networkInterfaces[0];
    expect(nic).toMatchObject({ stackType: 'IPV4_ONLY' });
    expect(nic).not.toHaveProperty('aliasIpRanges');
    expect(vms.find(({ name }) => name === routed)?.canIpForward).toBe(true);
  });

  it('replaces a machine that does not join in time', async () => {
    world = await LocalWorld.start({ nodes: 3 });
    world.scaleCloudController(0);
    await world.clock.untilTrue(() => world.cloudControllerPods().length === 0, 'no pod is left');
    const adding = world.actors.machineController.add(1);
    adding.catch(() => undefined);
    await world.clock.advance(60_000);
    const [first] = (await vmNames()).filter(
      (name) => !world.example.nodes.some((node) => node.name === name),
    );
    await world.clock.advance(25 * 60_000);
    const later = (await vmNames()).filter((name) => !world.example.nodes.some((node) => node.name === name));
    expect(later).toHaveLength(1);
    expect(later).not.toContain(first);
  });

  it('replaces a machine whose VM was taken away', async () => {
    world = await LocalWorld.start({ nodes: 3 });
    const [victim] = world.example.nodes;
    await world.clock.until(world.compute.actors.deleteInstance(victim?.zone ?? '', victim?.name ?? ''));
    expect(world.compute.dataPlane.liveNodes()).toHaveLength(2);
    await world.clock.advance(15 * 60_000);
    expect(names()).toHaveLength(3);
    expect(world.compute.dataPlane.liveNodes()).toHaveLength(3);
  });

  it('tries again when the cloud refuses', async () => {
    world = await LocalWorld.start({ nodes: 3 });
    const refused = { kind: 'http-error', code: 503, reason: 'backendError' } as const;
    world.compute.faults.add({ ...refused, method: 'instances.insert', of: 'actors' });
    const [name = ''] = await world.clock.until(world.actors.machineController.add(1));
    expect(world.reports.map(({ actor, subject }) => [actor, subject])).toContainEqual([
      'machine-controller',
      name,
    ]);
  });

  it('counts a new node as available only when its CNI runs', async () => {
    world = await LocalWorld.start({ nodes: 3, clusterDelays: { podStart: [20_000, 20_000] } });
    const [name = ''] = await world.clock.until(world.actors.machineController.add(1));
    const cni = world.pods('kube-system').find(({ metadata, spec }) => {
      return metadata.labels?.['k8s-app'] === 'calico-node' && spec.nodeName === name;
    });
    expect(cni?.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Ready', status: 'True' }),
    );
  });

  it('keeps pods off a new node, and does not count it, until its route is there', async () => {
    world = await LocalWorld.start({ nodes: 3 });
    const refused = { kind: 'http-error', code: 503, reason: 'backendError' } as const;
    world.compute.faults.add({ ...refused, method: 'routes.insert', call: 'every', of: 'actors' });
    const adding = world.actors.machineController.add(1);
    adding.catch(() => undefined);
    await world.clock.advance(120_000);
    const added = world.nodes().find(({ spec }) => spec?.podCIDR === '100.96.3.0/24');
    expect(added?.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Ready', status: 'True' }),
    );
    expect(added?.spec?.taints?.map(({ key }) => key)).toContain('node.kubernetes.io/network-unavailable');
    expect(world.compute.dataPlane.liveNodes()).toHaveLength(3);
    world.compute.faults.clear();
    await world.clock.until(adding);
    await world.clock.advance(20_000);
    expect(world.compute.dataPlane.liveNodes()).toHaveLength(4);
    expect(world.compute.dataPlane.lostNodeSeconds()).toBe(0);
  });

  it('counts lost node-seconds for every node that has pods', async () => {
    world = await LocalWorld.start({ nodes: 3 });
    world.scaleCloudController(0);
    await world.clock.untilTrue(() => world.cloudControllerPods().length === 0, 'no pod is left');
    for (const { name } of await world.podRoutes()) await world.deleteRoute(name);
    await world.clock.advance(10_000);
    const lost = world.compute.dataPlane.lostNodeSeconds();
    await world.clock.advance(10_000);
    expect(world.compute.dataPlane.lostNodeSeconds() - lost).toBeCloseTo(30, 3);
  });

  it('leaves nothing running when it is stopped in the middle of a rollout, even while time stands still', async () => {
    world = await LocalWorld.start({ ...DUAL_STACK, nodes: 9 });
    const { machineController } = world.actors;
    world.compute.faults.add({ method: 'instances.insert', kind: 'hang', call: 3, of: 'actors' });
    machineController.roll('worker', { initiatedAt: world.clock.now(), maxSurge: 3, maxUnavailable: 0 });
    const rolled = machineController.rolled('worker');
    rolled.catch(() => undefined);
    await world.clock.advance(3_000);
    await world.actors.stop();
    await expect(rolled).rejects.toThrow('stopped');
    world.cluster.stop();
    world.compute.stop();
    await world.clock.advance(60_000);
    expect(world.clock.asleep()).toEqual([]);
  });
});
