import { describe, expect, test } from 'vitest';
import type { Case } from '../../../infra/local/simulation/case.ts';
import { runCase } from '../../../infra/local/simulation/run-case.ts';

const CASE: Case = {
  seed: 3,
  nodes: 3,
  strategy: 'overlap',
  networkPlugin: 'calico',
  instances: 2,
  switches: {},
  faults: [],
};

describe('an undisturbed migration breaks no law and succeeds', () => {
  test.each([
    { strategy: 'overlap', networkPlugin: 'calico' },
    { strategy: 'rollover', networkPlugin: 'cilium' },
    { strategy: 'cutover', networkPlugin: 'calico' },
  ] as const)('by $strategy with $networkPlugin', async (given) => {
    const { violations, ending } = await runCase({ ...CASE, ...given });
    expect(violations).toEqual([]);
    expect(ending).toBe('succeeded');
  });
});

test('traffic that the cloud drops under a switch comes back, and no law is broken', async () => {
  const { violations } = await runCase({ ...CASE, switches: { hybridFallback: 'off' } });
  expect(violations).toEqual([]);
});

test('a run that crashed and one of another seed leave the world as the clean run does', async () => {
  const clean = await runCase(CASE);
  const crashed = await runCase({ ...CASE, faults: [{ kind: 'crash', atCall: 400, when: 'after' }] });
  const other = await runCase({ ...CASE, seed: 4 });
  expect(crashed.endState).toEqual(clean.endState);
  expect(other.endState).toEqual(clean.endState);
});
