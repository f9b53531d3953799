import { expect, it } from 'vitest';
import type { FirewallRule } from '../../shared/compute/compute.ts';
import { startWorld } from './world.ts';

function ipv6Rule(network: string): FirewallRule {
  return {
    name: `${network}-allow-internal-access-ipv6`,
    network,
    sources: ['2600:1900:4000:1::/64', '2600:1900:4000:2::/64'],
    allowed: [
      { protocol: '58' },
      { protocol: 'tcp', ports: ['1-65535'] },
      { protocol: 'udp', ports: ['1-65535'] },
    ],
  };
}

it('a rule is created, read back as it was given, and left alone after that', async () => {
  const { compute, network, sent } = await startWorld();
  const rule = ipv6Rule(network);
  expect(await compute.firewallRule(rule.name)).toBeUndefined();
  await compute.putFirewallRule(rule);
  expect(await compute.firewallRule(rule.name)).toEqual(rule);
  await compute.putFirewallRule({
    ...rule,
    sources: rule.sources.toReversed(),
    allowed: rule.allowed.toReversed(),
  });
  expect(sent.mutations()).toHaveLength(1);
});

it('a rule that differs is changed to exactly the one that is wanted', async () => {
  const { compute, network, sent } = await startWorld();
  const rule = ipv6Rule(network);
  await compute.putFirewallRule({
    ...rule,
    sources: ['2600:1900:4000:9::/64'],
    allowed: [{ protocol: 'tcp' }],
  });
  await compute.putFirewallRule(rule);
  expect(await compute.firewallRule(rule.name)).toEqual(rule);
  expect(sent.mutations().map(({ method }) => method)).toEqual(['POST', 'PATCH']);
});

it('a rule that somebody narrowed to a tag is freed of it', async () => {
  const rule = ipv6Rule('shoot--core--api');
  const { compute, sent } = await startWorld({
    scenario: (scenario) => ({
      ...scenario,
      firewalls: [
        ...scenario.firewalls,
        {
          name: rule.name,
          network: `projects/${scenario.project}/global/networks/${rule.network}`,
          direction: 'INGRESS',
          priority: 1000,
          sourceRanges: [...rule.sources],
          targetTags: ['some-nodes'],
          allowed: rule.allowed.map(({ protocol, ports }) => ({
            IPProtocol: protocol,
            ...(ports && { ports }),
          })),
        },
      ],
    }),
  });
  expect(await compute.firewallRule(rule.name)).toEqual({ ...rule, allowed: [] });
  await compute.putFirewallRule(rule);
  await compute.putFirewallRule(rule);
  expect(await compute.firewallRule(rule.name)).toEqual(rule);
  expect(sent.mutations().map(({ method }) => method)).toEqual(['PUT']);
});
