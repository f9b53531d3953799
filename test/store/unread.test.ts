import { expect, test } from 'vitest';
import type { Migration } from '../../shared/migration/migration.ts';
import { type Call, commitsTo, type Interceptor, onNth, unavailable } from '../support/interception.ts';
import { DONE, FIRST, scriptedStep } from '../support/scripted-step.ts';
import { runFirst, startedMigration, stored } from '../support/started-migration.ts';
import { testEngine, testWorld } from '../support/test-engine.ts';

/** A store with the calls of it written down, and a migration that was just changed through it. */
async function scene(intercept: Interceptor = () => undefined) {
  const world = testWorld();
  const calls: Call[] = [];
  const noted: Interceptor = (call) => {
    calls.push(call);
    return intercept(call);
  };
  const somebodyElse = testEngine({ world });
  const started = await startedMigration(somebodyElse);
  const engine = testEngine({ world, intercept: noted });
  const last = await engine.migrations.get(started.id);
  if (last === undefined) throw new Error('it is not stored');
  const methods = () => calls.splice(0).map(({ method }) => method);
  methods();
  const marked = (mark: string) => (current: Migration) => ({
    migration: { ...current, marks: { ...current.marks, [mark]: 'yes' } },
  });
  return { engine, somebodyElse, last, methods, marked };
}

test('what was read or written last is not read again before the next change', async () => {
  const { engine, last, methods, marked } = await scene();
  const once = await engine.migrations.change(last.id, marked('once'), last);
  const twice = await engine.migrations.change(last.id, marked('twice'), once);
  expect(methods()).toEqual(['commit', 'commit']);
  expect(await stored(engine, last)).toEqual(twice);
  expect(twice?.marks).toMatchObject({ once: 'yes', twice: 'yes' });
});

test('what somebody else wrote meanwhile is read then, decided on again at once, and kept', async () => {
  const { engine, somebodyElse, last, methods, marked } = await scene();
  await somebodyElse.migrations.change(last.id, (current) => ({ migration: { ...current, paused: true } }));
  const seen: boolean[] = [];
  const decide = (current: Migration) => {
    seen.push(current.paused);
    return marked('ours')(current);
  };
  const before = engine.clock.now();
  await engine.migrations.change(last.id, decide, last);
  expect(methods()).toEqual(['commit', 'get', 'commit']);
  expect(seen).toEqual([false, true]);
  expect(await stored(engine, last)).toMatchObject({ paused: true, marks: { ours: 'yes' } });
  expect(engine.clock.now()).toBe(before);
});

test('a write whose answer was lost is recognised and not done twice', async () => {
  const intercept = onNth(1, commitsTo('migrations/toy'), { after: unavailable({ port: 'documents' }) });
  const { engine, last, marked } = await scene((call) =>
    call.method === 'commit' ? intercept({ ...call, target: 'migrations/toy' }) : undefined,
  );
  let decisions = 0;
  const changing = engine.migrations.change(
    last.id,
    (current) => {
      decisions += 1;
      return { ...marked('lost')(current), history: [] };
    },
    last,
  );
  const changed = await engine.clock.until(changing);
  expect(decisions).toBe(1);
  expect(await stored(engine, last)).toEqual(changed);
});

test('a run without anybody else reads its migration once', async () => {
  const world = testWorld();
  const starter = testEngine({ world });
  const migration = await startedMigration(starter);
  const calls: string[] = [];
  const engine = testEngine({
    world,
    steps: [scriptedStep(FIRST, { kind: 'acted', description: 'did something' }, DONE)],
    intercept: ({ port, method }) => {
      if (port === 'documents') calls.push(method);
      return undefined;
    },
  });
  await runFirst(engine, migration);
  // Claim, the act, the outcome, and the nudge that went out.
  expect(calls).toEqual(['get', 'commit', 'commit', 'commit', 'commit']);
});
