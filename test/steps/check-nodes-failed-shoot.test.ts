import { describe, expect, test } from 'vitest';
import { decideNodes } from '../../shared/steps/check-nodes/decide.ts';
import type { NodeFacts } from '../../shared/steps/check-nodes/facts.ts';
import { MARKS } from '../../shared/steps/check-nodes/marks.ts';
import { ago, drainable, drainFacts, facts, node } from './check-nodes-facts.ts';

const decide = (nodes: NodeFacts['nodes'], changes: Partial<NodeFacts>) => decideNodes(facts(nodes, changes));

describe('when Gardener’s last operation failed', () => {
  const failed = (forGood: boolean, workersRolling: boolean) => ({
    garden: { workersRolling, reconciling: false, failure: { forGood, message: 'no quota' } },
    marks: workersRolling ? { [MARKS.rolloutSeenAt]: ago(0) } : {},
  });

  test.each([true, false])(
    'for good, nothing is asked for that it would not take up: asked before: %s',
    (asked) => {
      expect(decide([node('a')], failed(true, asked))).toMatchObject({
        kind: 'waiting',
        reason: 'ShootFailed',
        message: expect.stringMatching(/gardener\.cloud\/operation=retry: no quota; still single-stack: a$/),
      });
    },
  );

  test('and is tried again, the wait for its rollout says so', () => {
    expect(decide([node('a')], failed(false, true))).toMatchObject({
      reason: 'NodesRolling',
      message: 'Gardener’s last operation ended with an error: no quota; still single-stack: a',
    });
    expect(decide([node('a')], failed(false, false))).toMatchObject({ action: { kind: 'ask for rollout' } });
  });

  test('nor is the shoot asked to reconcile before a drain', () => {
    const garden = {
      workersRolling: false,
      reconciling: true,
      failure: { forGood: true, message: 'no quota' },
    };
    expect(decideNodes(drainFacts({ nodes: [drainable('a')] }, { garden }))).toMatchObject({
      reason: 'ShootFailed',
      message: expect.stringContaining('gardener.cloud/operation=retry: no quota'),
    });
    const again = { ...garden, failure: { ...garden.failure, forGood: false } };
    expect(decideNodes(drainFacts({ nodes: [drainable('a')] }, { garden: again }))).toMatchObject({
      reason: 'MachineClassesFirst',
      message: expect.stringContaining('ended with an error: no quota'),
    });
  });
});
