import { expect, it } from 'vitest';
import {
  ComputeRefused,
  ComputeUnavailable,
  FingerprintStale,
  ResourceNotFound,
} from '../../shared/compute/errors.ts';
import { parseCidr } from '../../shared/migration/cidr.ts';
import { startAliasWorld, startWorld, type World } from './world.ts';

const podRange = { name: 'ipv4-pod-cidr', range: '100.96.0.0/11' };

function bodies({ sent }: World): unknown[] {
  return sent.mutations().map(({ body }) => body);
}

it('external IPv6 is enabled in one patch with both fields, and only once', async () => {
  const world = await startWorld();
  await world.compute.enableExternalIpv6(world.nodesSubnet);
  await world.compute.enableExternalIpv6(world.nodesSubnet);
  expect(bodies(world)).toEqual([
    { fingerprint: expect.any(String), stackType: 'IPV4_IPV6', ipv6AccessType: 'EXTERNAL' },
  ]);
  const subnet = await world.compute.subnet(world.nodesSubnet);
  expect(subnet?.stackType).toBe('IPV4_IPV6');
});

it('the IPv6 range of a subnet shows as soon as the API shows it', async () => {
  const world = await startWorld({ switches: { ipv6PrefixDelayMs: 0 } });
  await world.compute.enableExternalIpv6(world.nodesSubnet);
  expect((await world.compute.subnet(world.nodesSubnet))?.ipv6Range).toMatch(/::\/64$/);
});

it('the overlap flag is set and really taken off, and nothing is sent when it is so', async () => {
  const world = await startWorld();
  await world.compute.setRoutesOverlap(world.nodesSubnet, false);
  await world.compute.setRoutesOverlap(world.nodesSubnet, true);
  await world.compute.setRoutesOverlap(world.nodesSubnet, true);
  expect((await world.compute.subnet(world.nodesSubnet))?.routesOverlapAllowed).toBe(true);
  await world.compute.setRoutesOverlap(world.nodesSubnet, false);
  await world.compute.setRoutesOverlap(world.nodesSubnet, false);
  expect((await world.compute.subnet(world.nodesSubnet))?.routesOverlapAllowed).toBe(false);
  expect(bodies(world)).toEqual([
    { fingerprint: expect.any(String), allowSubnetCidrRoutesOverlap: true },
    { fingerprint: expect.any(String), allowSubnetCidrRoutesOverlap: false },
  ]);
});

it('a secondary range is added beside the others, once', async () => {
  const world = await startAliasWorld();
  const another = { name: 'another', range: '192.168.0.0/20' };
  await world.compute.addSecondaryRange(world.nodesSubnet, another);
  await world.compute.addSecondaryRange(world.nodesSubnet, another);
  expect((await world.compute.subnet(world.nodesSubnet))?.secondaryRanges).toEqual([podRange, another]);
  expect(bodies(world)).toEqual([
    {
      fingerprint: expect.any(String),
      secondaryIpRanges: [
        { rangeName: podRange.name, ipCidrRange: podRange.range },
        { rangeName: another.name, ipCidrRange: another.range },
      ],
    },
  ]);
});

it('a range over routes is refused without the flag, with the code of the API', async () => {
  const world = await startWorld();
  const refused = world.compute.addSecondaryRange(world.nodesSubnet, podRange);
  await expect(refused).rejects.toThrow(ComputeRefused);
  await expect(refused).rejects.toMatchObject({ code: 'invalid' });
});

it('a patch is redone from a new reading after a 412, and not for ever', async () => {
  const world = await startWorld();
  const stale = {
    method: 'subnetworks.patch',
    kind: 'http-error',
    code: 412,
    reason: 'conditionNotMet',
  } as const;
  const takeBack = world.simulator.faults.add(stale);
  await world.compute.setRoutesOverlap(world.nodesSubnet, true);
  expect((await world.compute.subnet(world.nodesSubnet))?.routesOverlapAllowed).toBe(true);
  takeBack();
  world.simulator.faults.add({ ...stale, call: 'every' });
  await expect(world.compute.setRoutesOverlap(world.nodesSubnet, false)).rejects.toThrow(FingerprintStale);
});

it('a policy that answers 412 is a refusal and not a stale fingerprint', async () => {
  const world = await startWorld({ switches: { externalIpv6Policy: 'denied' } });
  await expect(world.compute.enableExternalIpv6(world.nodesSubnet)).rejects.toThrow(ComputeRefused);
  expect(world.sent.mutations()).toHaveLength(1);
});

it('a change of a subnet that does not exist says so', async () => {
  const { compute } = await startWorld();
  await expect(compute.setRoutesOverlap('nowhere', true)).rejects.toThrow(ResourceNotFound);
});

it('a dual-stack subnet is created once, also when somebody else is quicker', async () => {
  const world = await startWorld();
  const subnet = { name: 'services', network: world.network, range: parseCidr('100.64.0.0/13') };
  await world.compute.createDualStackSubnet(subnet);
  await world.compute.createDualStackSubnet(subnet);
  expect(await world.compute.subnet('services')).toMatchObject({
    range: '100.64.0.0/13',
    stackType: 'IPV4_IPV6',
  });
  expect(world.sent.mutations()).toHaveLength(1);
  const notThere = {
    status: 404,
    body: { error: { code: 404, message: 'not found', errors: [{ reason: 'notFound' }] } },
  };
  let looks = 0;
  let notThereYet = 1;
  world.sent.script(({ method, path }) => {
    if (method !== 'GET' || !path.endsWith('/subnetworks/services')) return undefined;
    looks += 1;
    return looks <= notThereYet ? notThere : undefined;
  });
  await world.compute.createDualStackSubnet(subnet);
  // Taken by an operation that is under way still: there is nothing to work with yet.
  [looks, notThereYet] = [0, 2];
  await expect(world.compute.createDualStackSubnet(subnet)).rejects.toThrow(ComputeUnavailable);
});
