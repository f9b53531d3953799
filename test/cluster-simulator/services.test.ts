import { describe, expect, test } from 'vitest';
import type { ClusterClient, JsonObject } from '../../infra/local/cluster/index.ts';
import { services } from '../../infra/local/cluster/index.ts';
import { clusterInProcess, DUAL_STACK, IPV6_SERVICE_RANGE, refusal, SERVICE_RANGE } from './small-cluster.ts';

const KUBE_DNS = { namespace: 'kube-system', name: 'kube-dns' };
const IPV4_DNS = '100.64.0.10';
const IPV6_DNS = '2001:db8:64::a';

function cluster(serviceClusterIpRanges: readonly string[] = [SERVICE_RANGE]) {
  return clusterInProcess({ serviceClusterIpRanges });
}

const create = (client: ClusterClient, spec: JsonObject, name = 'svc') =>
  client.create(services, {
    metadata: { name, namespace: 'shop' },
    spec: { ports: [{ port: 80 }], ...spec },
  });

const patchDns = (client: ClusterClient, spec: JsonObject, dryRun = false) =>
  client.patch(services, KUBE_DNS, { kind: 'merge', body: { spec } }, { dryRun });

describe('Services on a single-stack server', () => {
  test('get one address, from the range', async () => {
    const { client } = cluster();
    const { spec } = await create(client, {});
    expect(spec).toMatchObject({
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      clusterIPs: [spec.clusterIP],
    });
    expect(spec.clusterIP).toMatch(/^100\.(6[4-9]|7[01])\./);
  });

  test('RequireDualStack is refused in the real server’s words', async () => {
    const { client } = cluster();
    expect(await refusal(create(client, { ipFamilyPolicy: 'RequireDualStack' }))).toMatchObject({
      code: 422,
      message:
        'Service "svc" is invalid: spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
      details: { causes: [{ reason: 'FieldValueInvalid', field: 'spec.ipFamilyPolicy' }] },
    });
  });

  test('PreferDualStack is taken, with the one family there is', async () => {
    const { client } = cluster();
    expect((await create(client, { ipFamilyPolicy: 'PreferDualStack' })).spec).toMatchObject({
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'PreferDualStack',
    });
  });

  test('a family that is not configured is refused, asked for by name or by address', async () => {
    const { client } = cluster();
    expect((await refusal(create(client, { ipFamilies: ['IPv6'] }))).message).toContain(
      'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    );
    expect((await refusal(create(client, { clusterIP: IPV6_DNS }))).message).toContain(
      'IPv6 is not configured on this cluster',
    );
  });
});

describe('Service addresses', () => {
  test('outside the range or in use they are refused', async () => {
    const { client } = cluster();
    expect(await refusal(create(client, { clusterIP: '10.0.0.1' }))).toMatchObject({
      code: 422,
      message: expect.stringContaining('the provided network does not match the current range'),
    });
    expect((await refusal(create(client, { clusterIP: IPV4_DNS }))).message).toContain(
      `failed to allocate IP ${IPV4_DNS}: provided IP is already allocated`,
    );
  });

  test('are free again once their Service is gone', async () => {
    const { client } = cluster();
    await create(client, { clusterIP: '100.64.9.9' });
    await client.delete(services, { namespace: 'shop', name: 'svc' });
    expect((await create(client, { clusterIP: '100.64.9.9' })).spec.clusterIP).toBe('100.64.9.9');
  });

  test('fields that contradict each other are refused', async () => {
    const { client } = cluster(DUAL_STACK);
    const sentence = async (spec: JsonObject) => (await refusal(create(client, spec))).message;
    expect(await sentence({ clusterIP: '100.64.1.1', clusterIPs: ['100.64.1.2'] })).toContain(
      'first value must match `clusterIP`',
    );
    expect(await sentence({ clusterIPs: ['100.64.1.2'] })).toContain(
      'must be empty when `clusterIP` is not specified',
    );
    expect(await sentence({ clusterIP: '100.64.1.1', ipFamilies: ['IPv6'] })).toContain(
      'expected an IPv6 value as indicated by `ipFamilies[0]`',
    );
    expect(await sentence({ ipFamilies: ['IPv4', 'IPv6'] })).toContain(
      "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
    );
    expect(await sentence({ clusterIP: '100.64.1.1', clusterIPs: ['100.64.1.1', '100.64.1.2'] })).toContain(
      'may specify no more than one IP for each IP family',
    );
    expect(await sentence({ clusterIP: 'nonsense' })).toContain('must be a valid IP address');
    expect(await sentence({ ipFamilyPolicy: 'Both' })).toContain(
      'Unsupported value: "Both": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"',
    );
  });

  test('the primary one cannot be changed', async () => {
    const { client } = cluster(DUAL_STACK);
    const attempt = patchDns(client, { clusterIP: '100.64.7.7', clusterIPs: ['100.64.7.7'] });
    expect(await refusal(attempt)).toMatchObject({
      code: 422,
      message: expect.stringContaining(
        'spec.clusterIPs[0]: Invalid value: ["100.64.7.7"]: may not change once set',
      ),
    });
  });

  test('a replacement that leaves them out keeps them', async () => {
    const { client } = cluster();
    const before = await client.get(services, KUBE_DNS);
    const { clusterIP: _one, clusterIPs: _all, ...spec } = before.spec;
    const after = await client.update(services, { ...before, spec });
    expect(after.spec.clusterIPs).toEqual([IPV4_DNS]);
  });
});

describe('making kube-dns dual-stack', () => {
  test('is refused by a dry run until the server has both ranges, and accepted afterwards', async () => {
    const world = cluster();
    const probe = () => patchDns(world.client, { ipFamilyPolicy: 'RequireDualStack' }, true);
    expect((await refusal(probe())).message).toContain('not configured for dual-stack services');
    const restarted = world.setServiceClusterIpRanges(DUAL_STACK);
    await expect(world.client.get(services, KUBE_DNS)).rejects.toThrow(
      'connection to the API server was lost',
    );
    await world.clock.advance(10_000);
    await restarted;
    expect((await probe()).spec.clusterIPs).toHaveLength(2);
    expect((await world.client.get(services, KUBE_DNS)).spec.clusterIPs).toEqual([IPV4_DNS]);
  });

  test('the second address can be pinned, and the first stays', async () => {
    const { client } = cluster(DUAL_STACK);
    const spec = { ipFamilyPolicy: 'PreferDualStack', clusterIPs: [IPV4_DNS, IPV6_DNS] };
    expect((await patchDns(client, spec)).spec).toMatchObject({
      clusterIP: IPV4_DNS,
      clusterIPs: [IPV4_DNS, IPV6_DNS],
      ipFamilies: ['IPv4', 'IPv6'],
    });
  });

  test('the second address is allocated when it is not pinned', async () => {
    const { client } = cluster(DUAL_STACK);
    const { spec } = await patchDns(client, { ipFamilyPolicy: 'RequireDualStack' });
    expect(spec.clusterIPs?.[0]).toBe(IPV4_DNS);
    expect(spec.clusterIPs?.[1]).toMatch(/^2001:db8:64:/);
  });

  test('a pinned second address that somebody holds is refused', async () => {
    const { client } = cluster(DUAL_STACK);
    await create(client, { clusterIP: IPV6_DNS, ipFamilies: ['IPv6'] });
    const spec = { ipFamilyPolicy: 'PreferDualStack', clusterIPs: [IPV4_DNS, IPV6_DNS] };
    expect((await refusal(patchDns(client, spec))).message).toContain('provided IP is already allocated');
  });

  test('once chosen, the second address cannot be pinned to another (the race of gardener#12170)', async () => {
    const { client } = cluster(DUAL_STACK);
    await patchDns(client, { ipFamilyPolicy: 'PreferDualStack' });
    const attempt = patchDns(client, { clusterIPs: [IPV4_DNS, IPV6_DNS] });
    expect((await refusal(attempt)).message).toContain('spec.clusterIPs[1]');
    expect((await refusal(patchDns(client, { clusterIPs: [IPV4_DNS, IPV6_DNS] }))).message).toContain(
      'may not change once set',
    );
  });

  test('the second address is given back only by saying SingleStack', async () => {
    const { client } = cluster(DUAL_STACK);
    await patchDns(client, { ipFamilyPolicy: 'RequireDualStack' });
    const silent = patchDns(client, { clusterIPs: [IPV4_DNS], ipFamilies: ['IPv4'] });
    expect((await refusal(silent)).message).toContain(
      "must be 'SingleStack' to release the secondary cluster IP",
    );
    expect((await patchDns(client, { ipFamilyPolicy: 'SingleStack' })).spec).toMatchObject({
      clusterIPs: [IPV4_DNS],
      ipFamilies: ['IPv4'],
    });
  });

  test('a PreferDualStack Service from before the second range stays as it is', async () => {
    const world = cluster();
    await create(world.client, { ipFamilyPolicy: 'PreferDualStack' });
    const restarted = world.setServiceClusterIpRanges([SERVICE_RANGE, IPV6_SERVICE_RANGE]);
    await world.clock.advance(10_000);
    await restarted;
    const named = { namespace: 'shop', name: 'svc' };
    const body = { metadata: { labels: { touched: 'yes' } } };
    const { spec } = await world.client.patch(services, named, { kind: 'merge', body });
    expect(spec.ipFamilies).toEqual(['IPv4']);
  });
});
