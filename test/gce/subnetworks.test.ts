import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exampleProject } from './project.ts';

const ranged = { secondaryIpRanges: [{ rangeName: 'ipv4-pod-cidr', ipCidrRange: '100.96.0.0/11' }] };
const other = { rangeName: 'other', ipCidrRange: '192.168.0.0/20' };

describe('subnetworks.patch', () => {
  it('wants a fingerprint: 400 without one, 412 with an old one', async () => {
    const { refused, nodesSubnet, subnet, patchSubnet } = exampleProject();
    const { fingerprint } = await subnet();
    expect(await refused('PATCH', nodesSubnet, { secondaryIpRanges: [other] })).toMatchObject({
      status: 400,
      reason: 'required',
      message: "Required field 'resource.fingerprint' not specified",
    });
    await patchSubnet({ secondaryIpRanges: [other] });
    expect(await refused('PATCH', nodesSubnet, { fingerprint, secondaryIpRanges: [] })).toMatchObject({
      status: 412,
      reason: 'conditionNotMet',
    });
  });

  it('keeps the fingerprint when nothing changes, and answers 304 when that is switched', async () => {
    const operation = exampleProject();
    const before = await operation.subnet();
    await operation.patchSubnet({ stackType: 'IPV4_ONLY' });
    expect((await operation.subnet()).fingerprint).toBe(before.fingerprint);

    const { call, subnet, nodesSubnet } = exampleProject({ switches: { noOpPatch: '304' } });
    const { fingerprint } = await subnet();
    expect(await call('PATCH', nodesSubnet, { fingerprint, secondaryIpRanges: [] })).toEqual({ status: 304 });
  });

  it('refuses immutable fields merely for being there', async () => {
    const { subnetRefusal, network } = exampleProject();
    const refusal = await subnetRefusal({ network, purpose: 'PRIVATE' });
    expect(refusal).toMatchObject({ status: 400, reason: 'invalid' });
    expect(refusal.message).toContain('cannot be modified: [network, purpose]');
  });

  it('refuses a range over routes without the flag and accepts it with the flag', async () => {
    const { subnetRefusal, patchSubnet, subnet } = exampleProject();
    expect(await subnetRefusal(ranged)).toMatchObject({ status: 400, reason: 'invalid' });
    expect((await patchSubnet({ allowSubnetCidrRoutesOverlap: true })).failure).toBeUndefined();
    expect((await patchSubnet(ranged)).failure).toBeUndefined();
    expect((await subnet()).secondaryIpRanges).toEqual(ranged.secondaryIpRanges);
  });

  it('refuses a range that equals one route, and accepts one strictly inside a broader route', async () => {
    const { subnetRefusal, patchSubnet } = exampleProject();
    const range = (ipCidrRange: string) => ({ secondaryIpRanges: [{ rangeName: 'r', ipCidrRange }] });
    expect(await subnetRefusal(range('100.96.0.0/24'))).toMatchObject({ status: 400 });
    expect((await patchSubnet(range('172.16.4.0/24'))).failure).toBeUndefined();
  });

  it('keeps the flag while routes lie in the ranges, unless switched', async () => {
    const kept = exampleProject();
    await kept.patchSubnet({ allowSubnetCidrRoutesOverlap: true });
    await kept.patchSubnet(ranged);
    expect(await kept.subnetRefusal({ allowSubnetCidrRoutesOverlap: false })).toMatchObject({ status: 400 });

    const free = exampleProject({ switches: { flagOffWhileRoutesOverlap: 'accepted' } });
    await free.patchSubnet({ allowSubnetCidrRoutesOverlap: true });
    await free.patchSubnet(ranged);
    expect((await free.patchSubnet({ allowSubnetCidrRoutesOverlap: false })).failure).toBeUndefined();
  });

  it('takes one group of changes at a time', async () => {
    const { subnetRefusal } = exampleProject();
    const both = { allowSubnetCidrRoutesOverlap: true, secondaryIpRanges: [other] };
    expect(await subnetRefusal(both)).toMatchObject({ status: 400, reason: 'invalid' });
  });

  it('refuses to add and remove secondary ranges in one request, and to change one', async () => {
    const { patchSubnet, subnetRefusal } = exampleProject();
    await patchSubnet({ secondaryIpRanges: [other] });
    const swapped = await subnetRefusal({
      secondaryIpRanges: [{ rangeName: 'next', ipCidrRange: '192.168.64.0/20' }],
    });
    expect(swapped.message).toBe(
      "Invalid value for field 'resource.secondaryIpRanges': ''. Cannot add and remove secondary IP ranges in the same request. Added ranges: [next]. Removed ranges: [other].",
    );
    const changed = await subnetRefusal({ secondaryIpRanges: [{ ...other, ipCidrRange: '192.168.0.0/19' }] });
    expect(changed.message).toContain('Existing secondary range cannot be modified');
  });

  it('refuses a range that overlaps a range of another subnetwork of the network', async () => {
    const { subnetRefusal } = exampleProject();
    const refusal = await subnetRefusal({
      secondaryIpRanges: [{ rangeName: 'r', ipCidrRange: '10.243.0.0/25' }],
    });
    expect(refusal.message).toContain(
      "conflicts with existing subnetwork 'shoot--core--api-internal' in region 'europe-west1'",
    );
  });

  it('gives up a secondary range only when no alias uses it', async () => {
    const { patchSubnet, patchNic, subnetRefusal, alias } = exampleProject();
    await patchSubnet({ allowSubnetCidrRoutesOverlap: true });
    await patchSubnet(ranged);
    await patchNic(0, { aliasIpRanges: [alias(0)] });
    expect(await subnetRefusal({ secondaryIpRanges: [] })).toMatchObject({
      reason: 'resourceInUseByAnotherResource',
    });
    await patchNic(0, { aliasIpRanges: [] });
    expect((await patchSubnet({ secondaryIpRanges: [] })).failure).toBeUndefined();
  });

  it('is not ready while another operation works on the subnetwork', async () => {
    const { call, refused, subnet, nodesSubnet } = exampleProject();
    const { fingerprint } = await subnet();
    expect(
      await call('PATCH', nodesSubnet, { fingerprint, ...{ secondaryIpRanges: [other] } }),
    ).toMatchObject({
      status: 200,
    });
    expect(
      await refused('PATCH', nodesSubnet, { fingerprint, allowSubnetCidrRoutesOverlap: true }),
    ).toMatchObject({
      status: 400,
      reason: 'resourceNotReady',
    });
  });
});

describe('a subnetwork becoming dual-stack', () => {
  const dual = { stackType: 'IPV4_IPV6', ipv6AccessType: 'EXTERNAL' };
  const prefixed = z.looseObject({ stackType: z.string(), externalIpv6Prefix: z.string().optional() });

  it('shows its external /64 some time after the operation is done, and brings a default route for IPv6', async () => {
    const { patchSubnet, get, nodesSubnet, clock, compute } = exampleProject({
      switches: { ipv6PrefixDelayMs: 30_000 },
    });
    await patchSubnet(dual);
    expect(await get(nodesSubnet, prefixed)).not.toHaveProperty('externalIpv6Prefix');
    await clock.advance(30_000);
    expect((await get(nodesSubnet, prefixed)).externalIpv6Prefix).toMatch(/^2600:1900:[0-9a-f:]+::\/64$/);
    const routes = await clock.until(compute.actors.listRoutes());
    expect(routes.map(({ destRange }) => destRange)).toContain('::/0');
  });

  it('needs the access type, and cannot change it once it is set', async () => {
    const { patchSubnet, subnetRefusal } = exampleProject();
    expect(await subnetRefusal({ stackType: 'IPV4_IPV6' })).toMatchObject({ status: 400 });
    await patchSubnet(dual);
    expect(await subnetRefusal({ ipv6AccessType: 'INTERNAL' })).toMatchObject({ status: 400 });
  });

  it('is refused by an organisation policy with 412, when that is switched', async () => {
    const { subnetRefusal } = exampleProject({ switches: { externalIpv6Policy: 'denied' } });
    expect(await subnetRefusal(dual)).toMatchObject({ status: 412, reason: 'conditionNotMet' });
  });

  it('goes together with the overlap flag in neither order, unless switched', async () => {
    const flagFirst = exampleProject();
    await flagFirst.patchSubnet({ allowSubnetCidrRoutesOverlap: true });
    expect(await flagFirst.subnetRefusal(dual)).toMatchObject({ status: 400 });
    const dualFirst = exampleProject();
    await dualFirst.patchSubnet(dual);
    expect(await dualFirst.subnetRefusal({ allowSubnetCidrRoutesOverlap: true })).toMatchObject({
      status: 400,
    });
    const both = exampleProject({
      switches: { dualStackOnHybridSubnet: 'accepted', flagOnDualStackSubnet: 'accepted' },
    });
    await both.patchSubnet({ allowSubnetCidrRoutesOverlap: true });
    expect((await both.patchSubnet(dual)).failure).toBeUndefined();
  });
});
