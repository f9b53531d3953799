import { describe, expect, test } from 'vitest';
import { TerminalError } from '../../shared/engine/errors.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import { ran, waits } from '../support/one-run.ts';
import { DONE, FIRST, scriptedStep } from '../support/scripted-step.ts';
import { eventsOf, nudgeFor, runFirst, startedMigration } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';

describe('a run that has to end before its step does', () => {
  test('starts nothing new when its time is up, and hands over by a nudge', async () => {
    let acts = 0;
    const step = scriptedStep(FIRST, async ({ clock, signal }) => {
      acts += 1;
      if (acts > 5) return DONE;
      await clock.sleep(50_000, signal);
      return { kind: 'acted', description: `act ${acts}` };
    });
    const { engine, result, migration } = await ran(step, { limits: { runSeconds: 200 } });
    expect(result).toMatchObject({ kind: 'ran', outcome: 'handed over' });
    expect(acts).toBe(4);
    expect(migration).toMatchObject({ position: FIRST, status: { kind: 'ready' }, outbox: [] });
    expect(engine.world.bus.published.map(({ topic }) => topic)).toEqual([FIRST, FIRST]);
    const next = await runFirst(engine, migration);
    expect(next).toMatchObject({ kind: 'ran', outcome: 'done' });
  });

  test('goes on past its time while traffic depends on its next act, and hands over after that', async () => {
    let acts = 0;
    const step = scriptedStep(FIRST, async ({ clock, signal }) => {
      acts += 1;
      await clock.sleep(acts === 1 ? 201_000 : 10_000, signal);
      return { kind: 'acted', description: `act ${acts}`, noPauseAfter: acts < 3 };
    });
    const { result } = await ran(step, { limits: { runSeconds: 200 } });
    expect(result).toMatchObject({ kind: 'ran', outcome: 'handed over' });
    expect(acts).toBe(3);
  });

  test('although an operator ran it before its wait was over, goes on at once', async () => {
    const step = scriptedStep(
      FIRST,
      waits(3600),
      async ({ clock, signal }) => {
        await clock.sleep(250_000, signal);
        return { kind: 'acted', description: 'took its time' };
      },
      DONE,
    );
    const { engine, migration } = await ran(step);
    const byHand = await runFirst(engine, migration, 'operator');
    expect(byHand).toMatchObject({ kind: 'ran', outcome: 'handed over' });
    const next = await runFirst(engine, migration);
    expect(next).toMatchObject({ kind: 'ran', outcome: 'done' });
  });

  test('gives up even the call that is under way at the hard limit', async () => {
    const step = scriptedStep(FIRST, async ({ clock, signal }) => {
      await clock.sleep(3_600_000, signal);
      return DONE;
    });
    const { engine, result, migration } = await ran(step);
    expect(result).toMatchObject({ kind: 'ran', outcome: 'handed over' });
    expect(engine.clock.now() - Date.parse(migration.createdAt)).toBe(290_000);
    expect(migration.steps).toMatchObject([{ failures: 0 }]);
  });

  test('finishes its act when the instance shuts down, and hands over before the next one', async () => {
    const shutdown = new AbortController();
    let acts = 0;
    const step = scriptedStep(FIRST, async ({ clock, signal }) => {
      acts += 1;
      shutdown.abort(new Error('SIGTERM'));
      await clock.sleep(1_000, signal);
      return { kind: 'acted', description: 'brought it' };
    });
    const { engine, result, migration } = await ran(step, { shutdown: shutdown.signal });
    expect(result).toMatchObject({ kind: 'ran', outcome: 'handed over' });
    expect(acts).toBe(1);
    expect(await eventsOf(engine, migration)).toContain('acted');
    expect(engine.world.bus.published).toHaveLength(2);
  });

  test('keeps a verdict that comes while the instance shuts down', async () => {
    const shutdown = new AbortController();
    const step = scriptedStep(FIRST, async () => {
      shutdown.abort(new Error('SIGTERM'));
      throw new TerminalError('NodeNotReached', 'a node is not reached', 'Look at it.');
    });
    const { migration } = await ran(step, { shutdown: shutdown.signal });
    expect(migration.status).toMatchObject({ kind: 'blocked', reason: 'NodeNotReached' });
  });

  test('does not sit out a short wait when the instance shuts down', async () => {
    const shutdown = new AbortController();
    const engine = testEngine({ steps: [scriptedStep(FIRST, waits(60))], shutdown: shutdown.signal });
    const started = await startedMigration(engine);
    const run = runStep(engine, FIRST, nudgeFor(started));
    await engine.clock.advance(5_000);
    shutdown.abort(new Error('SIGTERM'));
    const before = engine.clock.now();
    expect(await engine.clock.until(run)).toMatchObject({ kind: 'ran', outcome: 'handed over' });
    expect(engine.clock.now()).toBe(before);
  });
});
