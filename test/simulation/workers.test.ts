import { afterEach, expect, test } from 'vitest';
import type { Case } from '../../infra/local/simulation/case.ts';
import { WorkerPool } from '../../infra/local/simulation/workers/pool.ts';

let pool: WorkerPool | undefined;
afterEach(async () => pool?.stop());

function startPool(patienceMs: number, casesPerThread = 100): WorkerPool {
  pool = new WorkerPool(1, patienceMs, {
    file: new URL('./threads/dying.ts', import.meta.url),
    casesPerThread,
  });
  return pool;
}

function caseOf(seed: number): Case {
  return {
    seed,
    nodes: 1,
    strategy: 'overlap',
    networkPlugin: 'calico',
    instances: 1,
    switches: {},
    faults: [],
  };
}

test('a case that takes its thread with it is told, and the next one is run by another thread', async () => {
  const [dead, next] = await Promise.all([startPool(60_000).run(caseOf(1)), pool?.run(caseOf(3))]);
  expect(dead).toMatchObject({ kind: 'lost', why: expect.stringContaining('out of luck') });
  expect(next).toEqual({ kind: 'lost', why: 'seed 3' });
}, 60_000);

test('a case that turns in a circle is told when its time is up, and the next one is run', async () => {
  const [hung, next] = await Promise.all([startPool(5_000).run(caseOf(2)), pool?.run(caseOf(3))]);
  expect(hung).toMatchObject({ kind: 'lost', why: expect.stringContaining('no answer within 5 s') });
  expect(next).toEqual({ kind: 'lost', why: 'seed 3' });
}, 60_000);

test('a pool that is stopped answers for what it did not run', async () => {
  const started = startPool(60_000);
  const answers = [started.run(caseOf(2)), started.run(caseOf(3))];
  await started.stop();
  expect(await Promise.all([...answers, started.run(caseOf(4))])).toEqual(
    Array.from({ length: 3 }, () => ({ kind: 'stopped' })),
  );
}, 60_000);

test('a thread gives way to a new one after so many cases, with what it holds, and no case is lost', async () => {
  const started = startPool(60_000, 2);
  const threads = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const outcome = await started.run(caseOf(4));
      return outcome.kind === 'lost' ? outcome.why : '';
    }),
  );
  expect(threads.every((thread) => /^thread \d+$/.test(thread))).toBe(true);
  expect(new Set(threads).size).toBe(3);
}, 60_000);
