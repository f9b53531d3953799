import { describe, expect, test } from 'vitest';
import { parseCidr } from '../../shared/migration/cidr.ts';
import { servicesIpv6Range } from '../../shared/steps/infrastructure-names.ts';
import { decideKubeDns } from '../../shared/steps/switch-kube-dns/decide.ts';
import { SERVICES_PREFIX } from './fixtures.ts';

const V4 = '100.64.0.10';
const V6 = '2600:1900:4000:2::a';

function decide(
  clusterIps: readonly string[],
  endpoints = { IPv4: 2, IPv6: 2 },
  prefix: string | undefined = SERVICES_PREFIX,
) {
  const servicesIpv6 = prefix === '' ? undefined : servicesIpv6Range(prefix);
  return decideKubeDns({ state: { clusterIps, endpoints }, servicesIpv6 });
}

test('the services’ range is the first /108 of their subnet’s prefix', () => {
  expect(servicesIpv6Range(SERVICES_PREFIX)).toBe(parseCidr('2600:1900:4000:2::/108'));
});

test('the second cluster IP is the tenth address of the services’ range', () => {
  expect(decide([V4])).toEqual({ kind: 'act', action: { kind: 'make dual-stack', preferredIpv6: V6 } });
});

describe('the IPv4 cluster IP is the first', () => {
  test.each([[[]], [[V6]], [[V6, V4]], [['None']], [['']]])('or the step is blocked: %j', (clusterIps) => {
    expect(decide(clusterIps)).toMatchObject({ kind: 'blocked', reason: 'KubeDnsNotIpv4First' });
  });
});

test('without a range for Services nothing is changed', () => {
  expect(decide([V4], { IPv4: 2, IPv6: 0 }, '')).toMatchObject({
    kind: 'blocked',
    reason: 'ServicesRangeMissing',
  });
});

test('a Service that is dual-stack already needs no range any more', () => {
  expect(decide([V4, V6], { IPv4: 2, IPv6: 2 }, '')).toMatchObject({ kind: 'done' });
});

test.each([
  [{ IPv4: 2, IPv6: 0 }, 'waiting'],
  [{ IPv4: 0, IPv6: 2 }, 'waiting'],
  [{ IPv4: 0, IPv6: 0 }, 'waiting'],
  [{ IPv4: 1, IPv6: 1 }, 'done'],
])('done is when there are endpoints of both families: %j is %s', (endpoints, kind) => {
  expect(decide([V4, V6], endpoints).kind).toBe(kind);
});
