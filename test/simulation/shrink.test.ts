import { expect, test } from 'vitest';
import type { Fault } from '../../infra/local/simulation/faults/index.ts';
import type { LawName } from '../../infra/local/simulation/laws/law.ts';
import { shrunk } from '../../infra/local/simulation/shrink.ts';
import type { Trial } from '../../infra/local/simulation/trial.ts';

const TRIAL: Trial = {
  case: {
    seed: 1,
    nodes: 4,
    strategy: 'overlap',
    networkPlugin: 'calico',
    instances: 1,
    switches: {},
    faults: [1, 2, 3, 4, 5, 6].map((atCall): Fault => ({ kind: 'crash', atCall, when: 'after' })),
  },
  sameEnd: true,
};

/** Breaks the law where it is told so many of the faults. */
function breaking(lengths: readonly number[], law: LawName = 'it ends') {
  return async ({ case: { faults } }: Trial) => new Set(lengths.includes(faults.length) ? [law] : []);
}

async function lengthLeft(lengths: readonly number[]): Promise<number> {
  return (await shrunk(TRIAL, 'it ends', breaking(lengths))).case.faults.length;
}

test('the shortest prefix that breaks the law is found, also where a longer one does not break it', async () => {
  expect(await lengthLeft([3, 4, 5, 6])).toBe(3);
  expect(await lengthLeft([2, 6])).toBe(2);
  expect(await lengthLeft([6])).toBe(6);
});

test('a case that needs none of its faults is told without them', async () => {
  expect(await lengthLeft([0, 1, 2, 3, 4, 5, 6])).toBe(0);
});

test('a prefix that breaks another law is not taken for this one', async () => {
  const shortest = await shrunk(
    TRIAL,
    'it ends',
    async (trial) => new Set<LawName>([trial.case.faults.length < 5 ? 'traffic arrives' : 'it ends']),
  );
  expect(shortest.case.faults.length).toBe(5);
  expect(shortest.sameEnd).toBe(true);
});
