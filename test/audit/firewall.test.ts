import { describe, expect, test } from 'vitest';
import type { VpcFirewallRule } from '../../shared/audit/index.ts';
import { FINE, firewallRule } from './fine-cluster.ts';
import { auditOf, found } from './listed-cluster.ts';
import { node, PODS_IPV6 } from './objects.ts';

const OPEN = firewallRule({
  name: 'open',
  sources: ['::/0'],
  protocols: [{ protocol: 'tcp', ports: ['22'] }],
});
const DENY = firewallRule({
  name: 'deny',
  action: 'deny',
  sources: ['::/0'],
  protocols: [{ protocol: 'all', ports: [] }],
});

const foundWith = async (...firewall: readonly VpcFirewallRule[]) => found(await auditOf(FINE, { firewall }));
const REACHABLE = ['globally-reachable: Firewall open'];

describe('a rule that lets anybody in over IPv6', () => {
  test.each<[string, Partial<VpcFirewallRule>]>([
    ['from everywhere', {}],
    ['from one of two halves of the Internet', { sources: ['2000::/4', '3000::/4'] }],
    ['from a whole registry’s space', { sources: ['2a00::/12'] }],
    ['for instances with a tag', { targets: ['shoot--core--api'] }],
    ['to the nodes’ own range', { destinations: [`${PODS_IPV6}::/64`] }],
  ])('is found: %s', async (_, parts) => {
    expect(await foundWith({ ...OPEN, ...parts })).toEqual(REACHABLE);
  });

  test.each<[string, Partial<VpcFirewallRule>]>([
    ['over IPv4', { sources: ['0.0.0.0/0'] }],
    ['from one customer’s space', { sources: ['2a00:1450::/32'] }],
    ['from private space', { sources: ['fc00::/7'] }],
    ['while it is disabled', { disabled: true }],
    ['out', { direction: 'EGRESS' }],
    ['to a load balancer', { destinations: ['2600:1900:1::1/128'] }],
  ])('is none that only lets somebody in: %s', async (_, parts) => {
    expect(await foundWith({ ...OPEN, ...parts })).toEqual([]);
  });

  test('is undone by a denial that comes first, or at the same priority', async () => {
    expect(await foundWith(OPEN, { ...DENY, priority: 900 })).toEqual([]);
    expect(await foundWith(OPEN, DENY)).toEqual([]);
    expect(await foundWith(OPEN, { ...DENY, protocols: [{ protocol: 'tcp', ports: ['20-30'] }] })).toEqual(
      [],
    );
  });

  test.each<[string, Partial<VpcFirewallRule>]>([
    ['comes later', { priority: 1001 }],
    ['is disabled', { disabled: true }],
    ['is for other ports', { protocols: [{ protocol: 'tcp', ports: ['80'] }] }],
    ['is for other protocols', { protocols: [{ protocol: 'udp', ports: [] }] }],
    ['is for some instances only', { targets: ['bastion'] }],
    ['is for some sources only', { sources: ['2a00::/12'] }],
    ['is for some destinations only', { destinations: ['2600:1900:1::/64'] }],
  ])('is not undone by a denial that %s', async (_, parts) => {
    expect(await foundWith(OPEN, { ...DENY, ...parts })).toEqual(REACHABLE);
  });

  test('reaches nobody where no node has an address of the Internet', async () => {
    const ula = node('node-1', 1, {
      podCidrs: ['100.96.1.0/24', 'fd00:1::/112'],
      addresses: ['10.250.0.1', 'fd00:2::1'],
    });
    expect(found(await auditOf([ula], { firewall: [OPEN] }))).toEqual([]);
  });
});
