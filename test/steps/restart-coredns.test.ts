import { describe, expect, test } from 'vitest';
import type { StepRun } from '../../shared/engine/step.ts';
import type { Cluster, CoreDnsDeployment, CoreDnsPod } from '../../shared/kubernetes/cluster.ts';
import {
  type CoreDnsFacts,
  decideCoreDns,
  RESTART_STAMP,
} from '../../shared/steps/restart-coredns/decide.ts';
import { restartCoreDns } from '../../shared/steps/restart-coredns/index.ts';
import { coreDnsPod as pod, V4, V6 } from './dns-pods.ts';
import { migrationWith, NOW, portWith, silent } from './fixtures.ts';

const STAMP = '2026-01-01T00:00:00.500Z';
const BEFORE = Date.parse('2025-12-31T23:59:00Z');
/** The API server's times have no fractions: a pod of the restart itself may seem to be half a second older than it. */
const AFTER = Date.parse('2026-01-01T00:00:00Z');
const AT_REST: CoreDnsDeployment = {
  restartedAt: undefined,
  replicas: 2,
  paused: false,
  rolling: false,
  stuck: undefined,
};

function decide(
  pods: readonly CoreDnsPod[],
  changes: Partial<CoreDnsDeployment> & { readonly stamp?: string } = {},
) {
  const { stamp, ...deployment } = changes;
  const facts: CoreDnsFacts = { pods, deployment: { ...AT_REST, ...deployment }, restartStamp: stamp };
  return decideCoreDns(facts);
}

const RESTART = { kind: 'act', action: { kind: 'restart' } };

describe('done is', () => {
  test('every live pod ready with both families, restarted or not', () => {
    expect(decide([pod('a'), pod('b', { addresses: [V6, V4] })])).toEqual({
      kind: 'done',
      summary: 'all 2 CoreDNS pods are ready with an address of each family',
    });
  });

  test('that too when pods are left that serve nobody, and they are named', () => {
    const gone = (['terminating', 'failed', 'completed'] as const).map((why) =>
      pod(why, { gone: why, addresses: [V4], notReady: 'ContainersNotReady' }),
    );
    expect(decide([pod('a'), ...gone])).toEqual({
      kind: 'done',
      summary:
        'all 1 CoreDNS pods are ready with an address of each family; not counted: terminating (node-1: terminating), failed (node-1: failed), completed (node-1: completed)',
    });
  });

  test.each<[string, CoreDnsPod[]]>([
    ['a pod with one address', [pod('a'), pod('b', { addresses: [V4] })]],
    ['a pod with two IPv4 addresses', [pod('a', { addresses: [V4, '100.96.0.5'] })]],
    ['a pod that is not ready', [pod('a'), pod('b', { notReady: 'ContainersNotReady' })]],
    ['a pod without address', [pod('a', { addresses: [], notReady: 'ContainerCreating' })]],
    ['no pod at all', []],
    ['none but pods that are gone', [pod('a', { gone: 'terminating' })]],
  ])('not: %s', (_what, pods) => {
    expect(decide(pods).kind).not.toBe('done');
  });
});

describe('a restart', () => {
  const old = pod('a', { addresses: [V4], createdAt: BEFORE });

  test('is made for pods that have one family', () => {
    expect(decide([old])).toEqual(RESTART);
    expect(decide([pod('a', { addresses: [V4, '100.96.0.5'] })])).toEqual(RESTART);
    expect(decide([{ ...old, notReady: 'ContainersNotReady' }])).toEqual(RESTART);
  });

  test('is made by the stored stamp when a crash came between the stamp and the restart', () => {
    expect(decide([old], { stamp: STAMP })).toEqual(RESTART);
    expect(decide([old], { stamp: STAMP, restartedAt: '2025-12-24T00:00:00Z' })).toEqual(RESTART);
  });

  test.each<[string, CoreDnsPod]>([
    ['is starting', pod('a', { addresses: [], notReady: 'ContainerCreating' })],
    ['is not scheduled', pod('a', { addresses: [], node: undefined, notReady: 'Unschedulable' })],
    ['has both and is not ready', pod('a', { notReady: 'NodeNotReady' })],
  ])('helps no pod that %s: it is waited for', (_what, lacking) => {
    expect(decide([pod('b'), lacking])).toMatchObject({
      kind: 'waiting',
      reason: 'CoreDnsRollingOut',
      progress: { done: 1, total: 2 },
    });
  });

  test('is not begun in the middle of somebody else’s', () => {
    expect(decide([old], { rolling: true, restartedAt: '2026-01-01T00:00:00Z' })).toMatchObject({
      kind: 'waiting',
      message: `waiting for a (node-1: no IPv6 address, has ${V4})`,
    });
  });

  test('is not begun for pods of another owner only: they block, named as such', () => {
    const stranger = pod('mine', { addresses: [V4], ofDeployment: false });
    expect(decide([pod('a'), stranger])).toMatchObject({
      kind: 'blocked',
      reason: 'CoreDnsStillSingleStack',
      message: expect.stringContaining(
        'Not of the Deployment coredns, and so never restarted from here: mine.',
      ),
    });
    expect(decide([old, stranger])).toEqual(RESTART);
  });
});

describe('one restart is enough:', () => {
  const young = pod('b', { addresses: [V4], createdAt: AFTER, node: 'node-2' });
  const blocked = {
    kind: 'blocked',
    reason: 'CoreDnsStillSingleStack',
    message: `These CoreDNS pods have no address of each family: b (node-2: no IPv6 address, has ${V4}).`,
  };

  test('while its pods come up they are waited for, each with its reason', () => {
    const pods = [
      pod('old', { addresses: [V4], createdAt: BEFORE }),
      pod('new', { notReady: 'ContainersNotReady', node: 'node-2' }),
      pod('late', { addresses: [], node: undefined, notReady: 'Unschedulable: 0/3 nodes are available' }),
      pod('gone', { addresses: [V4], gone: 'terminating' }),
    ];
    expect(decide(pods, { stamp: STAMP, restartedAt: STAMP, rolling: true })).toEqual({
      kind: 'waiting',
      reason: 'CoreDnsRollingOut',
      message: `waiting for old (node-1: no IPv6 address, has ${V4}), new (node-2: not ready, ContainersNotReady), late (on no node: not ready, Unschedulable: 0/3 nodes are available; no address yet); not counted: gone (node-1: terminating)`,
      lookAgainAfterSeconds: 10,
      progress: { done: 0, total: 3, unit: 'CoreDNS pods ready' },
    });
    expect(decide([], { stamp: STAMP, restartedAt: STAMP })).toMatchObject({
      message: 'waiting for the first CoreDNS pod',
    });
  });

  test('its pods of one family block, by pod and node', () => {
    expect(decide([pod('a'), young], { stamp: STAMP, restartedAt: STAMP })).toMatchObject(blocked);
  });

  test('another stamp of Gardener’s, newer than ours, is no reason for a second one', () => {
    const older = { ...young, createdAt: BEFORE };
    const changes = { stamp: STAMP, restartedAt: '2026-01-01T00:00:00Z' };
    expect(decide([pod('a'), older], changes)).toMatchObject(blocked);
    expect(decide([pod('a'), older], { ...changes, rolling: true })).toMatchObject({ kind: 'waiting' });
  });

  test('a stamp that was taken off again is not put back when the pods came up after it', () => {
    expect(decide([pod('a'), young], { stamp: STAMP })).toMatchObject(blocked);
    expect(decide([pod('a'), young], { stamp: STAMP, restartedAt: '2025-01-01T00:00:00Z' })).toMatchObject(
      blocked,
    );
  });
});

describe('what no restart could end is said with a remedy:', () => {
  const old = pod('a', { addresses: [V4] });

  test('a Deployment that is paused, before it is touched and after', () => {
    const paused = { kind: 'blocked', reason: 'CoreDnsPaused', remedy: expect.stringContaining('resume') };
    expect(decide([old], { paused: true })).toMatchObject(paused);
    expect(decide([old], { paused: true, rolling: true, stamp: STAMP, restartedAt: STAMP })).toMatchObject(
      paused,
    );
  });

  test('but not one that is paused and has nothing to roll', () => {
    expect(decide([pod('a')], { paused: true })).toMatchObject({ kind: 'done' });
    expect(decide([pod('a', { notReady: 'NodeNotReady' })], { paused: true })).toMatchObject({
      kind: 'waiting',
    });
  });

  test('a Deployment without replicas', () => {
    expect(decide([], { replicas: 0 })).toMatchObject({ kind: 'blocked', reason: 'CoreDnsScaledToZero' });
  });

  test('a rollout that its controller sees no progress of', () => {
    const stuck = 'ReplicaSet "coredns-1" has timed out progressing.';
    const pods = [old, pod('b', { addresses: [], notReady: 'ImagePullBackOff' })];
    expect(decide(pods, { stuck, rolling: true, stamp: STAMP, restartedAt: STAMP })).toMatchObject({
      kind: 'blocked',
      reason: 'CoreDnsRolloutStuck',
      message: expect.stringMatching(/timed out progressing.*b \(node-1: not ready, ImagePullBackOff/),
    });
    expect(decide([pod('a')], { stuck })).toMatchObject({ kind: 'done' });
  });
});

test('the restart has one stamp, stored before it and kept however often it is tried', async () => {
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
    cause: 'engine',
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
          pods: async () => [pod('a', { addresses: [V4], createdAt: BEFORE })],
          state: async () => AT_REST,
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
  const stamp = '2026-01-01T00:00:00.000Z';
  expect(journal).toEqual(Array.from({ length: 3 }, () => [`remember ${stamp}`, `restart ${stamp}`]).flat());
  expect(migration.marks).toEqual({ [RESTART_STAMP]: stamp });
});
