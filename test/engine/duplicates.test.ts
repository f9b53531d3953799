import { describe, expect, test } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import { type NudgeResult, runStep } from '../../shared/engine/run-step.ts';
import { defineStep, type Step } from '../../shared/engine/step.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import type { Decision } from '../../shared/migration/outcome.ts';
import { commitsTo, type Interceptor, onEvery } from '../support/interception.ts';
import { DONE, FIRST, SECOND, scriptedStep } from '../support/scripted-step.ts';
import { nudgeFor, runFirst, startedMigration, stored } from '../support/started-migration.ts';
import { type TestEngine, type TestWorld, testEngine, testWorld } from '../support/test-engine.ts';
import { at } from '../support/toy-times.ts';
import { type ToyWorld, toyWorld } from '../support/toy-world.ts';
import { settled } from '../support/virtual-clock.ts';

describe('a nudge that comes again', () => {
  test('after its step is over changes nothing and publishes nothing', async () => {
    const step = scriptedStep(FIRST, DONE);
    const engine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    const before = await stored(engine, migration);
    const published = engine.world.bus.published.length;

    const late = await runFirst(engine, migration);

    expect(late).toMatchObject({ kind: 'not run', reason: 'NotTheCurrentStep' });
    expect(step.rounds()).toBe(1);
    expect(await stored(engine, migration)).toEqual(before);
    expect(engine.world.bus.published).toHaveLength(published);
  });

  test('while its step waits changes nothing and publishes nothing', async () => {
    const step = scriptedStep(FIRST, {
      kind: 'waiting',
      reason: 'Rolling',
      message: 'nodes are rolled',
      lookAgainAfterSeconds: 600,
    });
    const engine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    const before = await stored(engine, migration);
    const published = engine.world.bus.published.length;
    await engine.clock.advance(599_000);

    const early = await runFirst(engine, migration);

    expect(early).toMatchObject({ kind: 'not run', reason: 'NotYetDue' });
    expect(step.rounds()).toBe(1);
    expect(await stored(engine, migration)).toEqual(before);
    expect(engine.world.bus.published).toHaveLength(published);
  });

  describe('from an operator', () => {
    const blocked = { kind: 'blocked', reason: 'R', message: 'in the way', remedy: 'Clear it.' } as const;
    const byHand = (engine: TestEngine, migration: Migration, messageId: string) =>
      engine.clock.until(runStep(engine, FIRST, nudgeFor(migration, 'operator'), messageId));

    test('after its run was blocked changes nothing: the step is run once for each message', async () => {
      const step = scriptedStep(FIRST, blocked);
      const engine = testEngine({ steps: [step] });
      const migration = await startedMigration(engine);
      expect(await byHand(engine, migration, '7')).toMatchObject({ kind: 'ran', outcome: 'blocked' });
      const before = await stored(engine, migration);
      expect(await byHand(engine, migration, '7')).toMatchObject({
        kind: 'not run',
        reason: 'AlreadyHandled',
      });
      expect(await stored(engine, migration)).toEqual(before);
      expect(await byHand(engine, migration, '8')).toMatchObject({ kind: 'ran', outcome: 'blocked' });
      expect(step.rounds()).toBe(2);
    });

    test('after its run failed, or died, runs the step', async () => {
      const step = scriptedStep(FIRST, () => Promise.reject(new Error('the cloud is away')), DONE);
      const engine = testEngine({ steps: [step] });
      const migration = await startedMigration(engine);
      await expect(byHand(engine, migration, '7')).rejects.toThrow('away');
      expect(await byHand(engine, migration, '7')).toMatchObject({ kind: 'ran', outcome: 'done' });
      const dead = { holder: 'h', fence: 1, expiresAt: at(0) };
      const other = testEngine({ steps: [scriptedStep(FIRST, DONE)] });
      const left = await startedMigration(other, { lease: dead, status: { kind: 'running', since: at(0) } });
      const [record] = left.steps;
      const steps = record === undefined ? [] : [{ ...record, askedBy: '7' }];
      await other.migrations.change(left.id, (current) => ({ migration: { ...current, steps } }));
      expect(await byHand(other, left, '7')).toMatchObject({ kind: 'ran', outcome: 'done' });
    });
  });

  test('for a migration that has ended changes nothing', async () => {
    const engine = testEngine({ steps: [scriptedStep(FIRST, DONE)] });
    const migration = await startedMigration(engine, { active: false });
    const before = await stored(engine, migration);
    const result = await runStep(engine, FIRST, nudgeFor(migration));
    expect(result).toMatchObject({ kind: 'not run', reason: 'MigrationFinished' });
    expect(await stored(engine, migration)).toEqual(before);
  });
});

/** Each comes to its claim with three calls; these are all orders of six. */
const SCHEDULES = Array.from({ length: 64 }, (_, bits) =>
  [...bits.toString(2).padStart(6, '0')].map((bit) => (bit === '0' ? 'a' : 'b')),
);

describe('a nudge delivered to two instances at once leads to one run and one effect', () => {
  test.each([
    { length: 'takes a while', seconds: 5 },
    { length: 'is over at once', seconds: 0 },
  ])('in every order of their calls, when the act $length', async ({ seconds }) => {
    const winners = new Set<string>();
    for (const schedule of SCHEDULES) {
      const { results, toys, runs, winner } = await raced(schedule, seconds);
      const order = schedule.join('');
      expect(toys.effects, order).toEqual(['thing: there']);
      expect(results.map(({ kind }) => kind).sort(), order).toEqual(['not run', 'ran']);
      expect(runs, order).toBe(1);
      winners.add(winner);
    }
    // Else the orders would not differ in what matters.
    expect([...winners].sort()).toEqual(['a', 'b']);
  });
});

/** Two instances get the same nudge; whose call to the store comes next is taken from the schedule. */
async function raced(schedule: readonly string[], seconds: number) {
  const world = testWorld();
  const toys = toyWorld();
  const turns = takingTurns();
  const steps = [onlyThing(toys, seconds)];
  const engines = ['a', 'b'].map((name) => testEngine({ world, steps, intercept: turns.of(name) }));
  const starter = testEngine({ world });
  const migration = await startedMigration(starter);
  const runs = engines.map((engine) => runStep(engine, FIRST, nudgeFor(migration)));
  const both = Promise.all(runs);
  await turns.until(both, schedule, world);
  const results: readonly NudgeResult[] = await both;
  const { steps: records } = await stored(starter, migration);
  const winner = results[0]?.kind === 'ran' ? 'a' : 'b';
  return { results, toys, runs: records.find(({ name }) => name === FIRST)?.runs, winner };
}

function onlyThing(toys: ToyWorld, seconds: number): Step {
  const view = toys.seenThrough(() => undefined);
  return defineStep({
    name: FIRST,
    gather: async () => (await view.look()).has('thing'),
    decide: (there): Decision<string> =>
      there ? { kind: 'done', summary: 'it is there' } : { kind: 'act', action: 'thing' },
    act: async (thing, run) => {
      await run.clock.sleep(seconds * 1000, run.signal);
      await view.put(thing, 'there');
    },
    describe: (thing) => `brought ${thing}`,
  });
}

function takingTurns(): {
  of(name: string): Interceptor;
  until(over: Promise<unknown>, schedule: readonly string[], world: TestWorld): Promise<void>;
} {
  const waiting: { name: string; go: () => void }[] = [];
  return {
    of: (name) =>
      onEvery(({ port }) => port === 'documents', {
        before: () => new Promise<void>((go) => waiting.push({ name, go })),
      }),
    async until(over, schedule, { clock }) {
      let pending = true;
      const ended = () => {
        pending = false;
      };
      over.then(ended, ended);
      for (let turn = 0; pending; turn += 1) {
        await settled();
        const wanted = waiting.findIndex(({ name }) => name === schedule[turn]);
        const [next] = waiting.splice(Math.max(wanted, 0), 1);
        if (next === undefined) await clock.advance(20);
        else next.go();
      }
    },
  };
}

test('a nudge outside the window delivered to two instances at once is one wait in the history', async () => {
  const engine = testEngine();
  const opensAtMidnight = { begin: 0, end: 3600 };
  const changes = { position: SECOND, maintenanceWindow: opensAtMidnight };
  const migration = await startedMigration(engine, changes);
  const nudge = nudgeFor(migration);
  await engine.clock.until(Promise.all([runStep(engine, SECOND, nudge), runStep(engine, SECOND, nudge)]));
  const history = await engine.migrations.history(migration.id);
  expect(history.filter(({ event }) => event === 'waiting')).toHaveLength(1);
});

test('a nudge that comes while the outcome is being written finds the next step only', async () => {
  const second = scriptedStep(SECOND, DONE);
  const world = testWorld();
  const starter = testEngine({ world });
  const migration = await startedMigration(starter);
  const results: NudgeResult[] = [];
  const nudge = (engine: Engine) =>
    runStep(engine, FIRST, nudgeFor(migration)).then((it) => results.push(it));
  const other = testEngine({ world, steps: [scriptedStep(FIRST, DONE), second] });
  const engine = testEngine({
    world,
    steps: [scriptedStep(FIRST, DONE)],
    intercept: onEvery(commitsTo(`migrations/${migration.id}`), { after: () => nudge(other) }),
  });
  await world.clock.until(nudge(engine));
  expect(results.filter(({ kind }) => kind === 'ran')).toHaveLength(1);
  expect(second.rounds()).toBe(0);
});
