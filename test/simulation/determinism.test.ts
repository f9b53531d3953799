import { expect, test } from 'vitest';
import type { Case } from '../../infra/local/simulation/case.ts';
import { runCase } from '../../infra/local/simulation/run-case.ts';
import { type Outcome, WorkerPool } from '../../infra/local/simulation/workers/pool.ts';

const CASE: Case = {
  seed: 7,
  nodes: 2,
  strategy: 'overlap',
  networkPlugin: 'cilium',
  instances: 2,
  switches: {},
  faults: [
    { kind: 'crash at request', calls: 'documents commit', nth: 20, when: 'after' },
    { kind: 'connection lost', calls: 'compute ', nth: 30, when: 'after' },
  ],
};

async function historyOf(theCase: Case): Promise<readonly string[]> {
  const lines: string[] = [];
  await runCase(theCase, { line: (line) => lines.push(line) });
  return lines;
}

test('the same case has the same history, byte for byte, and another seed another one', {
  timeout: 120_000,
}, async () => {
  const once = await historyOf(CASE);
  const again = await historyOf(CASE);
  // Not toEqual: what matters is the first line that differs.
  expect(again.find((line, index) => line !== once[index])).toBeUndefined();
  expect(again.length).toBe(once.length);
  expect(once.some((line) => line.includes(' fault {"kind":"crash at request"'))).toBe(true);
  expect((await historyOf({ ...CASE, seed: 8 })).join('\n')).not.toBe(once.join('\n'));
});

test('the hash of a case is the same in every thread, whatever ran there before', {
  timeout: 180_000,
}, async () => {
  const here = await runCase(CASE);
  const one = new WorkerPool(1, 120_000);
  const other = new WorkerPool(1, 120_000);
  try {
    await other.run({ ...CASE, seed: 99, strategy: 'cutover' });
    const [there, elsewhere] = await Promise.all([one.run(CASE), other.run(CASE)]);
    expect(hashOf(there)).toBe(here.historyHash);
    expect(hashOf(elsewhere)).toBe(here.historyHash);
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
});

function hashOf(outcome: Outcome): string {
  return outcome.kind === 'ran' ? outcome.survey.verdict.historyHash : JSON.stringify(outcome);
}
