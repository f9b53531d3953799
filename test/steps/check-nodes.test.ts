import { describe, expect, test } from 'vitest';
import { decideNodes } from '../../shared/steps/check-nodes/decide.ts';
import type { NodeFacts } from '../../shared/steps/check-nodes/facts.ts';
import { MARKS } from '../../shared/steps/check-nodes/marks.ts';
import { ago, dualStack, facts, IPV4, IPV6, node, shoot } from './check-nodes-facts.ts';

const at = (hour: number, minute = 0) => Date.UTC(2026, 2, 1, hour, minute);
const decide = (nodes: NodeFacts['nodes'], changes: Partial<NodeFacts> = {}) =>
  decideNodes(facts(nodes, changes));
const owner = shoot({ annotations: { 'shoot-dualstack/node-rollout': 'owner' } });
const many = (count: number) => Array.from({ length: count }, (_, index) => node(`node-${index}`));

describe('a node is dual-stack', () => {
  test.each<[what: string, podCidrs: string[], decision: object]>([
    ['with a range of each family', [IPV4, IPV6], { kind: 'done' }],
    ['with IPv6 first', [IPV6, IPV4], { kind: 'done' }],
    ['but not with two IPv4 ranges', [IPV4, '100.96.2.0/24'], { kind: 'act' }],
    ['but not with two IPv6 ranges', [IPV6, '2600:1900:4000:2::/96'], { kind: 'act' }],
    ['but not with one range', [IPV4], { kind: 'act' }],
    ['but not with what is no range', [IPV4, 'IPv6'], { kind: 'act' }],
    [
      'and will be, once it has joined, without being replaced',
      [],
      { kind: 'waiting', reason: 'NodesJoining' },
    ],
  ])('%s', (_what, podCidrs, decision) => {
    expect(decide([node('n', { podCidrs })])).toMatchObject(decision);
  });

  test('whether it is Ready or not, which is said', () => {
    expect(decide([dualStack('a'), dualStack('b', { ready: false })])).toEqual({
      kind: 'done',
      summary: 'all 2 nodes have an IPv4 and an IPv6 pod CIDR; not Ready: b',
    });
  });
});

test('every live node has to be dual-stack; nodes that leave do not count', () => {
  expect(decide([dualStack('a'), node('old', { leaving: true })])).toEqual({
    kind: 'done',
    summary: 'all 1 nodes have an IPv4 and an IPv6 pod CIDR',
  });
  expect(decide([dualStack('a'), node('b')])).toMatchObject({ kind: 'act', action: { singleStack: 1 } });
});

test.each([[[]], [[dualStack('leaving', { leaving: true })]]])(
  'a cluster without a node that stays is waited for',
  (nodes) => {
    expect(decide(nodes)).toMatchObject({ kind: 'waiting', reason: 'NoNodes' });
  },
);

test('a hibernated shoot is waited for, and what Gardener would say of a rollout is said first', () => {
  expect(decide([], { shoot: shoot({ hibernated: true }) })).toMatchObject({
    kind: 'waiting',
    reason: 'ShootHibernated',
    message: expect.stringContaining('Gardener permits no rollout'),
  });
});

test('what is lacking is said node by node, grouped by why', () => {
  const nodes = [
    dualStack('a'),
    dualStack('b', { ready: false }),
    node('c'),
    node('d', { podCidrs: [], ready: false }),
    node('e'),
  ];
  expect(decide(nodes, { shoot: owner })).toMatchObject({
    message:
      'the owner replaces the nodes; still single-stack: c, e; waiting for a pod CIDR: d; not Ready: b, d',
    progress: { done: 2, total: 5, unit: 'nodes dual-stack' },
  });
});

test('a message about hundreds of nodes stays short', () => {
  expect(decide(many(500), { shoot: owner })).toMatchObject({
    message:
      'the owner replaces the nodes; still single-stack: node-0, node-1, node-2, node-3, node-4 and 495 more',
  });
});

describe('where the owner replaces the nodes', () => {
  test('nothing is asked for, whatever the window and Gardener do', () => {
    for (const hour of [12, 22, 23]) {
      expect(decide([node('a')], { shoot: owner, now: at(hour) })).toMatchObject({
        kind: 'waiting',
        reason: 'OwnerRollsNodes',
        lookAgainAfterSeconds: 300,
      });
    }
  });

  test('a rollout that they ask Gardener for is noted, since there is no way back from it', () => {
    const garden = { workersRolling: true, reconciling: true };
    expect(decide([node('a')], { shoot: owner, garden })).toMatchObject({
      kind: 'act',
      action: { kind: 'note rollout' },
    });
    const marks = { [MARKS.rolloutSeenAt]: ago(10) };
    expect(decide([node('a')], { shoot: owner, garden, marks })).toMatchObject({ reason: 'OwnerRollsNodes' });
  });
});

describe('a rollout is asked for once', () => {
  const seen = (seconds: number) => ({ marks: { [MARKS.rolloutSeenAt]: ago(seconds) } });
  const rolling = { garden: { workersRolling: true, reconciling: true } };

  test('and not while Gardener rolls the workers', () => {
    expect(decide([dualStack('a'), node('b')], { ...rolling, ...seen(0) })).toMatchObject({
      kind: 'waiting',
      reason: 'NodesRolling',
      message: 'still single-stack: b',
      progress: { done: 1, total: 2, unit: 'nodes dual-stack' },
    });
  });

  test('and a rollout under way is noted every five minutes, so that its end is known', () => {
    const nodes = [dualStack('a'), node('b')];
    const note = { kind: 'act', action: { kind: 'note rollout', dualStack: 1, live: 2 } };
    expect(decide(nodes, rolling)).toEqual(note);
    expect(decide(nodes, { ...rolling, ...seen(299) }).kind).toBe('waiting');
    expect(decide(nodes, { ...rolling, ...seen(300) })).toEqual(note);
  });

  test('and not while the shoot is reconciled for another reason', () => {
    const garden = { workersRolling: false, reconciling: true };
    expect(decide([node('a')], { garden })).toMatchObject({ kind: 'waiting', reason: 'WorkersBusy' });
  });

  test.each([
    [0, { kind: 'waiting', reason: 'NodesRolling' }],
    [599, { kind: 'waiting', reason: 'NodesRolling' }],
    [600, { kind: 'act', action: { kind: 'ask for rollout' } }],
  ])('and again only when it was seen no more for ten minutes: after %d s', (seconds, decision) => {
    expect(decide([node('a')], seen(seconds))).toMatchObject(decision);
  });

  test.each([
    ['', 'ask for rollout'],
    ['worker=1', 'ask for rollout'],
    ['gpu=2', 'ask for rollout'],
    ['gpu=1,worker=2', 'give up'],
  ])('and of one pool not a third time: asked “%s” so far', (asked, kind) => {
    expect(decide([node('a')], { marks: { [MARKS.rolloutsAsked]: asked } })).toMatchObject({
      kind: 'act',
      action: { kind },
    });
  });
});

describe('of the worker pools', () => {
  const workers = [{ name: 'a' }, { name: 'b' }, { name: 'c', updateStrategy: 'ManualInPlaceUpdate' }];
  const of = (pools: string | undefined, ...nodes: NodeFacts['nodes']) => {
    const annotations = pools === undefined ? {} : { 'shoot-dualstack/node-rollout-pools': pools };
    return decide(nodes, { shoot: shoot({ annotations, workers }) });
  };
  const [a, b, c] = ['a', 'b', 'c'].map((pool) => node(`node-${pool}`, { pool })) as [
    ReturnType<typeof node>,
    ReturnType<typeof node>,
    ReturnType<typeof node>,
  ];

  test.each<[string | undefined, NodeFacts['nodes'], string[]]>([
    [undefined, [a, b, dualStack('x', { pool: 'c' })], ['a', 'b']],
    [undefined, [a, dualStack('x', { pool: 'b' })], ['a']],
    ['b', [a, b, c], ['b']],
    ['a, b', [a, b, c], ['a', 'b']],
    ['a,b', [a, dualStack('x', { pool: 'b' })], ['a']],
  ])('those with single-stack nodes are rolled, of %s', (named, nodes, pools) => {
    expect(of(named, ...nodes)).toMatchObject({
      action: { kind: 'ask for rollout', pools, allPools: false },
    });
  });

  test('all are rolled as such when all need it', () => {
    const two = shoot({ workers: [{ name: 'a' }, { name: 'b' }] });
    expect(decide([a, b], { shoot: two })).toMatchObject({ action: { allPools: true } });
  });

  test.each([
    [[node('x', { pool: undefined })], 'no pool'],
    [[node('x', { pool: 'gone' })], 'gone'],
  ])('a node of none is left to the owner', (nodes, pool) => {
    expect(of(undefined, ...nodes)).toMatchObject({
      kind: 'waiting',
      reason: 'PoolsLeftOut',
      message: expect.stringContaining(`nodes of ${pool} are left to the owner`),
    });
  });

  test('those that are left out are waited for once the others are done', () => {
    expect(of('b', a, dualStack('x', { pool: 'b' }))).toMatchObject({ reason: 'PoolsLeftOut' });
  });

  test('one that is updated in place is refused before any other is asked for', () => {
    expect(of(undefined, a, c)).toMatchObject({
      kind: 'blocked',
      reason: 'InPlacePool',
      message: expect.stringContaining('The worker pools c use an in-place update strategy'),
      remedy: expect.stringContaining('shoot-dualstack/node-rollout to drain or owner'),
    });
  });
});

describe('in the maintenance window', () => {
  // One at a time: four minutes each.
  const thirty = many(30);

  test('a rollout begins when it can end in the window’s rest', () => {
    expect(decide(thirty, { now: at(23) })).toMatchObject({
      action: { kind: 'ask for rollout', seconds: 7_200, longerThanWindow: false },
    });
    expect(decide(thirty, { window: undefined, now: at(12) }).kind).toBe('act');
  });

  test('it waits for the next one when it fits into a whole window, saying both figures', () => {
    const now = Date.UTC(2026, 2, 2, 0, 30);
    expect(decide(thirty, { now })).toMatchObject({
      kind: 'waiting',
      reason: 'RestOfWindowTooShort',
      message: expect.stringContaining(
        'the rollout takes some 2 h, and the window’s rest is 1 h 30 min; the next maintenance window opens at 2026-03-02T22:00Z',
      ),
    });
  });

  test('it begins with a window when it fits into none, and says so', () => {
    const hundred = many(100);
    expect(decide(hundred, { now: at(22, 14) })).toMatchObject({
      action: { kind: 'ask for rollout', seconds: 24_000, longerThanWindow: true },
    });
    expect(decide(hundred, { now: at(22, 16) })).toMatchObject({
      kind: 'waiting',
      reason: 'LongerThanWindow',
      message: expect.stringContaining('takes some 6 h 40 min, and the whole window is 4 h'),
    });
    const marks = { [MARKS.rolloutSeenAt]: ago(0) };
    expect(decide(hundred, { marks })).toMatchObject({
      reason: 'NodesRolling',
      message: expect.stringContaining('6 h 40 min, more than fits a maintenance window (4 h)'),
    });
  });

  test('what takes just as long as a window begins with one, some seconds late, and that is said', () => {
    const hour = { begin: 22 * 3600, end: 23 * 3600 };
    expect(decide(many(15), { window: hour, now: at(22) + 40_000 })).toMatchObject({
      action: { kind: 'ask for rollout', seconds: 3_600, longerThanWindow: true },
    });
  });

  test('nothing begins outside, and the owner is looked at in between', () => {
    expect(decide([node('a')], { now: at(12) })).toMatchObject({
      kind: 'waiting',
      reason: 'OutsideMaintenanceWindow',
      message: expect.stringContaining('opens at 2026-03-01T22:00Z'),
      lookAgainAfterSeconds: 300,
    });
    expect(decide([node('a')], { now: at(21, 59) })).toMatchObject({ lookAgainAfterSeconds: 60 });
  });

  test('an operator’s message begins it outside, too', () => {
    const decision = decide([node('a')], { now: at(12), byOperator: true });
    expect(decision).toMatchObject({ kind: 'act', action: { kind: 'ask for rollout' } });
  });
});

test('annotations that cannot be understood block, unless there is nothing left to do', () => {
  const wrong = shoot({ annotations: { 'shoot-dualstack/node-rollout-surge': 'all' } });
  expect(decide([node('a')], { shoot: wrong })).toMatchObject({
    kind: 'blocked',
    reason: 'RolloutNotUnderstood',
    message: expect.stringContaining('node-rollout-surge]: found "all", expected a number of nodes'),
  });
  expect(decide([dualStack('a')], { shoot: wrong }).kind).toBe('done');
});
