import { expect, onTestFinished, test } from 'vitest';
import { createInProcessWorld, type InProcessOptions } from '../../infra/local/in-process/index.ts';
import { localShoot } from '../../infra/local/world/shoot-file.ts';
import type { NetworkPluginName } from '../../shared/migration/network-plugins.ts';

interface Case {
  readonly strategy: NonNullable<InProcessOptions['strategy']>;
  readonly plugin: NetworkPluginName;
  readonly seed: number;
  /** What befalls the functions and the API server. */
  readonly trouble: 'none' | 'a death' | 'failing requests' | 'a server that is away';
}

const CASES: readonly Case[] = [
  { strategy: 'overlap', plugin: 'calico', seed: 1, trouble: 'none' },
  { strategy: 'overlap', plugin: 'cilium', seed: 2, trouble: 'failing requests' },
  { strategy: 'overlap', plugin: 'calico', seed: 3, trouble: 'a death' },
  { strategy: 'cutover', plugin: 'calico', seed: 4, trouble: 'a server that is away' },
  { strategy: 'cutover', plugin: 'cilium', seed: 5, trouble: 'none' },
];

const NODES = 4;

/** All that a world leaves behind of a migration. */
async function history({ strategy, plugin, seed, trouble }: Case, clients: 'real' | 'direct') {
  const world = await createInProcessWorld({
    nodes: NODES,
    strategy,
    seed,
    clients,
    acknowledgeTrafficLoss: strategy === 'cutover',
    shoot: localShoot(undefined, NODES, plugin),
  });
  onTestFinished(() => world.stop());
  const { cluster, garden } = world;
  if (trouble === 'a death')
    void world.killAt(({ method }) => method === 'networkPlugin.configure', 'after', 1);
  if (trouble === 'failing requests') {
    for (const answer of [503, 'connection-lost', 409] as const) {
      cluster.gate.failRequest({ match: { verb: 'patch' }, nth: 2, when: 'after', answer });
      cluster.gate.failRequest({
        match: { verb: 'list', resource: 'nodes' },
        nth: 7,
        when: 'before',
        answer,
      });
      garden.gate.failRequest({ match: { verb: 'get' }, nth: 5, when: 'before', answer });
    }
  }
  if (trouble === 'a server that is away') {
    world.after(700, () => cluster.gate.setAway(true));
    world.after(760, () => cluster.gate.setAway(false));
  }
  await world.changeShoot();
  const migration = await world.runUntil('ended');
  return {
    migration,
    endedAt: world.clock.now(),
    entries: await world.migrations.history(migration.id),
    runs: world.runLog.runs,
    requests: [cluster.gate.counts(), garden.gate.counts()],
    compute: world.compute.calls(),
    gaps: world.gaps(),
    objects: [cluster, garden].map(({ api }) => api.kernel.store.version),
  };
}

test.each(CASES)(
  '$strategy with $plugin and $trouble has the same history through the real clients and past them (seed $seed)',
  { timeout: 120_000 },
  async (theCase) => {
    expect(await history(theCase, 'direct')).toEqual(await history(theCase, 'real'));
  },
);
