import { describe, expect, test } from 'vitest';
import type { ClusterNode } from '../../shared/kubernetes/cluster.ts';
import { decideNodes, type NodeFacts } from '../../shared/steps/check-nodes/decide.ts';
import { NOW } from './fixtures.ts';

function node(name: string, podCidrs: readonly string[], leaving = false): ClusterNode {
  return { name, instance: { name, zone: 'z' }, podCidrs, ready: true, leaving, pool: 'worker' };
}

const DUAL = node('dual', ['100.96.0.0/24', '2600:1900:4000:1::/96']);
const SINGLE = node('single', ['100.96.1.0/24']);

function decide(nodes: readonly ClusterNode[], changes: Partial<NodeFacts> = {}) {
  const garden = { workersRolling: false, reconciling: false };
  return decideNodes({ now: NOW, nodes, garden, rolloutSeenAt: undefined, ...changes });
}

describe('a node is dual-stack', () => {
  test.each<[what: string, podCidrs: string[], dual: boolean]>([
    ['with a range of each family', ['100.96.0.0/24', '2600:1900:4000:1::/96'], true],
    ['with IPv6 first', ['2600:1900:4000:1::/96', '100.96.0.0/24'], true],
    ['but not with two IPv4 ranges', ['100.96.0.0/24', '100.96.1.0/24'], false],
    ['but not with two IPv6 ranges', ['2600:1900:4000:1::/96', '2600:1900:4000:2::/96'], false],
    ['but not with one range', ['100.96.0.0/24'], false],
    ['but not with none', [], false],
    ['but not with what is no range', ['100.96.0.0/24', 'IPv6'], false],
  ])('%s', (_what, podCidrs, dual) => {
    expect(decide([node('n', podCidrs)]).kind).toBe(dual ? 'done' : 'act');
  });
});

test('every node has to be dual-stack; nodes that leave do not count', () => {
  expect(decide([DUAL, node('old', ['100.96.9.0/24'], true)])).toEqual({
    kind: 'done',
    summary: 'all 1 nodes have an IPv4 and an IPv6 pod CIDR',
  });
  expect(decide([DUAL, SINGLE])).toEqual({
    kind: 'act',
    action: { kind: 'ask for rollout', singleStack: 1 },
  });
});

test.each([[[]], [[node('leaving', DUAL.podCidrs, true)]]])(
  'a cluster without a node that stays is waited for',
  (nodes) => {
    expect(decide(nodes)).toMatchObject({ kind: 'waiting', reason: 'NoNodes' });
  },
);

describe('a rollout is asked for once', () => {
  const seen = (seconds: number) => ({ rolloutSeenAt: new Date(NOW - seconds * 1000).toISOString() });
  const rolling = { garden: { workersRolling: true, reconciling: true } };

  test('and not while Gardener rolls the workers', () => {
    expect(decide([DUAL, SINGLE], { ...rolling, ...seen(0) })).toMatchObject({
      kind: 'waiting',
      reason: 'NodesRolling',
      message: 'still single-stack: single',
      progress: { done: 1, total: 2, unit: 'nodes dual-stack' },
    });
  });

  test('and a rollout under way is noted every five minutes, so that its end is known', () => {
    const note = { kind: 'act', action: { kind: 'note rollout', dualStack: 1, live: 2 } };
    expect(decide([DUAL, SINGLE], rolling)).toEqual(note);
    expect(decide([DUAL, SINGLE], { ...rolling, ...seen(299) }).kind).toBe('waiting');
    expect(decide([DUAL, SINGLE], { ...rolling, ...seen(300) })).toEqual(note);
  });

  test('and not while the shoot is reconciled for another reason', () => {
    const garden = { workersRolling: false, reconciling: true };
    expect(decide([SINGLE], { garden })).toMatchObject({ kind: 'waiting', reason: 'WorkersBusy' });
  });

  test.each([
    [0, { kind: 'waiting', reason: 'NodesRolling' }],
    [599, { kind: 'waiting', reason: 'NodesRolling' }],
    [600, { kind: 'act', action: { kind: 'ask for rollout' } }],
  ])('and again only when it was seen no more for ten minutes: after %d s', (seconds, decision) => {
    expect(decide([SINGLE], seen(seconds))).toMatchObject(decision);
  });
});

test('a message about hundreds of nodes stays short', () => {
  const nodes = Array.from({ length: 500 }, (_, index) => node(`node-${index}`, []));
  const garden = { workersRolling: true, reconciling: false };
  const rolloutSeenAt = new Date(NOW).toISOString();
  expect(decide(nodes, { garden, rolloutSeenAt })).toMatchObject({
    message: 'still single-stack: node-0, node-1, node-2, node-3, node-4 and 495 more',
  });
});
