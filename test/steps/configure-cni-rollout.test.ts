import { describe, expect, test } from 'vitest';
import type { NodeAgent } from '../../shared/kubernetes/network-plugin.ts';
import { agent, decide, dualStack, OUT, plugin } from './cni-facts.ts';
import { node } from './preflight-scene.ts';

describe('done is when every node runs with the configuration, not when it is written', () => {
  test.each<[string, Partial<NodeAgent> | undefined, RegExp]>([
    ['runs with the earlier one', { current: false }, /has agent-2 with the earlier configuration$/],
    ['is not ready', { ready: false }, /has agent-2, which is not ready$/],
    ['crashes', { ready: false, trouble: 'CrashLoopBackOff' }, /not ready \(CrashLoopBackOff\)$/],
    ['is missing', undefined, /has no agent$/],
  ])('a node whose agent %s is named', (_, changes, message) => {
    const agents = [agent(1), ...(changes === undefined ? [] : [agent(2, changes)]), agent(3)];
    const decision = decide({ plugin: plugin({ agents }) });
    expect(decision).toMatchObject({
      kind: 'waiting',
      reason: 'NetworkPluginRollingOut',
      message: expect.stringMatching(message),
      progress: { done: 2, total: 3, unit: 'nodes configured' },
    });
    expect(decision).toMatchObject({ message: expect.stringContaining(node(2).name) });
  });

  test('a node that is not ready itself says so', () => {
    const nodes = [dualStack(1), dualStack(2, { ready: false }), dualStack(3)];
    const agents = [agent(1), agent(2, { ready: false }), agent(3)];
    expect(decide({ nodes, plugin: plugin({ agents }) })).toMatchObject({
      message: `${node(2).name} is not ready itself`,
    });
  });

  test('the successor of an old agent that is still going counts', () => {
    const agents = [agent(1), agent(2, { current: false, ready: false }), agent(2), agent(3)];
    expect(decide({ plugin: plugin({ agents }) })).toMatchObject({ kind: 'done' });
  });

  test('counts of an earlier template are not taken for complete, nor is an operator forgotten', () => {
    const operator = {
      ...OUT,
      workload: 'Deployment kube-system/operator',
      complete: false,
      updated: 0,
      desired: 1,
    };
    expect(decide({ plugin: plugin({ rollouts: [OUT, operator] }) })).toMatchObject({
      kind: 'waiting',
      message: 'Deployment kube-system/operator has updated 0 of 1',
    });
  });

  test.each(['OnDelete', 'paused'] as const)('a rollout that does not go on by itself blocks: %s', (held) => {
    const agents = [agent(1), agent(2, { current: false }), agent(3)];
    const rollouts = [{ ...OUT, complete: false, updated: 2, held }];
    expect(decide({ plugin: plugin({ agents, rollouts }) })).toMatchObject({
      kind: 'blocked',
      reason: 'RolloutHeld',
      message: expect.stringMatching(
        new RegExp(`agents \\(${held}\\); with the earlier configuration run: agent-2`),
      ),
    });
  });

  test('a workload whose pods were all replaced by hand is waited for, not for a hand', () => {
    const agents = [agent(1), agent(2, { ready: false }), agent(3)];
    const rollouts = [{ ...OUT, complete: false, held: 'OnDelete' as const }];
    expect(decide({ plugin: plugin({ agents, rollouts }) })).toMatchObject({
      kind: 'waiting',
      message: `${node(2).name} has agent-2, which is not ready`,
    });
  });

  test('counts that are full and yet not complete say what may be missing', () => {
    expect(decide({ plugin: plugin({ rollouts: [{ ...OUT, complete: false }] }) })).toMatchObject({
      kind: 'waiting',
      message: expect.stringMatching(
        /^DaemonSet kube-system\/agents has updated 3 of 3, but not all .* available/,
      ),
    });
  });

  test('of many nodes, those that may hold up all others are named first', () => {
    const nodes = Array.from({ length: 200 }, (_, index) => dualStack(index, { ready: index !== 180 }));
    const agents = nodes.map((_, index) =>
      agent(index, index === 190 ? { ready: false, trouble: 'CrashLoopBackOff' } : { current: false }),
    );
    const names = `${node(190).name} has agent-190, which is not ready (CrashLoopBackOff), ${node(180).name} is not ready itself, `;
    expect(decide({ nodes, plugin: plugin({ agents }) })).toMatchObject({
      message: expect.stringContaining(names),
    });
  });

  test('a workload that would not go on by itself does not matter when it is out', () => {
    expect(decide({ plugin: plugin({ rollouts: [{ ...OUT, held: 'OnDelete' }] }) })).toMatchObject({
      kind: 'done',
    });
  });

  test.each([
    ['calico', 'Calico gives out both families on all 3 nodes'],
    ['cilium', 'Cilium gives out both families on all 3 nodes'],
  ] as const)('and then says so: %s', (name, summary) => {
    expect(decide({ networkType: name, installed: [name], plugin: plugin({}, name) })).toEqual({
      kind: 'done',
      summary,
    });
  });
});
