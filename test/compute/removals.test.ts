import { describe, expect, it } from 'vitest';
import {
  ComputeRefused,
  ComputeUnavailable,
  FingerprintStale,
  ResourceNotFound,
} from '../../shared/compute/errors.ts';
import { parseCidr } from '../../shared/migration/cidr.ts';
import { firstNode, startAliasWorld, startWorld, type World } from './world.ts';

const podRange = { name: 'ipv4-pod-cidr', range: '100.96.0.0/11' };

async function aliasesOf({ compute, nodesSubnet }: World, name: string) {
  return (await compute.instances(nodesSubnet)).find((instance) => instance.name === name)?.aliases;
}

/** A node that carries its alias, and nothing sent yet that a test counts. */
async function worldWithAlias() {
  const world = await startAliasWorld();
  const { instance, alias } = firstNode(world);
  await world.compute.addAlias(instance, alias);
  const sentBefore = world.sent.mutations().length;
  return { world, instance, alias, sent: () => world.sent.mutations().slice(sentBefore) };
}

describe('removing an alias', () => {
  it('really sends an empty list, which then is empty, and nothing when the alias is gone', async () => {
    const { world, instance, alias, sent } = await worldWithAlias();
    await world.compute.removeAlias(instance, alias);
    await world.compute.removeAlias(instance, alias);
    expect(sent().map(({ body }) => body)).toEqual([{ fingerprint: expect.any(String), aliasIpRanges: [] }]);
    expect(await aliasesOf(world, instance.name)).toEqual([]);
  });

  it('leaves foreign aliases as they are, in their order', async () => {
    const { world, instance, alias } = await worldWithAlias();
    const [first, last] = ['10.250.200.0/28', '10.250.200.16/28'].map((range) => ({
      range,
      rangeName: undefined,
    }));
    if (first === undefined || last === undefined) throw new Error('two aliases');
    await world.compute.removeAlias(instance, alias);
    for (const one of [first, alias, last]) await world.compute.addAlias(instance, one);
    await world.compute.removeAlias(instance, alias);
    expect(await aliasesOf(world, instance.name)).toEqual([first, last]);
  });

  it('after a list reads no instance by itself, and loses no alias that was added since', async () => {
    const { world, instance, alias } = await worldWithAlias();
    await world.compute.instances(world.nodesSubnet);
    const reads = () => world.simulator.calls().byMethod['instances.get'] ?? 0;
    const before = reads();
    await world.compute.removeAlias(instance, alias);
    expect(reads()).toBe(before);

    await world.compute.addAlias(instance, alias);
    await world.compute.instances(world.nodesSubnet);
    const { networkInterfaces } = await world.simulator.actors.getInstance(instance.zone, instance.name);
    await world.simulator.actors.updateNetworkInterface(instance.zone, instance.name, 'nic0', {
      fingerprint: networkInterfaces[0]?.fingerprint,
      aliasIpRanges: [
        { ipCidrRange: alias.range, subnetworkRangeName: alias.rangeName },
        { ipCidrRange: '10.250.200.0/28' },
      ],
    });
    await world.compute.removeAlias(instance, alias);
    expect(await aliasesOf(world, instance.name)).toEqual([
      { range: '10.250.200.0/28', rangeName: undefined },
    ]);
  });

  it('says that the instance is gone', async () => {
    const { world, instance, alias } = await worldWithAlias();
    await world.simulator.actors.deleteInstance(instance.zone, instance.name);
    await expect(world.compute.removeAlias(instance, alias)).rejects.toThrow(ResourceNotFound);
  });
});

describe('removing a secondary range', () => {
  it('really sends an empty list, which then is empty, and nothing when the range is gone', async () => {
    const world = await startAliasWorld();
    await world.compute.removeSecondaryRange(world.nodesSubnet, podRange.name);
    await world.compute.removeSecondaryRange(world.nodesSubnet, podRange.name);
    expect(world.sent.mutations().map(({ body }) => body)).toEqual([
      { fingerprint: expect.any(String), secondaryIpRanges: [] },
    ]);
    expect((await world.compute.subnet(world.nodesSubnet))?.secondaryRanges).toEqual([]);
  });

  it('leaves foreign ranges as they are', async () => {
    const world = await startAliasWorld();
    const foreign = { name: 'another', range: '192.168.0.0/20' };
    await world.compute.addSecondaryRange(world.nodesSubnet, foreign);
    await world.compute.removeSecondaryRange(world.nodesSubnet, podRange.name);
    expect((await world.compute.subnet(world.nodesSubnet))?.secondaryRanges).toEqual([foreign]);
  });

  it('is refused while an alias uses it', async () => {
    const { world } = await worldWithAlias();
    const removing = world.compute.removeSecondaryRange(world.nodesSubnet, podRange.name);
    await expect(removing).rejects.toThrow(ComputeRefused);
    expect((await world.compute.subnet(world.nodesSubnet))?.secondaryRanges).toEqual([podRange]);
  });
});

describe('what the migration made goes again', () => {
  it('a subnet without users, and nothing happens the second time', async () => {
    const world = await startWorld();
    const range = parseCidr('100.64.0.0/13');
    await world.compute.createDualStackSubnet({ name: 'services', network: world.network, range });
    await world.compute.deleteSubnet('services');
    await world.compute.deleteSubnet('services');
    expect(await world.compute.subnet('services')).toBeUndefined();
    await expect(world.compute.deleteSubnet(world.nodesSubnet)).rejects.toThrow(ComputeRefused);
  });

  it('the IPv6 of a subnet, in one patch, and it can be had again', async () => {
    const world = await startWorld({ switches: { ipv6PrefixDelayMs: 0 } });
    await world.compute.enableExternalIpv6(world.nodesSubnet);
    await world.compute.disableIpv6(world.nodesSubnet);
    await world.compute.disableIpv6(world.nodesSubnet);
    expect(await world.compute.subnet(world.nodesSubnet)).toMatchObject({
      stackType: 'IPV4_ONLY',
      ipv6Range: undefined,
    });
    expect(world.sent.mutations().at(-1)?.body).toEqual({
      fingerprint: expect.any(String),
      stackType: 'IPV4_ONLY',
    });
    expect(world.sent.mutations()).toHaveLength(2);
    await world.compute.enableExternalIpv6(world.nodesSubnet);
    expect((await world.compute.subnet(world.nodesSubnet))?.ipv6Range).toMatch(/::\/64$/);
  });

  it('a firewall rule, and nothing happens the second time', async () => {
    const world = await startWorld();
    const name = `${world.network}-allow-internal-access`;
    await world.compute.deleteFirewallRule(name);
    await world.compute.deleteFirewallRule(name);
    expect(await world.compute.firewallRule(name)).toBeUndefined();
  });
});

/** Each removal, with what it needs, and the method that it calls. */
const REMOVALS = [
  [
    'instances.updateNetworkInterface',
    ({ compute, ...world }: World & ReturnType<typeof firstNode>) =>
      compute.removeAlias(world.instance, world.alias),
  ],
  [
    'subnetworks.patch',
    ({ compute, nodesSubnet }: World) => compute.removeSecondaryRange(nodesSubnet, 'unused'),
  ],
  ['subnetworks.delete', ({ compute }: World) => compute.deleteSubnet('unused')],
  [
    'firewalls.delete',
    ({ compute, network }: World) => compute.deleteFirewallRule(`${network}-allow-health-checks`),
  ],
] as const;

describe.each(REMOVALS)('trouble in %s', (method, remove) => {
  async function start() {
    const { world, instance, alias } = await worldWithAlias();
    const range = parseCidr('100.64.0.0/13');
    await world.compute.createDualStackSubnet({ name: 'unused', network: world.network, range });
    await world.compute.addSecondaryRange(world.nodesSubnet, { name: 'unused', range: '192.168.0.0/20' });
    const before = world.sent.mutations().length;
    const requestIds = () =>
      world.sent
        .mutations()
        .slice(before)
        .map(({ query }) => query.get('requestId'));
    return { world: { ...world, ...firstNode(world), instance, alias }, requestIds };
  }

  it.each([
    ['a connection that broke', { kind: 'drop-connection' }],
    ['a connection that broke after the effect', { kind: 'drop-connection', effect: 'after' }],
    ['a server error', { kind: 'http-error', code: 503, reason: 'backendError' }],
    ['a busy resource', { kind: 'http-error', code: 400, reason: 'resourceNotReady' }],
    ['a rate limit', { kind: 'http-error', code: 403, reason: 'rateLimitExceeded' }],
  ] as const)('%s: the request is repeated with its requestId', async (_, fault) => {
    const { world, requestIds } = await start();
    world.simulator.faults.add({ method, ...fault });
    await remove(world);
    expect(requestIds()).toHaveLength(2);
    expect(new Set(requestIds()).size).toBe(1);
  });

  it('an operation that failed after HTTP 200 is an error with its code', async () => {
    const { world } = await start();
    world.simulator.faults.add({ method, kind: 'operation-error', reason: 'INVALID_USAGE' });
    await expect(remove(world)).rejects.toMatchObject({ name: 'ComputeRefused', code: 'INVALID_USAGE' });
  });

  it('a server that stays away is ComputeUnavailable in the end', async () => {
    const { world } = await start();
    world.simulator.faults.add({ method, kind: 'drop-connection', call: 'every' });
    await expect(remove(world)).rejects.toThrow(ComputeUnavailable);
  });
});

it.each(REMOVALS.slice(0, 2))(
  '%s is decided anew from a new reading after a 412, and not for ever',
  async (method, remove) => {
    const { world } = await worldWithAlias();
    await world.compute.addSecondaryRange(world.nodesSubnet, { name: 'unused', range: '192.168.0.0/20' });
    const all = { ...world, ...firstNode(world) };
    const stale = { method, kind: 'http-error', code: 412, reason: 'conditionNotMet' } as const;
    const takeBack = world.simulator.faults.add({ ...stale, call: 'every' });
    await expect(remove(all)).rejects.toThrow(FingerprintStale);
    takeBack();
    world.simulator.faults.add(stale);
    await remove(all);
  },
);

it('a removal that the API answers with 304 has changed nothing and is no error', async () => {
  const { world, instance, alias } = await worldWithAlias();
  world.sent.script(({ method }) => (method === 'PATCH' ? { status: 304, body: undefined } : undefined));
  await world.compute.removeAlias(instance, alias);
});
