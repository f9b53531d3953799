import { describe, expect, it } from 'vitest';
import { spanOf } from '../../infra/local/gce/index.ts';
import { exampleProject, TEN_SECONDS, type TestOptions } from './project.ts';

/** A project whose nodes subnet has its pod range and still allows the routes in it. */
async function withPodRange(options: TestOptions = {}) {
  const project = exampleProject(options);
  await project.patchSubnet({ allowSubnetCidrRoutesOverlap: true });
  await project.patchSubnet({ secondaryIpRanges: [project.podRange] });
  return project;
}

describe('instances.updateNetworkInterface', () => {
  it('wants a fingerprint: 400 without one, 412 with an old one', async () => {
    const { nic, nicPath, refused, patchNic, alias } = await withPodRange();
    const { fingerprint } = await nic(0);
    expect(await refused('PATCH', nicPath(0), { aliasIpRanges: [] })).toMatchObject({
      status: 400,
      reason: 'required',
    });
    await patchNic(0, { aliasIpRanges: [alias(0)] });
    expect(await refused('PATCH', nicPath(0), { fingerprint, aliasIpRanges: [] })).toMatchObject({
      status: 412,
    });
  });

  it('replaces the whole list, and leaves it alone when the key is absent', async () => {
    const { nic, patchNic, alias } = await withPodRange();
    await patchNic(0, { aliasIpRanges: [alias(0)] });
    await patchNic(0, { stackType: 'IPV4_ONLY' });
    expect((await nic(0)).aliasIpRanges).toEqual([alias(0)]);
    await patchNic(0, { aliasIpRanges: [] });
    expect((await nic(0)).aliasIpRanges).toBeUndefined();
  });

  it('refuses accessConfigs, and tolerates what a copied NIC holds besides', async () => {
    const { nic, nicRefusal, patchNic, alias } = await withPodRange();
    const refusal = await nicRefusal(0, { accessConfigs: [] });
    expect(refusal.message).toBe(
      "Invalid value for field 'resource.accessConfigs': ''. Updating this field is not supported.",
    );
    const whole = { ...(await nic(0)), aliasIpRanges: [alias(0)] };
    expect((await patchNic(0, whole)).failure).toBeUndefined();
  });

  it('wants a range that exists and contains the alias', async () => {
    const { nicRefusal } = await withPodRange();
    const refusal = (ipCidrRange: string, subnetworkRangeName: string) =>
      nicRefusal(0, { aliasIpRanges: [{ ipCidrRange, subnetworkRangeName }] });
    expect(await refusal('100.96.0.0/24', 'nobody')).toMatchObject({ status: 400, reason: 'invalid' });
    expect(await refusal('192.168.0.0/24', 'ipv4-pod-cidr')).toMatchObject({
      status: 400,
      reason: 'invalid',
    });
  });

  it('fails in its operation when another NIC holds an address of the alias', async () => {
    const { patchNic, alias, nic } = await withPodRange();
    await patchNic(0, { aliasIpRanges: [alias(0)] });
    const operation = await patchNic(1, { aliasIpRanges: [{ ...alias(0), ipCidrRange: '100.96.0.64/26' }] });
    expect(operation.failure).toEqual({
      code: 'IP_IN_USE_BY_ANOTHER_RESOURCE',
      message: "IP '100.96.0.64/26' is already being used by another resource.",
    });
    expect((await nic(1)).aliasIpRanges).toBeUndefined();
  });

  it('refuses to add and remove aliases in one request, unless switched', async () => {
    const strict = await withPodRange();
    await strict.patchNic(0, { aliasIpRanges: [strict.alias(0)] });
    expect(await strict.nicRefusal(0, { aliasIpRanges: [strict.alias(3)] })).toMatchObject({ status: 400 });
    const lenient = await withPodRange({ switches: { aliasAddAndRemoveInOnePatch: 'accepted' } });
    await lenient.patchNic(0, { aliasIpRanges: [lenient.alias(0)] });
    expect((await lenient.patchNic(0, { aliasIpRanges: [lenient.alias(3)] })).failure).toBeUndefined();
  });

  it('refuses overlapping aliases of one request, more than 150, and one over its own address', async () => {
    const { nicRefusal, alias, patchNic, node } = await withPodRange();
    expect(await nicRefusal(0, { aliasIpRanges: [alias(0), alias(0)] })).toMatchObject({ status: 400 });
    const many = Array.from({ length: 151 }, (_, index) => ({
      ...alias(0),
      ipCidrRange: `100.97.${index}.0/24`,
    }));
    expect(await nicRefusal(0, { aliasIpRanges: many })).toMatchObject({ status: 400 });
    const own = await patchNic(0, { aliasIpRanges: [{ ipCidrRange: `${node(0).internalIp}/32` }] });
    expect(own.failure?.code).toBe('IP_IN_USE_BY_ANOTHER_RESOURCE');
  });

  it.each([
    ['412', 'conditionNotMet'],
    ['resourceNotReady', 'resourceNotReady'],
  ] as const)('answers a second update in flight with %s', async (inFlightNicUpdate, reason) => {
    const { nic, nicPath, call, refused, alias } = await withPodRange({ switches: { inFlightNicUpdate } });
    const { fingerprint } = await nic(0);
    await call('PATCH', nicPath(0), { fingerprint, aliasIpRanges: [alias(0)] });
    expect(await refused('PATCH', nicPath(0), { fingerprint, aliasIpRanges: [alias(0)] })).toMatchObject({
      reason,
    });
  });

  it('fails in its operation when the VM is deleted meanwhile', async () => {
    const latency = { ...TEN_SECONDS, 'instances.delete': spanOf(1_000) };
    const { nic, nicPath, node, call, alias, done, clock } = await withPodRange({ latency });
    const { fingerprint } = await nic(0);
    const { body } = await call('PATCH', nicPath(0), { fingerprint, aliasIpRanges: [alias(0)] });
    expect((await done('DELETE', node(0).path)).failure).toBeUndefined();
    await clock.advance(10_000);
    const operation = `zones/${node(0).zone}/operations/${Reflect.get(Object(body), 'name')}`;
    expect((await call('GET', operation)).body).toMatchObject({
      status: 'DONE',
      httpErrorStatusCode: 404,
      error: { errors: [{ code: 'RESOURCE_NOT_FOUND' }] },
    });
  });

  it('is not ready while the VM is being deleted', async () => {
    const { nicRefusal, node, call } = await withPodRange();
    await call('DELETE', node(0).path);
    expect(await nicRefusal(0, { aliasIpRanges: [] })).toMatchObject({
      status: 400,
      reason: 'resourceNotReady',
    });
  });
});

describe('an alias asked for by its size', () => {
  const asked = { aliasIpRanges: [{ ipCidrRange: '/24', subnetworkRangeName: 'ipv4-pod-cidr' }] };

  it('gets the first block that no NIC holds, be it the destination of a route', async () => {
    const { patchNic, nic, alias } = await withPodRange();
    await patchNic(0, { aliasIpRanges: [alias(0)] });
    await patchNic(3, asked);
    expect((await nic(3)).aliasIpRanges?.[0]?.ipCidrRange).toBe('100.96.1.0/24');
  });

  it('gets a block without a route when that is switched', async () => {
    const { patchNic, nic } = await withPodRange({ switches: { netmaskAllocationSkipsRoutes: 'yes' } });
    await patchNic(3, asked);
    expect((await nic(3)).aliasIpRanges?.[0]?.ipCidrRange).toBe('100.96.4.0/24');
  });

  it('fails in its operation when the range is used up', async () => {
    const { patchNic, patchSubnet, podRange } = await withPodRange();
    const small = { rangeName: 'small', ipCidrRange: '192.168.0.0/24' };
    await patchSubnet({ secondaryIpRanges: [podRange, small] });
    const alias = { aliasIpRanges: [{ ipCidrRange: '/24', subnetworkRangeName: 'small' }] };
    expect((await patchNic(0, alias)).failure).toBeUndefined();
    expect((await patchNic(1, alias)).failure?.code).toBe('IP_SPACE_EXHAUSTED');
  });
});

describe('a NIC becoming dual-stack', () => {
  it('needs a dual-stack subnetwork and gets a /96 of its own', async () => {
    const { patchSubnet, patchNic, nicRefusal, nic, clock } = exampleProject();
    expect(await nicRefusal(0, { stackType: 'IPV4_IPV6' })).toMatchObject({ status: 400 });
    await patchSubnet({ stackType: 'IPV4_IPV6', ipv6AccessType: 'EXTERNAL' });
    await clock.advance(2_000);
    await patchNic(0, { stackType: 'IPV4_IPV6' });
    await patchNic(1, { stackType: 'IPV4_IPV6' });
    const addresses = [await nic(0), await nic(1)].map((one) => one.ipv6AccessConfigs?.[0]);
    expect(addresses[0]).toMatchObject({ type: 'DIRECT_IPV6', externalIpv6PrefixLength: 96 });
    expect(addresses[0]?.externalIpv6).not.toBe(addresses[1]?.externalIpv6);
  });
});
