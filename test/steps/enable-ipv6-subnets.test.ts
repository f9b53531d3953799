import { describe, expect, test } from 'vitest';
import type { FirewallRule } from '../../shared/compute/compute.ts';
import {
  decideNodesSubnet,
  decideServicesAndInternal,
} from '../../shared/steps/enable-ipv6-subnets/decide.ts';
import { ipv6FirewallRules, sameRule } from '../../shared/steps/enable-ipv6-subnets/firewall.ts';
import type { SubnetFacts } from '../../shared/steps/enable-ipv6-subnets/gather.ts';
import { NODES_PREFIX, SERVICES_PREFIX, servicesSubnet, subnet, TARGET } from './fixtures.ts';

const DUAL = { stackType: 'IPV4_IPV6', ipv6Range: '2600:1900:4000:3::/64' } as const;

function facts(changes: Partial<SubnetFacts> = {}): SubnetFacts {
  return {
    target: TARGET,
    network: { name: TARGET.network, autoMode: false, legacy: false },
    nodes: subnet('nodes'),
    internal: subnet('internal', DUAL),
    services: servicesSubnet(),
    firewallRules: ipv6FirewallRules(TARGET, [SERVICES_PREFIX]),
    ...changes,
  };
}

describe('services and internal subnets', () => {
  test('the services subnet is created when there is none', () => {
    expect(decideServicesAndInternal(facts({ services: undefined }))).toEqual({
      kind: 'act',
      action: { kind: 'create services subnet' },
    });
  });

  test.each<[string, Partial<SubnetFacts>]>([
    ['services', { services: servicesSubnet({ stackType: 'IPV4_ONLY', ipv6Range: undefined }) }],
    ['internal', { internal: subnet('internal') }],
  ])('the %s subnet is made dual-stack', (name, changes) => {
    expect(decideServicesAndInternal(facts(changes))).toEqual({
      kind: 'act',
      action: { kind: 'enable IPv6', subnet: `${TARGET.technicalId}-${name}` },
    });
  });

  test('a prefix that is not shown yet is waited for', () => {
    const internal = subnet('internal', { stackType: 'IPV4_IPV6' });
    expect(decideServicesAndInternal(facts({ internal }))).toMatchObject({
      kind: 'waiting',
      reason: 'Ipv6RangeNotYetShown',
      message: `waiting for the IPv6 range of ${TARGET.technicalId}-internal`,
    });
  });

  test('a shoot without internal subnet has none to wait for', () => {
    expect(decideServicesAndInternal(facts({ internal: undefined })).kind).toBe('done');
  });

  test('the nodes subnet is left alone, since routes and ranges overlap on an IPv4-only subnet only', () => {
    expect(decideServicesAndInternal(facts())).toMatchObject({ kind: 'done' });
  });

  test.each<[reason: string, changes: Partial<SubnetFacts>]>([
    ['NetworkMissing', { network: undefined }],
    ['NetworkInAutoMode', { network: { name: TARGET.network, autoMode: true, legacy: false } }],
    ['NodesSubnetMissing', { nodes: undefined }],
    ['SubnetInTheWay', { services: servicesSubnet({ range: '100.64.0.0/16' }) }],
    ['SubnetInTheWay', { services: servicesSubnet({ network: 'another' }) }],
  ])('%s blocks before anything is changed', (reason, changes) => {
    const decision = decideServicesAndInternal(facts({ firewallRules: [], ...changes }));
    expect(decision).toMatchObject({ kind: 'blocked', reason, remedy: expect.any(String) });
  });
});

describe('the nodes subnet’s turn', () => {
  test('it is made dual-stack, its prefix awaited, the firewall extended, and that is all', () => {
    expect(decideNodesSubnet(facts())).toMatchObject({
      action: { kind: 'enable IPv6', subnet: `${TARGET.technicalId}-nodes` },
    });
    const patched = subnet('nodes', { stackType: 'IPV4_IPV6' });
    expect(decideNodesSubnet(facts({ nodes: patched }))).toMatchObject({ kind: 'waiting' });
    const nodes = { ...patched, ipv6Range: NODES_PREFIX };
    expect(decideNodesSubnet(facts({ nodes }))).toMatchObject({
      action: { kind: 'put firewall rules', rules: [{ sources: [NODES_PREFIX, SERVICES_PREFIX] }] },
    });
    const firewallRules = ipv6FirewallRules(TARGET, [NODES_PREFIX, SERVICES_PREFIX]);
    expect(decideNodesSubnet(facts({ nodes, firewallRules }))).toBeUndefined();
  });
});

describe('firewall rules', () => {
  const [internal, health] = ipv6FirewallRules(TARGET, ['2600:1900:4000:2::/64', '2600:1900:4000:1::/64']);

  test('let in what the IPv4 ones let in, under names of their own', () => {
    expect(internal).toEqual({
      name: `${TARGET.technicalId}-allow-internal-access-ipv6`,
      network: TARGET.network,
      sources: ['2600:1900:4000:1::/64', '2600:1900:4000:2::/64'],
      allowed: [
        { protocol: '58' },
        { protocol: 'ipip' },
        { protocol: 'tcp', ports: ['1-65535'] },
        { protocol: 'udp', ports: ['1-65535'] },
      ],
    });
    expect(health?.name).toBe(`${TARGET.technicalId}-allow-health-checks-ipv6`);
    expect(health?.sources).toEqual(['2600:2d00:1:b029::/64', '2600:2d00:1:1::/64', '2600:1901:8001::/48']);
  });

  test('that are missing or differ are put, the others not', () => {
    const [right] = ipv6FirewallRules(TARGET, [SERVICES_PREFIX]);
    expect(
      decideServicesAndInternal(facts({ firewallRules: right === undefined ? [] : [right] })),
    ).toMatchObject({
      action: { kind: 'put firewall rules', rules: [{ name: health?.name }] },
    });
  });

  test('in another order are the same', () => {
    if (internal === undefined) throw new Error('there is such a rule');
    const shuffled: FirewallRule = {
      ...internal,
      sources: internal.sources.toReversed(),
      allowed: internal.allowed.toReversed(),
    };
    expect(sameRule(internal, shuffled)).toBe(true);
    expect(sameRule(internal, { ...internal, sources: ['::/0'] })).toBe(false);
    expect(sameRule(internal, { ...internal, network: 'another' })).toBe(false);
    expect(sameRule(internal, { ...internal, allowed: [{ protocol: 'all' }] })).toBe(false);
    expect(sameRule(internal, undefined)).toBe(false);
  });
});
