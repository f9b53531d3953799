import { expect, test } from 'vitest';
import type { StepRun } from '../../shared/engine/step.ts';
import { advance } from '../../shared/migration/pod-route.ts';
import { type Call, type Interceptor, unavailable } from '../support/interception.ts';
import { DONE, FIRST, scriptedStep } from '../support/scripted-step.ts';
import { runFirst, startedMigration } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';
import { toyRecord } from '../support/toy-steps.ts';
import { at } from '../support/toy-times.ts';

/** Does `work` in a run; answers what the store holds after it and how often its collection of routes was read. */
async function inRun(work: (run: StepRun) => Promise<unknown>, intercept: Interceptor = () => undefined) {
  const calls: Call[] = [];
  const step = scriptedStep(FIRST, async (run) => {
    await work(run);
    return DONE;
  });
  const engine = testEngine({
    steps: [step],
    intercept: (call) => {
      calls.push(call);
      return intercept(call);
    },
  });
  const migration = await startedMigration(engine);
  await runFirst(engine, migration);
  const reads = calls.filter(({ method, target }) => method === 'list' && target.endsWith('/routes'));
  return { reads: reads.length, stored: await engine.migrations.podRoutes(migration.id) };
}

const isPortion = ({ method, target }: Call) => method === 'commit' && target.includes('/routes/');

test('the records are read once in a run, and a run sees what it saved', async () => {
  const { reads, stored } = await inRun(async (run) => {
    const before = await run.podRoutes();
    await run.savePodRoutes([toyRecord('a', run), toyRecord('b', run)]);
    await run.savePodRoutes([advance(toyRecord('a', run), 'deleted', at(0))]);
    const after = await run.podRoutes();
    expect([...after.values()].map(({ name, state }) => `${name} ${state}`)).toEqual([
      'a deleted',
      'b recorded',
    ]);
    // What was handed out is what was there then.
    expect(before).toEqual(new Map());
    expect(await run.podRoutes()).toBe(after);
  });
  expect(reads).toBe(1);
  expect([...stored.keys()]).toEqual(['a', 'b']);
});

test('after a save that failed, the store is asked what is there', async () => {
  let portions = 0;
  // The second portion is lost for good: the first one is stored.
  const intercept: Interceptor = (call) => {
    if (!isPortion(call)) return undefined;
    portions += 1;
    return portions > 1 && portions < 20 ? { before: unavailable(call) } : undefined;
  };
  await inRun(async (run) => {
    expect(await run.podRoutes()).toEqual(new Map());
    const records = Array.from({ length: 500 }, (_, index) => toyRecord(`route-${index}`, run));
    await expect(run.savePodRoutes(records)).rejects.toThrow('no answer');
    expect((await run.podRoutes()).size).toBe(390);
  }, intercept);
});

test('a read that a save comes upon brings all of it or nothing of it', async () => {
  await inRun(async (run) => {
    const records = Array.from({ length: 1000 }, (_, index) => toyRecord(`route-${index}`, run));
    const [, during] = await Promise.all([run.savePodRoutes(records), run.podRoutes()]);
    expect(during.size).toBe(1000);
    const more = [toyRecord('one', run), toyRecord('two', run)];
    await Promise.all(more.map((record) => run.savePodRoutes([record])));
    expect((await run.podRoutes()).size).toBe(1002);
  });
});

test('the records of 5,000 routes are stored in portions and read back whole', async () => {
  const { reads, stored } = await inRun(async (run) => {
    await run.podRoutes();
    const records = Array.from({ length: 5000 }, (_, index) => toyRecord(`route-${index}`, run));
    await run.savePodRoutes(records);
    expect((await run.podRoutes()).size).toBe(5000);
  });
  expect(reads).toBe(1);
  expect(stored.size).toBe(5000);
});
