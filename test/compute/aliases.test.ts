import { describe, expect, it } from 'vitest';
import { ComputeRefused, FingerprintStale, ResourceNotFound } from '../../shared/compute/errors.ts';
import { firstNode, startAliasWorld, startWorld } from './world.ts';

const STALE = {
  kind: 'http-error',
  code: 412,
  reason: 'conditionNotMet',
  message: 'Invalid fingerprint.',
} as const;
const method = 'instances.updateNetworkInterface';

describe('adding an alias', () => {
  it('sends fingerprint and aliases, nothing else, and keeps the aliases that were there', async () => {
    const world = await startAliasWorld();
    const { instance, alias } = firstNode(world);
    const foreign = { range: '10.250.200.0/28', rangeName: undefined };
    await world.compute.addAlias(instance, foreign);
    await world.compute.addAlias(instance, alias);
    const listed = await world.compute.instances(world.nodesSubnet);
    expect(listed.find(({ name }) => name === instance.name)?.aliases).toEqual([foreign, alias]);
    const [, second] = world.sent.mutations();
    expect(second?.query.get('networkInterface')).toBe('nic0');
    expect(second?.body).toEqual({
      fingerprint: expect.any(String),
      aliasIpRanges: [
        { ipCidrRange: foreign.range },
        { ipCidrRange: alias.range, subnetworkRangeName: alias.rangeName },
      ],
    });
  });

  it('sends nothing when that very alias is there', async () => {
    const world = await startAliasWorld();
    const { instance, alias } = firstNode(world);
    await world.compute.addAlias(instance, alias);
    await world.compute.addAlias(instance, alias);
    await world.compute.instances(world.nodesSubnet);
    await world.compute.addAlias(instance, alias);
    expect(world.sent.mutations()).toHaveLength(1);
  });

  it('after a list reads no instance by itself', async () => {
    const world = await startAliasWorld({ nodes: 40 });
    const instances = await world.compute.instances(world.nodesSubnet);
    await Promise.all(
      instances.map(({ name, zone }) => {
        const podCidr = world.cluster.nodes.find((node) => node.name === name)?.podCidr ?? '';
        return world.compute.addAlias({ name, zone }, { range: podCidr, rangeName: 'ipv4-pod-cidr' });
      }),
    );
    const { byMethod } = world.simulator.calls();
    expect(byMethod).toMatchObject({ 'instances.aggregatedList': 1, [method]: 40 });
    expect(byMethod['instances.get']).toBeUndefined();
    const aliases = (await world.compute.instances(world.nodesSubnet)).flatMap((each) => each.aliases);
    expect(aliases).toHaveLength(40);
  });

  it('loses no alias that somebody else added since the list', async () => {
    const world = await startAliasWorld();
    const { instance, alias } = firstNode(world);
    await world.compute.instances(world.nodesSubnet);
    const { networkInterfaces } = await world.simulator.actors.getInstance(instance.zone, instance.name);
    const foreign = { ipCidrRange: '10.250.200.0/28' };
    await world.simulator.actors.updateNetworkInterface(instance.zone, instance.name, 'nic0', {
      fingerprint: networkInterfaces[0]?.fingerprint,
      aliasIpRanges: [foreign],
    });
    await world.compute.addAlias(instance, alias);
    const listed = await world.compute.instances(world.nodesSubnet);
    expect(listed.find(({ name }) => name === instance.name)?.aliases).toEqual([
      { range: foreign.ipCidrRange, rangeName: undefined },
      alias,
    ]);
  });

  it('is made again when the alias was taken away since the list', async () => {
    const world = await startAliasWorld();
    const { instance, alias } = firstNode(world);
    await world.compute.addAlias(instance, alias);
    await world.compute.instances(world.nodesSubnet);
    const { networkInterfaces } = await world.simulator.actors.getInstance(instance.zone, instance.name);
    await world.simulator.actors.updateNetworkInterface(instance.zone, instance.name, 'nic0', {
      fingerprint: networkInterfaces[0]?.fingerprint,
      aliasIpRanges: [],
    });
    await world.compute.addAlias(instance, alias);
    const listed = await world.compute.instances(world.nodesSubnet);
    expect(listed.find(({ name }) => name === instance.name)?.aliases).toEqual([alias]);
  });

  it('reads again and succeeds after a 412', async () => {
    const world = await startAliasWorld();
    const { instance, alias } = firstNode(world);
    world.simulator.faults.add({ method, ...STALE });
    await world.compute.addAlias(instance, alias);
    const ids = world.sent.mutations().map(({ query }) => query.get('requestId'));
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
  });

  it('gives up as FingerprintStale when it is 412 for ever', async () => {
    const world = await startAliasWorld();
    const { instance, alias } = firstNode(world);
    world.simulator.faults.add({ method, ...STALE, call: 'every' });
    await expect(world.compute.addAlias(instance, alias)).rejects.toThrow(FingerprintStale);
    expect(world.sent.mutations().length).toBeLessThan(10);
  });

  it('says that the instance is gone, whether or not it was listed before', async () => {
    const world = await startAliasWorld();
    const { instance, alias } = firstNode(world);
    await world.compute.instances(world.nodesSubnet);
    await world.simulator.actors.deleteInstance(instance.zone, instance.name);
    await expect(world.compute.addAlias(instance, alias)).rejects.toThrow(ResourceNotFound);
    await expect(world.compute.addAlias(instance, alias)).rejects.toThrow(ResourceNotFound);
  });

  it('reports the code of an operation that failed after HTTP 200', async () => {
    const world = await startAliasWorld({ nodes: 2 });
    const { instance, alias } = firstNode(world);
    await world.compute.addAlias(instance, alias);
    const other = world.cluster.nodes[1] ?? instance;
    const failed = world.compute.addAlias({ name: other.name, zone: other.zone }, alias);
    await expect(failed).rejects.toThrow(ComputeRefused);
    await expect(failed).rejects.toMatchObject({ code: 'IP_IN_USE_BY_ANOTHER_RESOURCE' });
  });

  it('is refused when the subnet has no such range', async () => {
    const world = await startWorld();
    const { instance, alias } = firstNode(world);
    await expect(world.compute.addAlias(instance, alias)).rejects.toThrow(ComputeRefused);
  });
});
