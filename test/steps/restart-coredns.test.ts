import { describe, expect, test } from 'vitest';
import type { StepRun } from '../../shared/engine/step.ts';
import type { Cluster, CoreDnsPod } from '../../shared/kubernetes/cluster.ts';
import {
  type CoreDnsFacts,
  decideCoreDns,
  RESTART_STAMP,
} from '../../shared/steps/restart-coredns/decide.ts';
import { restartCoreDns } from '../../shared/steps/restart-coredns/index.ts';
import { migrationWith, NOW, portWith, silent } from './fixtures.ts';

const STAMP = '2026-01-01T00:00:00.000Z';
const V4 = '100.96.0.4';
const V6 = '2600:1900:4000:1::4';

function pod(name: string, addresses: readonly string[], ready = true): CoreDnsPod {
  return { name, ready, addresses };
}

function decide(
  pods: readonly CoreDnsPod[],
  changes: { stamp?: string; on?: string; complete?: boolean } = {},
) {
  const { complete = true } = changes;
  const facts: CoreDnsFacts = {
    pods,
    state: { restartedAt: changes.on, rollout: { complete, updated: complete ? 2 : 1, desired: 2 } },
    restartStamp: changes.stamp,
  };
  return decideCoreDns(facts);
}

describe('done is', () => {
  test('every live pod ready with both families, restarted or not', () => {
    expect(decide([pod('a', [V4, V6]), pod('b', [V6, V4])])).toMatchObject({ kind: 'done' });
  });

  test.each<[string, CoreDnsPod[]]>([
    ['a pod with one address', [pod('a', [V4, V6]), pod('b', [V4])]],
    ['a pod with two IPv4 addresses', [pod('a', [V4, '100.96.0.5'])]],
    ['a pod that is not ready', [pod('a', [V4, V6]), pod('b', [V4, V6], false)]],
    ['a pod without address', [pod('a', [], false)]],
    ['no pod at all', []],
  ])('not: %s', (_what, pods) => {
    expect(decide(pods).kind).not.toBe('done');
  });
});

describe('one restart', () => {
  test('is made when its stamp is not on the template', () => {
    expect(decide([pod('a', [V4])])).toEqual({ kind: 'act', action: { kind: 'restart' } });
    expect(decide([pod('a', [V4])], { on: 'an earlier one' })).toMatchObject({ kind: 'act' });
    expect(decide([pod('a', [V4])], { stamp: STAMP, on: 'an earlier one' })).toMatchObject({ kind: 'act' });
  });

  test('is not made again while its pods come up', () => {
    const pods = [pod('old', [V4]), pod('new', [V4, V6], false)];
    expect(decide(pods, { stamp: STAMP, on: STAMP, complete: false })).toEqual({
      kind: 'waiting',
      reason: 'CoreDnsRollingOut',
      message: 'waiting for old, new',
      lookAgainAfterSeconds: 10,
      progress: { done: 0, total: 2, unit: 'CoreDNS pods ready' },
    });
    expect(decide([], { stamp: STAMP, on: STAMP })).toMatchObject({
      message: 'waiting for the first CoreDNS pod',
    });
  });

  test('that brought pods of one family blocks, and is not repeated', () => {
    const pods = [pod('a', [V4, V6]), pod('b', [V4])];
    expect(decide(pods, { stamp: STAMP, on: STAMP })).toMatchObject({
      kind: 'blocked',
      reason: 'CoreDnsStillSingleStack',
      message: 'After the restart these pods have one address only: b.',
    });
  });

  test('after a rollout a pod that is not ready is waited for', () => {
    expect(decide([pod('a', [], false)], { stamp: STAMP, on: STAMP })).toMatchObject({ kind: 'waiting' });
  });

  test('has one stamp, stored before the restart and kept however often it is tried', async () => {
    const journal: string[] = [];
    let migration = migrationWith();
    let now = NOW;
    const unexpected = async (): Promise<never> => {
      throw new Error('no business of CoreDNS');
    };
    const run: StepRun = {
      get migration() {
        return migration;
      },
      clock: { now: () => now, sleep: async () => undefined },
      log: silent,
      signal: new AbortController().signal,
      remember: async (mark, value) => {
        migration = { ...migration, marks: { ...migration.marks, [mark]: value } };
        journal.push(`remember ${value}`);
      },
      report: unexpected,
      replan: unexpected,
      podRoutes: unexpected,
      savePodRoutes: unexpected,
      ports: {
        compute: portWith({}),
        garden: portWith({}),
        reachability: portWith({}),
        cluster: portWith<Cluster>({
          coreDns: {
            livePods: async () => [pod('a', [V4])],
            state: async () => ({
              restartedAt: undefined,
              rollout: { complete: true, updated: 1, desired: 1 },
            }),
            restart: async (stamp) => {
              journal.push(`restart ${stamp}`);
              throw new Error('the connection broke');
            },
          },
        }),
      },
    };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(restartCoreDns.round(run)).rejects.toThrow('the connection broke');
      now += 60_000;
    }
    expect(journal).toEqual(
      Array.from({ length: 3 }, () => [`remember ${STAMP}`, `restart ${STAMP}`]).flat(),
    );
    expect(migration.marks).toEqual({ [RESTART_STAMP]: STAMP });
  });
});
