import { describe, expect, test } from 'vitest';
import { evictabilityOf, evictableNow, heldPod } from '../../shared/steps/check-nodes/eviction.ts';
import { budget, HELD, NEVER, pod } from './check-nodes-facts.ts';

describe('a pod may be evicted', () => {
  test.each<[what: string, kind: string, pod: ReturnType<typeof pod>]>([
    ['that no budget counts', 'now', pod('shop/a', 'a')],
    ['while its budget allows one more', 'now', pod('shop/a', 'a', { budgets: [budget('shop/web')] })],
    ['not while its budget allows none', 'not now', pod('shop/a', 'a', { budgets: [HELD] })],
    [
      'not before its budget was looked at',
      'not now',
      pod('shop/a', 'a', { budgets: [budget('shop/web', { observed: false })] }),
    ],
    ['never where all pods have to be healthy', 'never', pod('shop/a', 'a', { budgets: [NEVER] })],
    ['never under two budgets', 'never', pod('shop/a', 'a', { budgets: [HELD, budget('shop/all')] })],
    [
      'that does not run, whatever its budgets',
      'now',
      pod('shop/a', 'a', { running: false, budgets: [NEVER, HELD] }),
    ],
    [
      'that is not ready, as long as enough others are',
      'now',
      pod('shop/a', 'a', { ready: false, budgets: [{ ...HELD, currentHealthy: 2 }] }),
    ],
    [
      'not when it is not ready and too few others are',
      'not now',
      pod('shop/a', 'a', { ready: false, budgets: [{ ...HELD, currentHealthy: 1 }] }),
    ],
    [
      'that is not ready where the budget lets such pods go',
      'now',
      pod('shop/a', 'a', { ready: false, budgets: [{ ...NEVER, letsUnreadyGo: true }] }),
    ],
  ])('%s', (_what, kind, each) => {
    expect(evictabilityOf(each).kind).toBe(kind);
  });

  test('no more of a budget at once than it allows; terminating ones are on their way', () => {
    const two = budget('shop/web', { allowed: 2 });
    const pods = ['1', '2', '3', '4'].map((name) =>
      pod(`shop/${name}`, 'a', { budgets: [two], terminating: name === '1' }),
    );
    expect(evictableNow([...pods, pod('shop/free', 'a')]).map(({ key }) => key)).toEqual([
      'shop/2',
      'shop/3',
      'shop/free',
    ]);
  });
});

test.each([
  [[budget('shop/web'), budget('shop/all')], 'budget shop/web and shop/all'],
  [[], 'no budget; the API server refused, see the log'],
])('a pod that is held names its node and what holds it', (budgets, by) => {
  expect(heldPod(pod('shop/a', 'n', { budgets }))).toBe(`shop/a on n (${by})`);
});
