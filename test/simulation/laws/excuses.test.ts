import { describe, expect, test } from 'vitest';
import { pods } from '../../../infra/local/cluster/index.ts';
import type { Case } from '../../../infra/local/simulation/case.ts';
import { runCase } from '../../../infra/local/simulation/run-case.ts';
import { firstNode, lawsBrokenBy, rewrite } from './fake-product.ts';

/** A standstill that lies in wait for a call that never comes: what it excuses is another matter. */
const STANDSTILL = {
  kind: 'standstill',
  calls: 'compute routes.insert',
  nth: 99,
  when: 'before',
  seconds: 200,
} as const;

describe('a standstill of the case', () => {
  test('does not excuse a call that is begun under an old fence', async () => {
    const broken = await lawsBrokenBy({
      faults: [STANDSTILL],
      act: async ({ ports, clock, signal }, world) => {
        await rewrite(world, (fields) => ({
          ...fields,
          fence: 2,
          lease: { holder: 'another', fence: 2, expiresAt: new Date(clock.now() + 90_000).toISOString() },
        }));
        await clock.sleep(1_000, signal);
        await ports.compute.deleteRoute(firstNode(world).route.name);
      },
    });
    expect(broken).toContain('one holder');
  });

  test('excuses its own seconds of a run, and no more', async () => {
    expect(await brokenByRunOf(400, [])).toContain('runs end in time');
    expect(await brokenByRunOf(400, [STANDSTILL])).not.toContain('runs end in time');
    expect(await brokenByRunOf(520, [{ ...STANDSTILL, seconds: 20 }])).toContain('runs end in time');
  });
});

function brokenByRunOf(seconds: number, faults: Case['faults']) {
  return lawsBrokenBy({ faults, act: ({ clock }) => clock.sleep(seconds * 1_000) });
}

test('pods of CoreDNS that crash do not excuse that all of them are deleted', async () => {
  const broken = await lawsBrokenBy({
    faults: [{ kind: 'coredns crashes', moment: { atSeconds: 86_400 }, forSeconds: 60 }],
    act: async ({ clock, signal }, { cluster }) => {
      for (const { metadata } of cluster.api.kernel.store.each(pods, 'kube-system')) {
        if (metadata.labels?.['k8s-app'] !== 'kube-dns') continue;
        cluster.api.delete(pods, { namespace: 'kube-system', name: metadata.name });
      }
      await clock.sleep(60_000, signal);
    },
  });
  expect([...broken]).toEqual(['CoreDNS restarts once']);
});

describe('a dead letter', () => {
  const given = (seconds: number) =>
    lawsBrokenBy({
      faults: [{ kind: 'away', port: 'cluster', from: { calls: 'cluster', nth: 9_999 }, seconds }],
      act: (_, world) => world.publish('dead-letter', { shoot: 'garden-core/api' }),
    });

  test('is caught although something was away for some minutes', async () => {
    expect(await given(300)).toContain('no dead letters');
  });

  test('is not caught where something was away for longer than the bus tries', async () => {
    expect(await given(3_600)).not.toContain('no dead letters');
  });
});

test('a node whose range others took off, and a new VM was given, is not the product’s loss', async () => {
  const { violations } = await runCase({
    ...{ seed: 502042, nodes: 4, strategy: 'rollover', networkPlugin: 'cilium', instances: 3, switches: {} },
    faults: [
      {
        kind: 'vm replaced',
        moment: { atCall: { calls: 'cluster patch configmaps', nth: 1 } },
        node: 2,
      },
      { kind: 'alias taken off', moment: { atSeconds: 555 }, node: 3, forSeconds: 282 },
    ],
  });
  expect(violations).toEqual([]);
});
