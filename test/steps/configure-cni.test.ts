import { describe, expect, test } from 'vitest';
import { parseCidr } from '../../shared/migration/cidr.ts';
import { type CniFacts, decideCni } from '../../shared/steps/configure-cni/decide.ts';
import { NODES_PREFIX, NOW } from './fixtures.ts';

const settings = { podsIpv6: parseCidr(NODES_PREFIX), nodesIpv6: parseCidr(NODES_PREFIX) };

function calico(differing: readonly string[], updated: number): NonNullable<CniFacts['calico']> {
  return { settings, state: { differing, rollout: { complete: updated === 3, updated, desired: 3 } } };
}

function decide(changes: Partial<CniFacts> = {}) {
  return decideCni({
    now: NOW,
    acceptsDualStackServices: true,
    garden: { workersRolling: false, reconciling: false },
    reconcileAskedAt: undefined,
    calico: calico([], 3),
    ...changes,
  });
}

const askedFor = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

describe('the control plane comes first', () => {
  const closed = { acceptsDualStackServices: false, calico: calico(['ippool'], 0) };

  test('nothing is configured while it refuses dual-stack Services, and Gardener is asked to reconcile', () => {
    expect(decide(closed)).toEqual({ kind: 'act', action: { kind: 'ask for reconciliation' } });
  });

  test('a reconciliation under way is waited for', () => {
    const garden = { workersRolling: false, reconciling: true };
    expect(decide({ ...closed, garden })).toMatchObject({
      kind: 'waiting',
      reason: 'ControlPlaneNotDualStack',
    });
  });

  test.each([
    [0, 'waiting'],
    [1799, 'waiting'],
    [1800, 'act'],
  ])('%d s after a reconciliation was asked for: %s', (seconds, kind) => {
    expect(decide({ ...closed, reconcileAskedAt: askedFor(seconds) }).kind).toBe(kind);
  });
});

test('what differs is configured, all of it named', () => {
  expect(decide({ calico: calico(['ippool', 'configmap'], 3) })).toEqual({
    kind: 'act',
    action: { kind: 'configure', settings, differing: ['ippool', 'configmap'] },
  });
});

test('done is when every node runs with the configuration, not when it is written', () => {
  expect(decide({ calico: calico([], 2) })).toMatchObject({
    kind: 'waiting',
    reason: 'CalicoRollingOut',
    progress: { done: 2, total: 3, unit: 'nodes configured' },
  });
  expect(decide()).toMatchObject({ kind: 'done' });
});

test('a nodes subnet without IPv6 range blocks', () => {
  expect(decide({ calico: undefined })).toMatchObject({ kind: 'blocked', reason: 'NodesIpv6RangeMissing' });
});
