import { describe, expect, test } from 'vitest';
import { timestamp } from '../../shared/clock.ts';
import type { NudgeResult } from '../../shared/engine/run-step.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import { tick } from '../../shared/engine/tick.ts';
import type { StepName } from '../../shared/migration/steps.ts';
import { type Call, commitsTo, type Fault, onEvery, onNth, unavailable } from '../support/interception.ts';
import { type Death, mortalProcess } from '../support/mortal-process.ts';
import { DONE, FIRST, SECOND, scriptedStep } from '../support/scripted-step.ts';
import { nudgeFor, runFirst, startedMigration, stored } from '../support/started-migration.ts';
import { testEngine, testWorld } from '../support/test-engine.ts';

const publishing = ({ port }: Call) => port === 'bus';

/** Runs the first step to its end while its calls meet with `fate`, then lets the tick do its work for two minutes. */
async function afterTrouble(fate: (call: Call) => Death | Fault | undefined) {
  const world = testWorld();
  const engine = testEngine({ world });
  const migration = await startedMigration(engine);
  const process = mortalProcess(fate);
  const troubled = testEngine({
    world: { ...world, clock: process.clockOf(world.clock) },
    steps: [scriptedStep(FIRST, DONE)],
    intercept: process.intercept,
  });
  const run = runStep(troubled, FIRST, nudgeFor(migration));
  const result: NudgeResult | 'died' = await world.clock.until(
    Promise.race([run, process.died.then(() => 'died' as const)]),
  );
  const published = () => world.bus.published.filter(({ topic }) => topic === SECOND).length;
  const atFirst = { published: published(), outbox: (await stored(engine, migration)).outbox };
  for (let minute = 0; minute < 2; minute += 1) {
    await world.clock.advance(60_000);
    await world.clock.until(tick(engine));
  }
  return { result, atFirst, published: published(), migration: await stored(engine, migration) };
}

test('without trouble a nudge is published once and leaves the outbox', async () => {
  const { atFirst, published } = await afterTrouble(() => undefined);
  expect(atFirst).toEqual({ published: 1, outbox: [] });
  expect(published).toBe(1);
});

test('a nudge that the bus does not take stays in the outbox, and the tick sends it', async () => {
  const busIsAway = onEvery(publishing, { before: unavailable({ port: 'bus' }) });
  const { result, atFirst, published, migration } = await afterTrouble(busIsAway);
  expect(result).toMatchObject({ kind: 'ran', outcome: 'done' });
  expect(atFirst).toMatchObject({ published: 0, outbox: [{ step: SECOND }] });
  expect(published).toBe(1);
  expect(migration.outbox).toEqual([]);
});

test('a nudge whose acknowledgement was lost is sent twice rather than never', async () => {
  const answerLost = onEvery(publishing, { after: unavailable({ port: 'bus' }) });
  const { atFirst, published } = await afterTrouble(answerLost);
  expect(atFirst).toMatchObject({ published: 1, outbox: [{ step: SECOND }] });
  expect(published).toBe(2);
});

test('a process that dies between the write and the publishing loses no nudge', async () => {
  const { result, atFirst, published } = await afterTrouble((call) =>
    publishing(call) ? 'before' : undefined,
  );
  expect(result).toBe('died');
  expect(atFirst).toMatchObject({ published: 0, outbox: [{ step: SECOND }] });
  expect(published).toBe(1);
});

test('a process that dies between the publishing and its record sends the nudge twice, which does no harm', async () => {
  const { result, published, migration } = await afterTrouble((call) =>
    publishing(call) ? 'after' : undefined,
  );
  expect(result).toBe('died');
  expect(published).toBe(2);
  expect(migration).toMatchObject({ position: SECOND, outbox: [] });
});

test('a nudge that just went into the outbox is left to its writer by the tick', async () => {
  const engine = testEngine();
  const migration = await startedMigration(engine);
  await engine.migrations.change(migration.id, (current) => ({
    migration: { ...current, outbox: [{ id: 'young', step: FIRST, since: current.updatedAt }] },
  }));
  await engine.clock.advance(59_000);
  expect((await tick(engine)).actions).toEqual([]);
  await engine.clock.advance(1_000);
  expect((await tick(engine)).actions).toMatchObject([{ action: 'sent what was left in the outbox' }]);
});

test('when only some nudges are taken, only those leave the outbox', async () => {
  const world = testWorld();
  const starter = testEngine({ world });
  const migration = await startedMigration(starter);
  const since = migration.updatedAt;
  await starter.migrations.change(migration.id, (current) => ({
    migration: {
      ...current,
      outbox: [
        { id: 'one', step: FIRST, since },
        { id: 'two', step: SECOND, since },
      ],
    },
  }));
  await world.clock.advance(60_000);
  const intercept = onNth(1, publishing, { before: unavailable({ port: 'bus' }) });
  await tick(testEngine({ world, intercept }));
  expect((await stored(starter, migration)).outbox).toMatchObject([{ id: 'one' }]);
});

describe('a nudge that is in the outbox still when its step is done', () => {
  async function doneWithRest(step: StepName) {
    const world = testWorld();
    const busIsAway = onEvery(publishing, { before: unavailable({ port: 'bus' }) });
    const engine = testEngine({ world, steps: [scriptedStep(step, DONE)], intercept: busIsAway });
    const rest = { id: 'rest', step, since: timestamp(world.clock) };
    const migration = await startedMigration(engine, { position: step, outbox: [rest] });
    await world.clock.until(runStep(engine, step, nudgeFor(migration)));
    return (await stored(engine, migration)).outbox.map(({ step: each }) => each);
  }

  test('stays there beside the next one', async () => {
    expect(await doneWithRest(FIRST)).toEqual([FIRST, SECOND]);
  });

  test('goes with the end of the migration', async () => {
    expect(await doneWithRest('switch-kube-dns')).toEqual([]);
  });
});

test('a nudge that was put into the outbox while others were published is not taken out with them', async () => {
  const world = testWorld();
  const starter = testEngine({ world });
  const migration = await startedMigration(starter);
  const since = migration.updatedAt;
  const put = async (id: string) =>
    await starter.migrations.change(migration.id, (current) => ({
      migration: { ...current, outbox: [...current.outbox, { id, step: FIRST, since }] },
    }));
  await put('old');
  await world.clock.advance(60_000);
  await tick(testEngine({ world, intercept: onNth(1, publishing, { after: () => put('new') }) }));
  expect((await stored(starter, migration)).outbox).toMatchObject([{ id: 'new' }]);
});

test('a store that goes away after the publishing makes the message come back, and nothing is lost', async () => {
  const world = testWorld();
  const starter = testEngine({ world });
  const migration = await startedMigration(starter);
  let published = false;
  const engine = testEngine({
    world,
    steps: [scriptedStep(FIRST, DONE)],
    intercept: (call) => {
      if (publishing(call)) published = true;
      return published && call.port === 'documents' ? { before: unavailable(call) } : undefined;
    },
  });
  const run = runFirst(engine, migration);
  await expect(run).rejects.toThrow('no answer');
  expect(await stored(starter, migration)).toMatchObject({ position: SECOND, outbox: [{ step: SECOND }] });
  const again = await runFirst(starter, migration);
  expect(again).toMatchObject({ kind: 'not run', reason: 'NotTheCurrentStep' });
});

test('no commit that takes a nudge out of the outbox precedes its publishing', async () => {
  const world = testWorld();
  const starter = testEngine({ world });
  const migration = await startedMigration(starter);
  const calls: string[] = [];
  const engine = testEngine({
    world,
    steps: [scriptedStep(FIRST, DONE)],
    intercept: (call) => {
      if (publishing(call)) calls.push(`published with ${world.bus.published.length - 1} before`);
      if (commitsTo(`migrations/${migration.id}`)(call)) calls.push('written');
      return undefined;
    },
  });
  await runFirst(engine, migration);
  // Claim, outcome with the nudge in the outbox; then the bus; then the outbox without it.
  expect(calls).toEqual(['written', 'written', 'published with 0 before', 'written']);
});
