import { describe, expect, test } from 'vitest';
import { decideNodes } from '../../shared/steps/check-nodes/decide.ts';
import { MARKS } from '../../shared/steps/check-nodes/marks.ts';
import {
  ago,
  budget,
  DRAIN,
  drainable,
  drainFacts,
  draining,
  HELD,
  IPV4,
  IPV6,
  NEVER,
  pod,
  shoot,
} from './check-nodes-facts.ts';

const decide = (...args: Parameters<typeof drainFacts>) => decideNodes(drainFacts(...args));
const surge = (count: number) =>
  shoot({ annotations: { ...DRAIN.annotations, 'shoot-dualstack/node-rollout-surge': `${count}` } });
const dual = { podCidrs: [IPV4, IPV6] };
const [A, B, C] = [drainable('a'), drainable('b'), drainable('c')];
const at = (hour: number, minute = 0) => Date.UTC(2026, 2, 1, hour, minute);
const handedOver = (seconds: number) => ({ [MARKS.handedOver]: `${ago(seconds)} ${ago(seconds)}` });

describe('the drain of a node', () => {
  test('begins with the oldest, on record with how many nodes are ready', () => {
    const old = drainable('z', { createdAt: ago(100_000) });
    expect(decide({ nodes: [A, old, drainable('n', { ready: false, ...dual })] })).toMatchObject({
      kind: 'act',
      action: { kind: 'cordon', node: { name: 'z' }, readyNodes: 2 },
    });
  });

  test('evicts what may go, then waits for it', () => {
    const nodes = [draining('a'), B];
    const pods = [pod('shop/web-1', 'a'), pod('shop/web-2', 'a', { terminating: true })];
    expect(decide({ nodes, pods }, { begunWith: 2 })).toMatchObject({
      action: { kind: 'evict', pods: [{ key: 'shop/web-1' }] },
    });
    expect(decide({ nodes, pods: pods.slice(1) }, { begunWith: 2 })).toMatchObject({
      kind: 'waiting',
      reason: 'NodesDraining',
      message: 'leaving: shop/web-2 on a; still single-stack: b; being drained: a',
    });
  });

  test('asks again of what the API server refused only after 20 s', () => {
    const held = {
      nodes: [draining('a'), B],
      pods: [pod('shop/web-1', 'a', { budgets: [budget('shop/web')] })],
    };
    const refused = (seconds: number) => ({
      begunWith: 2,
      marks: { [MARKS.refused]: `${ago(seconds)} shop/web-1` },
    });
    expect(decide(held, refused(19))).toMatchObject({ reason: 'BudgetBlocksEviction' });
    expect(decide(held, refused(20))).toMatchObject({ action: { kind: 'evict' } });
  });

  test('waits for a budget by its name, its pods and their node; longer once that takes long', () => {
    const pods = [pod('shop/web-1', 'a', { budgets: [HELD] })];
    const waiting = (seconds: number) =>
      decide({ nodes: [draining('a', seconds), B], pods }, { begunWith: 2 });
    expect(waiting(60)).toMatchObject({
      kind: 'waiting',
      reason: 'BudgetBlocksEviction',
      message: 'not evicted now: shop/web-1 on a (budget shop/web); still single-stack: b; being drained: a',
      lookAgainAfterSeconds: 30,
      progress: { done: 0, total: 2, unit: 'nodes dual-stack' },
    });
    expect(waiting(601)).toMatchObject({ lookAgainAfterSeconds: 120 });
  });

  test('goes on outside the window once it was begun, and begins no other', () => {
    const now = at(12);
    const pods = [pod('shop/web-1', 'a')];
    const begun = { begunWith: 2, now };
    expect(decide({ nodes: [draining('a'), B], pods }, begun)).toMatchObject({ action: { kind: 'evict' } });
    expect(decide({ nodes: [draining('a'), B] }, begun)).toMatchObject({ action: { kind: 'hand over' } });
    expect(decide({ nodes: [A, B] }, { now })).toMatchObject({ reason: 'OutsideMaintenanceWindow' });
  });

  test('ends with the hand-over of what is empty', () => {
    expect(decide({ nodes: [draining('a'), B] }, { begunWith: 2 })).toMatchObject({
      action: { kind: 'hand over', nodes: [{ name: 'a' }] },
    });
  });

  test('is given up after two hours, with what is left and whose budget it is', () => {
    const pods = [pod('shop/web-1', 'a', { budgets: [HELD] }), pod('shop/stuck', 'a', { terminating: true })];
    const late = (seconds: number) => decide({ nodes: [draining('a', seconds), B], pods }, { begunWith: 2 });
    expect(late(7_199)).toMatchObject({ kind: 'waiting' });
    expect(late(7_200)).toMatchObject({
      kind: 'act',
      action: {
        kind: 'give up',
        nodes: [{ name: 'a' }],
        verdict: {
          reason: 'DrainTimedOut',
          message: expect.stringContaining(
            'shop/web-1 on a (budget shop/web), shop/stuck on a (terminating)',
          ),
        },
      },
    });
  });

  test('cordons again what somebody uncordoned in the middle', () => {
    const nodes = [draining('a', 60, { schedulable: true }), B];
    expect(decide({ nodes }, { begunWith: 2 })).toMatchObject({
      action: { kind: 'cordon', node: { name: 'a' } },
    });
  });
});

describe('a pod that may never be evicted', () => {
  const stuck = pod('shop/db-0', 'b', { budgets: [NEVER] });

  test('blocks before anything is begun, also when it is on a later node', () => {
    expect(decide({ nodes: [A, B], neverEvicted: [stuck] })).toMatchObject({
      kind: 'blocked',
      reason: 'BudgetNeverAllows',
      message: expect.stringContaining('shop/db-0 on b (budget shop/db)'),
    });
  });

  test('does not matter on a node that stays', () => {
    const nodes = [A, drainable('b', dual)];
    expect(decide({ nodes, neverEvicted: [stuck] })).toMatchObject({ action: { kind: 'cordon' } });
  });

  test('gives its node back, lets others that were begun end, begins none, and blocks then', () => {
    const under = (nodes: Parameters<typeof drainFacts>[0]['nodes']) =>
      decide({ nodes: nodes ?? [], neverEvicted: [stuck], pods: [stuck] }, { begunWith: 3, shoot: surge(3) });
    expect(under([draining('a'), draining('b'), C])).toMatchObject({
      action: { kind: 'uncordon', nodes: [{ name: 'b' }], endsDrain: false },
    });
    expect(under([draining('a'), B, C])).toMatchObject({
      action: { kind: 'hand over', nodes: [{ name: 'a' }] },
    });
    expect(under([drainable('a', { handedOver: true, schedulable: false }), B, C])).toMatchObject({
      reason: 'SuccessorsJoining',
    });
    expect(under([drainable('a2', dual), B, C])).toMatchObject({
      action: { kind: 'give up', verdict: { reason: 'BudgetNeverAllows' } },
    });
  });

  test('and is seen only on a node that was begun ends the drain: the node would be begun again and again', () => {
    const two = pod('shop/db-0', 'a', { budgets: [HELD, budget('shop/all')] });
    expect(decide({ nodes: [draining('a'), B], pods: [two] }, { begunWith: 2 })).toMatchObject({
      action: { kind: 'give up', nodes: [{ name: 'a' }], verdict: { reason: 'PodUnderSeveralBudgets' } },
    });
  });

  test('because of two budgets is told so', () => {
    const two = { ...stuck, budgets: [HELD, budget('shop/all')] };
    expect(decide({ nodes: [B], neverEvicted: [two] })).toMatchObject({
      reason: 'PodUnderSeveralBudgets',
      message: expect.stringContaining('(budget shop/web and shop/all)'),
    });
  });
});

describe('before the first node', () => {
  test('Gardener reconciles once, so that successors are dual-stack', () => {
    const garden = { workersRolling: false, reconciling: false };
    const asked = (seconds: number) => ({ garden, marks: { [MARKS.reconcileAskedAt]: ago(seconds) } });
    const never = { marks: { [MARKS.reconcileAskedAt]: '' } };
    expect(decide({ nodes: [A] }, never)).toMatchObject({ action: { kind: 'ask for reconciliation' } });
    expect(decide({ nodes: [A] }, asked(599))).toMatchObject({ reason: 'MachineClassesFirst' });
    expect(decide({ nodes: [A] }, asked(600))).toMatchObject({ action: { kind: 'ask for reconciliation' } });
    const busy = { ...garden, reconciling: true };
    expect(decide({ nodes: [A] }, { ...asked(10), garden: busy })).toMatchObject({
      reason: 'MachineClassesFirst',
    });
    expect(decide({ nodes: [A] }, { ...never, garden: busy })).toMatchObject({ reason: 'WorkersBusy' });
  });

  test('an operation that ended before it was asked for does not count', () => {
    const garden = { workersRolling: false, reconciling: false, succeededAt: ago(301) };
    expect(decide({ nodes: [A] }, { garden })).toMatchObject({ reason: 'MachineClassesFirst' });
  });

  test('Gardener’s own rollout ends', () => {
    const garden = { workersRolling: true, reconciling: true };
    const marks = { [MARKS.rolloutSeenAt]: ago(1) };
    expect(decide({ nodes: [A] }, { garden, marks })).toMatchObject({ reason: 'NodesRolling' });
  });

  test('there is time for it in the window’s rest', () => {
    const short = { begin: 22 * 3600, end: 22 * 3600 + 1800 };
    expect(decide({ nodes: [A] }, { window: short, now: at(22, 14) }).kind).toBe('act');
    expect(decide({ nodes: [A] }, { now: Date.UTC(2026, 2, 2, 1, 46) })).toMatchObject({
      reason: 'OutsideMaintenanceWindow',
    });
  });
});

test('what waits for the next window counts its nodes anew then', () => {
  const nodes = [drainable('n', dual), B, C];
  expect(decide({ nodes }, { begunWith: 3, marks: handedOver(9_000), now: at(12) })).toMatchObject({
    action: { kind: 'uncordon', nodes: [], endsDrain: true },
  });
});

describe('left alone are', () => {
  test.each<[what: string, reason: string, changes: Partial<typeof A>]>([
    ['nodes that somebody else cordoned', 'CordonedByOthers', { schedulable: false }],
    ['nodes that are not Ready', 'NodesNotReady', { ready: false }],
    ['nodes without a machine', 'NodesUnmanaged', { managed: false }],
    ['nodes of other pools', 'PoolsLeftOut', { pool: 'gpu' }],
  ])('%s', (_what, reason, changes) => {
    expect(decide({ nodes: [drainable('a', changes), drainable('b', dual)] })).toMatchObject({
      kind: 'waiting',
      reason,
      message: expect.stringContaining('still single-stack: a'),
    });
  });

  test('no pools that are updated in place: the owner asked for this', () => {
    const workers = [{ name: 'worker', updateStrategy: 'AutoInPlaceUpdate' }];
    expect(decide({ nodes: [A] }, { shoot: shoot({ ...DRAIN, workers }) })).toMatchObject({
      action: { kind: 'cordon' },
    });
  });
});

test.each([
  ['the owner', { annotations: { 'shoot-dualstack/node-rollout': 'owner' } }],
  ['Gardener', {}],
  ['nobody who could be understood', { annotations: { 'shoot-dualstack/node-rollout': '?' } }],
])('when %s is to replace the nodes, those that we cordoned take pods again', (_who, manifest) => {
  const nodes = [
    draining('a'),
    drainable('b', { handedOver: true, cordonedAt: ago(9), schedulable: false }),
    C,
  ];
  expect(decide({ nodes }, { begunWith: 3, shoot: shoot(manifest) })).toMatchObject({
    action: { kind: 'uncordon', nodes: [{ name: 'a' }], endsDrain: true },
  });
});
