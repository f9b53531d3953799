import { describe, expect, test } from 'vitest';
import { pause, resume } from '../../shared/engine/pause.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import type { RoundResult } from '../../shared/engine/step.ts';
import { tick } from '../../shared/engine/tick.ts';
import { hangs, onNth, unavailable } from '../support/interception.ts';
import { mortalProcess } from '../support/mortal-process.ts';
import { DONE, FIRST, SECOND, scriptedStep } from '../support/scripted-step.ts';
import { eventsOf, nudgeFor, runFirst, startedMigration, stored } from '../support/started-migration.ts';
import { type TestEngine, testEngine, testWorld } from '../support/test-engine.ts';

const SHOOT = { kind: 'shoot', name: 'garden-core/api' } as const;

const acted = (description: string, noPauseAfter = false): RoundResult => ({
  kind: 'acted',
  description,
  noPauseAfter,
});
const waits = (lookAgainAfterSeconds: number): RoundResult => ({
  kind: 'waiting',
  reason: 'R',
  message: 'm',
  lookAgainAfterSeconds,
});

describe('a paused migration', () => {
  test('stands still whoever nudges it, and goes on when it is resumed', async () => {
    const step = scriptedStep(FIRST, DONE);
    const engine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    const paused = { kind: 'paused', migrations: [migration.id], left: [] };
    expect(await pause(engine, SHOOT)).toEqual(paused);
    expect(await pause(engine, SHOOT)).toEqual(paused);
    for (const cause of ['engine', 'schedule', 'operator'] as const) {
      const result = await runFirst(engine, migration, cause);
      expect(result, cause).toMatchObject({ kind: 'not run', reason: 'Paused' });
    }
    await engine.clock.advance(3_600_000);
    expect((await tick(engine)).actions).toEqual([]);
    const before = engine.world.bus.published.length;

    expect(await resume(engine, SHOOT)).toEqual({ ...paused, kind: 'resumed' });
    const sent = engine.world.bus.published.slice(before);
    expect(sent).toEqual([{ topic: FIRST, nudge: nudgeFor(migration) }]);
    expect(await runFirst(engine, migration)).toMatchObject({ kind: 'ran', outcome: 'done' });
    const events = await eventsOf(engine, migration);
    expect(events.filter((event) => event === 'paused' || event === 'resumed')).toEqual([
      'paused',
      'resumed',
    ]);
    const history = await engine.migrations.history(migration.id);
    expect(history.find(({ event }) => event === 'paused')).toMatchObject({ by: 'operator' });
  });

  test('loses no nudge when the process dies between the resumption and its nudge', async () => {
    const world = testWorld();
    const engine = testEngine({ world });
    const migration = await startedMigration(engine);
    await pause(engine, SHOOT);
    const before = world.bus.published.length;
    const busIsAway = onNth(1, ({ port }) => port === 'bus', { before: unavailable({ port: 'bus' }) });
    await resume(testEngine({ world, intercept: busIsAway }), SHOOT);
    expect(world.bus.published).toHaveLength(before);
    await engine.clock.advance(60_000);
    await tick(engine);
    expect(world.bus.published.at(-1)).toEqual({ topic: FIRST, nudge: nudgeFor(migration) });
  });

  test('that has ended is left alone, on record', async () => {
    const engine = testEngine();
    const migration = await startedMigration(engine, { active: false });
    for (const turn of [pause, resume]) {
      expect(await turn(engine, SHOOT)).toMatchObject({
        migrations: [],
        left: [expect.stringContaining(migration.id)],
      });
    }
    expect((await stored(engine, migration)).paused).toBe(false);
    expect(await eventsOf(engine, migration)).toContain('refused MigrationFinished');
  });

  test('of a shoot that nobody knows is answered so', async () => {
    expect(await pause(testEngine(), SHOOT)).toMatchObject({ kind: 'unknown shoot' });
  });
});

describe('a run stops for a pause at its next safe point', () => {
  test('before the next act, keeps what it did, and sends no nudge', async () => {
    const step = scriptedStep(
      FIRST,
      async () => {
        await pause(engine, SHOOT);
        return acted('brought it');
      },
      DONE,
    );
    const engine: TestEngine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    const before = engine.world.bus.published.length;
    expect(await runFirst(engine, migration)).toMatchObject({ kind: 'ran', outcome: 'handed over' });
    expect(step.rounds()).toBe(1);
    const after = await stored(engine, migration);
    expect(after).toMatchObject({ position: FIRST, paused: true, status: { kind: 'ready' }, outbox: [] });
    expect(after.lease).toBeUndefined();
    expect(engine.world.bus.published).toHaveLength(before);
    expect(await eventsOf(engine, migration)).toContain('acted');
  });

  test('within a heartbeat while it sits out a short wait', async () => {
    const engine = testEngine({ steps: [scriptedStep(FIRST, waits(60))] });
    const migration = await startedMigration(engine);
    const run = runStep(engine, FIRST, nudgeFor(migration));
    await engine.clock.advance(1_000);
    await pause(engine, SHOOT);
    const before = engine.clock.now();
    await engine.clock.until(run);
    expect(engine.clock.now() - before).toBeLessThanOrEqual(30_000);
  });

  test('and not at all if it is resumed before', async () => {
    const step = scriptedStep(
      FIRST,
      async () => {
        await pause(engine, SHOOT);
        await resume(engine, SHOOT);
        return acted('brought it');
      },
      DONE,
    );
    const engine: TestEngine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    expect(await runFirst(engine, migration)).toMatchObject({ kind: 'ran', outcome: 'done' });
  });

  test.each([
    { what: 'the pause was taken back meanwhile', noPauseAfter: false },
    { what: 'traffic depends on what follows', noPauseAfter: true },
  ])('but sits out its waits although a stop was asked for, when $what', async ({ noPauseAfter }) => {
    const step = scriptedStep(
      FIRST,
      async ({ clock, signal }) => {
        await pause(engine, SHOOT);
        // Long enough for the heartbeat to tell.
        await clock.sleep(31_000, signal);
        if (!noPauseAfter) await resume(engine, SHOOT);
        return acted('brought it', noPauseAfter);
      },
      waits(50),
      DONE,
    );
    const engine: TestEngine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    expect(await runFirst(engine, migration)).toMatchObject({ kind: 'ran', outcome: 'done' });
    expect(engine.clock.now() - Date.parse(migration.createdAt)).toBe(81_000);
  });

  test('nor between an act after which traffic depends on the next one and that one', async () => {
    const step = scriptedStep(
      FIRST,
      async () => {
        await pause(engine, SHOOT);
        return acted('took routes away', true);
      },
      waits(50),
      acted('put aliases there'),
      DONE,
    );
    const engine: TestEngine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    expect(step.rounds()).toBe(3);
    expect(await stored(engine, migration)).toMatchObject({ paused: true, status: { kind: 'ready' } });
  });

  test('nor where its time runs out between the two: it goes on to the safe point', async () => {
    const step = scriptedStep(
      FIRST,
      async ({ clock, signal }) => {
        await pause(engine, SHOOT);
        await clock.sleep(199_000, signal);
        return acted('took routes away', true);
      },
      waits(30),
      acted('put aliases there'),
      DONE,
    );
    const engine: TestEngine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    expect(await runFirst(engine, migration)).toMatchObject({ kind: 'ran', outcome: 'handed over' });
    expect(step.rounds()).toBe(3);
    expect(await runFirst(engine, migration)).toMatchObject({ kind: 'not run', reason: 'Paused' });
  });

  test('nor where it died, maybe between the two: the next run goes on to the safe point', async () => {
    const world = testWorld();
    const step = scriptedStep(FIRST, () => hangs(), waits(10), acted('put aliases there'), DONE);
    const process = mortalProcess(() => undefined);
    const doomed = testEngine({ world: { ...world, clock: process.clockOf(world.clock) }, steps: [step] });
    const engine = testEngine({ world, steps: [step] });
    const migration = await startedMigration(engine);
    void runStep(doomed, FIRST, nudgeFor(migration));
    await world.clock.advance(1);
    process.kill();
    await pause(engine, SHOOT);
    await world.clock.advance(91_000);
    expect((await tick(engine)).actions).toMatchObject([{ action: 'took over from a dead run' }]);
    expect(await runFirst(engine, migration, 'schedule')).toMatchObject({ outcome: 'handed over' });
    expect(step.rounds()).toBe(3);
    expect(await stored(engine, migration)).toMatchObject({ paused: true, status: { kind: 'ready' } });
  });

  test('an outcome that the step chose is a safe point too', async () => {
    const step = scriptedStep(FIRST, acted('took routes away', true), waits(600));
    const engine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    await pause(engine, SHOOT);
    await engine.clock.advance(600_000);
    expect((await tick(engine)).actions).toEqual([]);
    expect(await runFirst(engine, migration)).toMatchObject({ kind: 'not run', reason: 'Paused' });
  });

  test('one that comes to its end first leaves the next step paused', async () => {
    const step = scriptedStep(FIRST, async () => {
      await pause(engine, SHOOT);
      return DONE;
    });
    const engine: TestEngine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    expect(await stored(engine, migration)).toMatchObject({ position: SECOND, paused: true, outbox: [] });
    await resume(engine, SHOOT);
    expect(engine.world.bus.published.at(-1)).toEqual({ topic: SECOND, nudge: nudgeFor(migration) });
  });
});
