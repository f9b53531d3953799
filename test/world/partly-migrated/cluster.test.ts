import { expect, test } from 'vitest';
import { nodes } from '../../../infra/local/cluster/index.ts';
import { kubeDnsClusterIps } from './gardener.ts';
import { type Changes, takenUpTo } from './world.ts';

const PATIENCE = { timeout: 120_000 };

/** The two that the last two steps make, whatever the network plugin takes. */
function dnsChanges({ cluster }: Changes) {
  return { restarts: cluster['patch deployments.apps'] ?? 0, switches: cluster['patch services'] ?? 0 };
}

test('routes that are moved stay as they are: nodes are rolled, and the rest follows', PATIENCE, async () => {
  const { migrate, changes } = await takenUpTo('check-nodes');
  expect((await migrate()).status.kind).toBe('succeeded');
  expect(changes().compute).toEqual({});
  // The rollout and the reconciliation.
  expect(changes().garden).toEqual({ 'patch shoots.core.gardener.cloud': 2 });
  expect(dnsChanges(changes())).toEqual({ restarts: 1, switches: 1 });
});

test('nodes that are dual-stack are not rolled again', PATIENCE, async () => {
  const { world, migrate, changes } = await takenUpTo('configure-cni');
  const names = () => world.cluster.api.list(nodes).items.map(({ metadata }) => metadata.name);
  const before = names();
  expect((await migrate()).status.kind).toBe('succeeded');
  expect(changes().compute).toEqual({});
  expect(names()).toEqual(before);
  expect(changes().garden).toEqual({ 'patch shoots.core.gardener.cloud': 1 });
  expect(dnsChanges(changes())).toEqual({ restarts: 1, switches: 1 });
});

test(
  'a network plugin that gives out both families is neither written nor rolled again',
  PATIENCE,
  async () => {
    const { migrate, changes } = await takenUpTo('restart-coredns');
    expect((await migrate()).status.kind).toBe('succeeded');
    expect(changes()).toEqual({
      compute: {},
      cluster: { 'patch deployments.apps': 1, 'patch services': 1 },
      garden: {},
    });
  },
);

test('CoreDNS pods that somebody has restarted are not restarted again', PATIENCE, async () => {
  const { migrate, changes } = await takenUpTo('switch-kube-dns');
  expect((await migrate()).status.kind).toBe('succeeded');
  expect(changes()).toEqual({ compute: {}, cluster: { 'patch services': 1 }, garden: {} });
});

test(
  'a shoot that is dual-stack in everything is found so, and nothing at all is changed',
  PATIENCE,
  async () => {
    const { world, migrate, changes, outcomeOf } = await takenUpTo('the end');
    const clusterIps = kubeDnsClusterIps(world);
    const stored: string[] = [];
    world.cluster.onChange(({ type, resource, object }) => {
      stored.push(`${type} ${resource.kind} ${object.metadata.name}`);
    });
    const migration = await migrate();
    expect(migration.status.kind).toBe('succeeded');
    expect(changes()).toEqual({ compute: {}, cluster: {}, garden: {} });
    expect(stored).toEqual([]);
    expect(kubeDnsClusterIps(world)).toEqual(clusterIps);
    expect(await outcomeOf('switch-kube-dns')).toContain(
      `kube-dns answers at ${clusterIps.join(' and ')} with 2 endpoints of each family`,
    );
    expect(migration.constraints).toEqual([]);
  },
);
