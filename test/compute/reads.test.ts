import { describe, expect, it } from 'vitest';
import { ComputeUnavailable, ResourceNotFound } from '../../shared/compute/errors.ts';
import { firstNode, startAliasWorld, startWorld } from './world.ts';

describe('what the adapter reads', () => {
  it('tells a network by name and says when it is in auto mode', async () => {
    const { compute, network } = await startWorld();
    expect(await compute.network(network)).toEqual({ name: network, autoMode: false, legacy: false });
    await expect(compute.network('nowhere')).rejects.toThrow(ResourceNotFound);
  });

  it('tells a legacy network, which has a range and no subnets', async () => {
    const { compute } = await startWorld({
      scenario: (scenario) => ({
        ...scenario,
        networks: [...scenario.networks, { name: 'legacy', IPv4Range: '10.240.0.0/16' }],
      }),
    });
    expect(await compute.network('legacy')).toEqual({ name: 'legacy', autoMode: false, legacy: true });
    expect(await compute.subnets('legacy')).toEqual([]);
  });

  it('knows the quotas and the network tier of the project', async () => {
    const { compute } = await startWorld({
      scenario: (scenario) => ({
        ...scenario,
        defaultNetworkTier: 'STANDARD',
        quotas: [{ metric: 'ROUTES', limit: 7 }],
      }),
    });
    const { defaultNetworkTier, quotas } = await compute.project();
    expect(defaultNetworkTier).toBe('STANDARD');
    expect(quotas.get('ROUTES')).toEqual({ limit: 7, usage: 5 });
    expect(quotas.get('NETWORKS')).toEqual({ limit: 15, usage: 1 });
  });

  it('lists the subnets of one network in all regions, and counts its VMs', async () => {
    const { compute, network, nodesSubnet } = await startWorld({
      scenario: (scenario) => ({
        ...scenario,
        networks: [...scenario.networks, { name: 'another', autoCreateSubnetworks: false }],
        subnetworks: [
          ...scenario.subnetworks,
          {
            name: 'far',
            network: 'global/networks/shoot--core--api',
            region: 'us-east1',
            ipCidrRange: '10.9.0.0/24',
          },
        ],
      }),
    });
    const subnets = await compute.subnets(network);
    expect(subnets.map(({ name, region }) => `${region}/${name}`).sort()).toEqual([
      `europe-west1/${network}-internal`,
      `europe-west1/${nodesSubnet}`,
      'us-east1/far',
    ]);
    expect(subnets.find(({ name }) => name === nodesSubnet)).toEqual({
      ...(await compute.subnet(nodesSubnet)),
      region: 'europe-west1',
    });
    expect(await compute.subnets('another')).toEqual([]);
    expect(await compute.countInstances(network)).toBe(3);
    expect(await compute.countInstances('another')).toBe(0);
  });

  it('shows a subnet with nothing in it that the API did not say', async () => {
    const { compute, network, nodesSubnet } = await startWorld();
    expect(await compute.subnet(nodesSubnet)).toEqual({
      name: nodesSubnet,
      network,
      range: '10.250.0.0/16',
      secondaryRanges: [],
      stackType: 'IPV4_ONLY',
      ipv6Range: undefined,
      routesOverlapAllowed: false,
    });
    expect(await compute.subnet('nowhere')).toBeUndefined();
  });

  it('lists static routes of the network with their next hop, and no subnet routes', async () => {
    const world = await startWorld();
    const routes = await world.compute.routes(world.network);
    const { instance, alias, route } = firstNode(world);
    expect(routes).toContainEqual({
      name: route,
      network: world.network,
      destination: alias.range,
      description: 'k8s-node-route',
      priority: 1000,
      tags: [],
      nextHop: instance,
      nextHopGone: false,
    });
    expect(routes.map(({ name }) => name).filter((name) => !name.startsWith('shoot--core--api-'))).toEqual([
      'corporate-network',
      'default-route-shoot--core--api',
    ]);
    expect(routes).toHaveLength(5);
    expect(await world.compute.routes('another-network')).toEqual([]);
  });

  it('marks a route whose instance is gone', async () => {
    const world = await startWorld();
    const { instance, route } = firstNode(world);
    await world.simulator.actors.deleteInstance(instance.zone, instance.name);
    const routes = await world.compute.routes(world.network);
    expect(routes.filter(({ nextHopGone }) => nextHopGone).map(({ name }) => name)).toEqual([route]);
    expect(routes.find(({ name }) => name === route)?.nextHop).toEqual(instance);
  });

  it('lists all routes and instances over several pages', async () => {
    const { compute, network, nodesSubnet, sent } = await startWorld({ nodes: 1_100 });
    expect(await compute.routes(network)).toHaveLength(1_102);
    const instances = await compute.instances(nodesSubnet);
    expect(new Set(instances.map(({ name }) => name)).size).toBe(1_100);
    expect(sent.requests).toHaveLength(6);
  });

  it('lists the instances of one subnet, with aliases of the first NIC in their order', async () => {
    const world = await startAliasWorld();
    const { instance, alias } = firstNode(world);
    await world.compute.addAlias(instance, alias);
    const instances = await world.compute.instances(world.nodesSubnet);
    expect(instances).toHaveLength(3);
    expect(instances).toContainEqual({ ...instance, aliases: [alias], running: true });
    expect(await world.compute.instances(`${world.network}-internal`)).toEqual([]);
  });
});

describe('a list that is not complete', () => {
  it('is refused when a zone of the region cannot be reached', async () => {
    const { compute, simulator, nodesSubnet } = await startWorld();
    simulator.unreachable.add('zones/europe-west1-c');
    await expect(compute.instances(nodesSubnet)).rejects.toThrow(ComputeUnavailable);
    await expect(compute.instances(nodesSubnet)).rejects.toThrow('europe-west1-c');
  });

  it('is refused when the zone answers with a warning in the place of instances', async () => {
    const { compute, sent, nodesSubnet } = await startWorld();
    sent.script(() => ({
      status: 200,
      body: { items: { 'zones/europe-west1-b': { warning: { code: 'UNREACHABLE', message: 'down' } } } },
    }));
    await expect(compute.instances(nodesSubnet)).rejects.toThrow('UNREACHABLE');
  });

  it('is refused wherever something is missing, when all regions matter', async () => {
    const { compute, sent, simulator, network } = await startWorld();
    simulator.unreachable.add('regions/us-east1');
    await expect(compute.subnets(network)).rejects.toThrow('us-east1');
    await expect(compute.subnets(network)).rejects.toThrow(ComputeUnavailable);
    sent.script(() => ({
      status: 200,
      body: { unreachables: ['https://www.googleapis.com/compute/v1/projects/p/zones/asia-east1-b'] },
    }));
    await expect(compute.countInstances(network)).rejects.toThrow('asia-east1-b');
  });

  it('is taken when only zones of other regions are missing', async () => {
    const { compute, sent, nodesSubnet } = await startWorld();
    sent.script(() => ({
      status: 200,
      body: {
        items: { 'zones/asia-east1-a': { warning: { code: 'UNREACHABLE', message: 'down' } } },
        unreachables: ['https://www.googleapis.com/compute/v1/projects/p/zones/asia-east1-b'],
      },
    }));
    expect(await compute.instances(nodesSubnet)).toEqual([]);
  });

  it('of routes never looks like no routes', async () => {
    const { compute, sent, network } = await startWorld();
    sent.script(() => ({ status: 200, body: { warning: { code: 'UNREACHABLE', message: 'down' } } }));
    await expect(compute.routes(network)).rejects.toThrow(ComputeUnavailable);
    sent.script(() => ({ status: 200, body: { warning: { code: 'NO_RESULTS_ON_PAGE' } } }));
    expect(await compute.routes(network)).toEqual([]);
  });

  it('is an error when its second page is refused', async () => {
    const { compute, simulator, network } = await startWorld({ nodes: 600 });
    simulator.faults.add({
      method: 'routes.list',
      kind: 'http-error',
      code: 400,
      reason: 'invalid',
      call: 2,
    });
    await expect(compute.routes(network)).rejects.toThrow('[invalid]');
  });
});

it.each([
  'https://www.googleapis.com/compute/v1/projects/p/zones/europe-west1-b/instances/node-1',
  'https://compute.googleapis.com/compute/v1/projects/p/zones/europe-west1-b/instances/node-1',
  'projects/p/zones/europe-west1-b/instances/node-1',
  'zones/europe-west1-b/instances/node-1',
])('a next hop is understood as %s', async (nextHopInstance) => {
  const { compute, sent } = await startWorld();
  const route = { name: 'r', network: 'global/networks/n', destRange: '10.0.0.0/24', nextHopInstance };
  sent.script(() => ({ status: 200, body: { items: [route] } }));
  const [listed] = await compute.routes('n');
  expect(listed?.nextHop).toEqual({ name: 'node-1', zone: 'europe-west1-b' });
});

it('a next hop that is no instance URL is an error and not a route without one', async () => {
  const { compute, sent } = await startWorld();
  const route = { name: 'r', network: 'global/networks/n', destRange: '10.0.0.0/24', nextHopInstance: 'x/y' };
  sent.script(() => ({ status: 200, body: { items: [route] } }));
  await expect(compute.routes('n')).rejects.toThrow('expected the URL of an instance');
});
