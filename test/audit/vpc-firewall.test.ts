import { expect, test } from 'vitest';
import { type VpcFirewall, vpcFirewall } from '../../shared/audit/index.ts';
import { systemClock } from '../../shared/clock.ts';
import { startWorld, type World } from '../compute/world.ts';

function firewallOf({ cluster: { project }, sent, network }: World): VpcFirewall {
  return vpcFirewall({ project, clock: systemClock, endpoint: sent.url }, network);
}

test('rules of the network are read as they are, and those of another network are not', async () => {
  const world = await startWorld();
  const { compute, network } = world;
  await compute.putFirewallRule({
    name: 'audited',
    network,
    sources: ['::/0'],
    allowed: [{ protocol: '58' }, { protocol: 'tcp', ports: ['22', '80-90'] }],
  });
  const rules = await firewallOf(world).rules();
  expect(rules.find(({ name }) => name === 'audited')).toEqual({
    name: 'audited',
    network,
    direction: 'INGRESS',
    priority: 1000,
    disabled: false,
    action: 'allow',
    protocols: [
      { protocol: '58', ports: [] },
      { protocol: 'tcp', ports: ['22', '80-90'] },
    ],
    sources: ['::/0'],
    destinations: [],
    targets: [],
  });
  expect(
    await vpcFirewall(
      { project: world.cluster.project, clock: systemClock, endpoint: world.sent.url },
      'other',
    ).rules(),
  ).toEqual([]);
});

test('nothing is changed by looking', async () => {
  const world = await startWorld();
  await firewallOf(world).rules();
  expect(world.sent.mutations()).toEqual([]);
});
