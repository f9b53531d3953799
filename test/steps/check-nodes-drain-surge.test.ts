import { describe, expect, test } from 'vitest';
import { decideNodes } from '../../shared/steps/check-nodes/decide.ts';
import { MARKS } from '../../shared/steps/check-nodes/marks.ts';
import {
  ago,
  DRAIN,
  drainable,
  drainFacts,
  draining,
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
const handedOver = (seconds: number) => ({ [MARKS.handedOver]: `${ago(seconds)} ${ago(seconds)}` });

describe('never more than the surge are out', () => {
  const gone = { begunWith: 3, marks: handedOver(60) };

  test.each<[what: string, nodes: (typeof A)[]]>([
    ['one is being drained', [draining('a', 60), B, C]],
    ['one is handed over', [drainable('a', { handedOver: true, schedulable: false }), B, C]],
    ['one is gone without a successor', [B, C]],
    ['the successor has no pod CIDR yet', [drainable('n', { podCidrs: [], ready: false }), B, C]],
    ['the successor’s CNI does not run yet', [drainable('n', { ...dual, settled: false }), B, C]],
    ['the successor is not Ready', [drainable('n', { ...dual, ready: false }), B, C]],
  ])('so that none begins while %s', (_what, nodes) => {
    const pods = nodes
      .filter(({ cordonedAt }) => cordonedAt)
      .map(({ name }) => pod('shop/x', name, { terminating: true }));
    expect(decide({ nodes, pods }, gone).kind).toBe('waiting');
    expect(decide({ nodes, pods }, { ...gone, shoot: surge(2) })).toMatchObject({
      action: { kind: 'cordon', node: { name: 'b' } },
    });
  });

  test('and the next begins when the successor is Ready and dual-stack', () => {
    expect(decide({ nodes: [drainable('n', dual), B, C] }, gone)).toMatchObject({
      action: { kind: 'cordon', node: { name: 'b' } },
    });
  });

  test('whatever an autoscaler adds meanwhile', () => {
    const nodes = [draining('a'), B, C, drainable('n', dual), drainable('m', dual)];
    const pods = [pod('shop/x', 'a', { terminating: true })];
    expect(decide({ nodes, pods }, { begunWith: 3 })).toMatchObject({ reason: 'NodesDraining' });
    expect(decide({ nodes, pods }, { begunWith: 3, shoot: surge(2) })).toMatchObject({
      action: { kind: 'cordon', node: { name: 'b' } },
    });
  });

  test('which holds for nodes that went without our doing, too', () => {
    const nodes = [drainable('a', { ready: false }), B, C];
    expect(decide({ nodes }, { begunWith: 3 })).toMatchObject({ kind: 'waiting', reason: 'NodesMissing' });
  });

  test('but not for ever for those: nodes are counted anew after 45 minutes', () => {
    const since = (seconds: number) =>
      decide({ nodes: [B, C] }, { marks: { [MARKS.drain]: `${ago(seconds)} 3` } });
    expect(since(2_699)).toMatchObject({
      reason: 'NodesMissing',
      message: expect.stringMatching(/^1 nodes are out, 1 may be; /),
    });
    expect(since(2_700)).toMatchObject({ action: { kind: 'uncordon', nodes: [], endsDrain: true } });
  });

  test('and a leaving node that holds up the next one is named', () => {
    const nodes = [drainable('a', { handedOver: true, leaving: true }), B, C];
    expect(decide({ nodes }, gone)).toMatchObject({ message: expect.stringContaining('leaving: a;') });
  });

  test('and a successor that does not come for 45 minutes is a case for a human', () => {
    const since = (seconds: number) =>
      decide({ nodes: [B, C] }, { begunWith: 3, marks: handedOver(seconds) });
    expect(since(2_699)).toMatchObject({ kind: 'waiting', reason: 'SuccessorsJoining' });
    expect(since(2_700)).toMatchObject({
      action: { kind: 'give up', verdict: { reason: 'SuccessorMissing' } },
    });
  });

  test('and one that is single-stack, too: to go on would never end', () => {
    const young = drainable('n', { createdAt: ago(30) });
    expect(decide({ nodes: [young, B] }, { begunWith: 2, marks: handedOver(60) })).toMatchObject({
      action: {
        kind: 'give up',
        verdict: { reason: 'SuccessorSingleStack', message: expect.stringMatching(/single-stack: n\.$/) },
      },
    });
  });

  test('and the last successor is waited for, for as long, before all is done', () => {
    const last = (seconds: number) =>
      decide({ nodes: [drainable('n', dual)] }, { begunWith: 2, marks: handedOver(seconds) });
    expect(last(60)).toMatchObject({ kind: 'waiting', reason: 'SuccessorsJoining' });
    expect(last(2_700).kind).toBe('done');
  });
});

describe('a node that the machine controller does not take', () => {
  const stays = drainable('a', { handedOver: true, cordonedAt: ago(9_000), schedulable: false });
  const last = { nodes: [stays, drainable('n', dual), drainable('m', dual)] };

  test('is told of when it is the last one, also when others have joined', () => {
    const since = (seconds: number) => decide(last, { begunWith: 2, marks: handedOver(seconds) });
    expect(since(2_699)).toMatchObject({ reason: 'SuccessorsJoining' });
    expect(since(2_700)).toMatchObject({
      action: {
        kind: 'give up',
        verdict: {
          reason: 'SuccessorMissing',
          message: expect.stringMatching(/2 nodes are Ready\. Still there: a\.$/),
        },
      },
    });
  });

  test('is handed over again by who publishes the step again, and told of again', () => {
    expect(decide(last)).toMatchObject({ action: { kind: 'hand over', nodes: [{ name: 'a' }] } });
    expect(decide(last, { marks: handedOver(2_700) })).toMatchObject({
      action: { kind: 'give up', verdict: { reason: 'SuccessorMissing' } },
    });
  });

  test.each<[string, Partial<typeof A>]>([
    ['somebody else asked for that', { cordonedAt: undefined }],
    ['pods are let in again', { schedulable: true }],
    ['it leaves', { leaving: true }],
  ])('is not handed over again when %s', (_what, changes) => {
    const nodes = [{ ...stays, ...changes }, B];
    const stuck = pod('shop/db-0', 'b', { budgets: [NEVER] });
    expect(decide({ nodes, neverEvicted: [stuck] })).toMatchObject({ reason: 'SuccessorsJoining' });
  });
});
