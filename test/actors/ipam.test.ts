import { afterEach, describe, expect, it } from 'vitest';
import { ALLOCATE, CLOUD_ALLOCATOR, LocalWorld } from './local-world.ts';

let world: LocalWorld;
afterEach(() => world.stop());

const BOTH_FAMILIES = '--service-cluster-ip-range=100.64.0.0/13,2600:1900::/108';
const UNINITIALIZED = 'node.cloudprovider.kubernetes.io/uninitialized';

const addedNode = async () => {
  const [name = ''] = await world.clock.until(world.actors.machineController.add(1));
  return world.node(name);
};

const condition = (name: string, type: string) =>
  world.node(name)?.status?.conditions?.find((entry) => entry.type === type);

describe('pod CIDRs', () => {
  it('are the next free block of the cluster range under the RangeAllocator, and routed', async () => {
    world = await LocalWorld.start({ nodes: 3 });
    const node = await addedNode();
    expect(node?.spec?.podCIDRs).toEqual(['100.96.3.0/24']);
    const routes = await world.podRoutes();
    expect(routes.find(({ destRange }) => destRange === '100.96.3.0/24')?.nextHopInstance).toContain(
      `/${node?.metadata.name}`,
    );
  });

  it('are what the NIC shows under the CloudAllocator: the alias and the first /112 of its /96', async () => {
    const args = [...CLOUD_ALLOCATOR, ALLOCATE, BOTH_FAMILIES];
    world = await LocalWorld.start({ carriedBy: 'aliases', cloudControllerArguments: args });
    const node = await addedNode();
    const name = node?.metadata.name ?? '';
    const instance = (await world.clock.until(world.compute.actors.listInstances())).find(
      (vm) => vm.name === name,
    );
    const nic = instance?.networkInterfaces[0];
    const [ipv4, ipv6] = node?.spec?.podCIDRs ?? [];
    expect(ipv4).toBe(nic?.aliasIpRanges?.[0]?.ipCidrRange);
    expect(nic?.ipv6AccessConfigs?.[0]).toMatchObject({ externalIpv6: ipv6?.replace(/\/112$/, '') });
    expect(ipv6).toMatch(/\/112$/);
    expect(condition(name, 'NetworkUnavailable')).toMatchObject({ status: 'False', reason: 'RouteCreated' });
  });

  it('of a node whose NIC lacks a family stay as they are, with an event, and the controller gives up in the end', async () => {
    const args = [...CLOUD_ALLOCATOR, ALLOCATE, BOTH_FAMILIES];
    world = await LocalWorld.start({ carriedBy: 'aliases', cloudControllerArguments: args });
    const before = world.nodes().map(({ spec }) => spec?.podCIDRs);
    await world.clock.advance(3_600_000);
    expect(world.nodes().map(({ spec }) => spec?.podCIDRs)).toEqual(before);
    for (const { metadata } of world.nodes()) {
      expect(world.eventReasons(metadata.name)).toEqual(['CIDRNotAvailable']);
    }
    const attempts = world.reports.filter(({ subject }) => subject === world.nodes()[0]?.metadata.name);
    expect(attempts).toHaveLength(20);
  });

  it('that are set are never changed, whatever the NIC shows', async () => {
    const args = [...CLOUD_ALLOCATOR, ALLOCATE];
    world = new LocalWorld({ carriedBy: 'aliases', cloudControllerArguments: args });
    const [first] = world.example.nodes;
    const name = first?.name ?? '';
    const zone = first?.zone ?? '';
    const { actors } = world.compute;
    const vm = await world.clock.until(actors.getInstance(zone, name));
    const update = async (aliasIpRanges: object[], fingerprint: string | undefined) =>
      world.clock.until(actors.updateNetworkInterface(zone, name, 'nic0', { fingerprint, aliasIpRanges }));
    const bare = await update([], vm.networkInterfaces[0]?.fingerprint);
    await update(
      [{ ipCidrRange: '100.100.0.0/24', subnetworkRangeName: 'ipv4-pod-cidr' }],
      bare.networkInterfaces[0]?.fingerprint,
    );
    await world.startActors();
    await world.clock.advance(60_000);
    expect(world.node(name)?.spec?.podCIDRs).toEqual([first?.podCidr]);
    expect(world.eventReasons(name)).toEqual(['CIDRAssignmentFailed']);
  });
});

describe('node lifecycle', () => {
  it('leaves new nodes uninitialised while no cloud-controller-manager runs, and takes them up with the next one', async () => {
    world = await LocalWorld.start();
    world.scaleCloudController(0);
    await world.clock.untilTrue(() => world.cloudControllerPods().length === 0, 'no pod is left');
    const adding = world.actors.machineController.add(1);
    adding.catch(() => undefined);
    await world.clock.advance(120_000);
    const node = world.nodes().find(({ spec }) => spec?.taints?.some(({ key }) => key === UNINITIALIZED));
    expect(node?.spec).not.toHaveProperty('podCIDR');
    expect(node?.spec).not.toHaveProperty('providerID');
    world.scaleCloudController(1);
    const [name = ''] = await world.clock.until(adding);
    expect(name).toBe(node?.metadata.name);
    expect(world.node(name)?.spec?.providerID).toMatch(
      new RegExp(`^gce://example-project/europe-west1-.*/${name}$`),
    );
  });

  it('deletes the Node of a VM that is gone, once its kubelet has been silent for long enough', async () => {
    world = await LocalWorld.start({ nodes: 4 });
    const [first] = world.example.nodes;
    const name = first?.name ?? '';
    await world.clock.until(world.compute.actors.deleteInstance(first?.zone ?? '', name));
    await world.clock.advance(30_000);
    expect(condition(name, 'Ready')?.status).toBe('True');
    await world.clock.advance(30_000);
    expect(world.node(name)).toBeUndefined();
  });
});
