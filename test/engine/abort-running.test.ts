import { describe, expect, test } from 'vitest';
import { abort } from '../../shared/engine/abort.ts';
import { takeUpDeadMessage } from '../../shared/engine/dead-letter.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import type { RoundResult, Step } from '../../shared/engine/step.ts';
import { tick } from '../../shared/engine/tick.ts';
import { hangs } from '../support/interception.ts';
import { mortalProcess } from '../support/mortal-process.ts';
import { DONE, FIRST, SECOND, scriptedStep } from '../support/scripted-step.ts';
import { eventsOf, nudgeFor, runFirst, startedMigration, stored } from '../support/started-migration.ts';
import { type TestEngine, testEngine, testWorld } from '../support/test-engine.ts';
import { expectLedBack, followNudge } from './led-back.ts';

const BY_HAND = { shoot: 'garden-core/api', cause: 'operator' as const };
const ACTED: RoundResult = { kind: 'acted', description: 'brought it' };

describe('a run that holds the migration makes room at its next safe point', () => {
  /** A forward step in whose second round an operator asks for the way back. */
  async function abortedDuring(afterwards: readonly RoundResult[], back: Step = scriptedStep('abort', DONE)) {
    const forth = scriptedStep(
      FIRST,
      ACTED,
      async () => {
        expect(await abort(engine, BY_HAND)).toMatchObject({ kind: 'abort requested' });
        return { kind: 'acted', description: 'brought the second one' };
      },
      ...afterwards,
    );
    const engine: TestEngine = testEngine({ steps: [forth, back] });
    const migration = await startedMigration(engine);
    const result = await runFirst(engine, migration);
    return { engine, migration, result, forth };
  }

  test('before the next act, and the way back is nudged', async () => {
    const { engine, migration, result, forth } = await abortedDuring([ACTED]);
    expect(result).toMatchObject({ kind: 'ran', outcome: 'handed over' });
    expect(forth.rounds()).toBe(2);
    const between = await stored(engine, migration);
    expect(between).toMatchObject({ position: 'abort', status: { kind: 'ready' }, abort: { from: FIRST } });
    expect(between.lease).toBeUndefined();
    expect(await followNudge(engine, migration)).toMatchObject({ kind: 'ran', outcome: 'done' });
    await expectLedBack(engine, migration);
  });

  test.each<[what: string, RoundResult]>([
    ['that is done', DONE],
    ['that is blocked', { kind: 'blocked', reason: 'R', message: 'm.', remedy: 'r.' }],
    ['that waits', { kind: 'waiting', reason: 'R', message: 'm', lookAgainAfterSeconds: 3600 }],
  ])('whatever the run comes to first: a step %s', async (_, outcome) => {
    const forth = scriptedStep(FIRST, async () => {
      await abort(engine, BY_HAND);
      return outcome;
    });
    const engine: TestEngine = testEngine({ steps: [forth, scriptedStep('abort', DONE)] });
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    const next = outcome.kind === 'done' ? SECOND : FIRST;
    expect(await stored(engine, migration)).toMatchObject({ position: 'abort', abort: { from: next } });
    await followNudge(engine, migration);
    await expectLedBack(engine, migration);
  });

  test('also when the run fails', async () => {
    const forth = scriptedStep(FIRST, async () => {
      await abort(engine, BY_HAND);
      throw new Error('quota exceeded');
    });
    const engine: TestEngine = testEngine({ steps: [forth, scriptedStep('abort', DONE)] });
    const migration = await startedMigration(engine);
    await expect(runFirst(engine, migration)).rejects.toThrow('quota exceeded');
    await followNudge(engine, migration);
    await expectLedBack(engine, migration);
  });

  test('not between an act after which traffic depends on the next one and that one', async () => {
    const acted = (description: string, noPauseAfter: boolean): RoundResult => ({
      kind: 'acted',
      description,
      noPauseAfter,
    });
    const forth = scriptedStep(
      FIRST,
      async () => {
        await abort(engine, BY_HAND);
        return acted('took routes away', true);
      },
      { kind: 'waiting', reason: 'R', message: 'm', lookAgainAfterSeconds: 50 },
      acted('took more away', true),
      acted('put aliases there', false),
      DONE,
    );
    const engine: TestEngine = testEngine({ steps: [forth, scriptedStep('abort', DONE)] });
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    expect(forth.rounds()).toBe(4);
    expect(await stored(engine, migration)).toMatchObject({ position: 'abort' });
  });

  test('within a heartbeat while it sits out a short wait', async () => {
    const waits: RoundResult = { kind: 'waiting', reason: 'R', message: 'm', lookAgainAfterSeconds: 60 };
    const engine = testEngine({ steps: [scriptedStep(FIRST, waits), scriptedStep('abort', DONE)] });
    const migration = await startedMigration(engine);
    const run = runStep(engine, FIRST, nudgeFor(migration));
    await engine.clock.advance(1_000);
    expect(await abort(engine, BY_HAND)).toMatchObject({ kind: 'abort requested' });
    const before = engine.clock.now();
    expect(await engine.clock.until(run)).toMatchObject({ kind: 'ran', outcome: 'handed over' });
    expect(engine.clock.now() - before).toBeLessThanOrEqual(30_000);
    expect(engine.clock.asleep()).toEqual([]);
  });

  test('unless the migration ends first, and the history says so', async () => {
    const last = 'switch-kube-dns';
    const forth = scriptedStep(last, async () => {
      await abort(engine, BY_HAND);
      return DONE;
    });
    const engine: TestEngine = testEngine({ steps: [forth] });
    const migration = await startedMigration(engine, { position: last });
    await engine.clock.until(runStep(engine, last, nudgeFor(migration)));
    const ended = await stored(engine, migration);
    expect(ended).toMatchObject({ active: false, status: { kind: 'succeeded' }, outbox: [] });
    expect(ended.abort).toBeUndefined();
    expect(await eventsOf(engine, migration)).toContain('refused MigrationFinished');
  });
});

describe('a run that dies after the way back was asked for', () => {
  async function dead() {
    const world = testWorld();
    const forth = scriptedStep(FIRST, () => hangs());
    const steps = [forth, scriptedStep('abort', DONE)];
    const process = mortalProcess(() => undefined);
    const doomed = testEngine({ world: { ...world, clock: process.clockOf(world.clock) }, steps });
    const engine = testEngine({ world, steps });
    const migration = await startedMigration(engine);
    void runStep(doomed, FIRST, nudgeFor(migration));
    await world.clock.advance(1);
    expect(await abort(engine, BY_HAND)).toMatchObject({ kind: 'abort requested' });
    process.kill();
    await world.clock.advance(91_000);
    return { engine, migration, forth };
  }

  test('is followed by the way back as soon as the tick finds it, and by no further run of its step', async () => {
    const { engine, migration, forth } = await dead();
    expect((await tick(engine)).actions).toMatchObject([{ action: 'took over from a dead run' }]);
    expect(engine.world.bus.published.at(-1)).toMatchObject({ topic: FIRST });
    const turnedAway = await runFirst(engine, migration, 'schedule');
    expect(turnedAway).toMatchObject({ kind: 'not run', reason: 'NotTheCurrentStep' });
    expect(forth.rounds()).toBe(1);
    await followNudge(engine, migration);
    await expectLedBack(engine, migration);
  });

  test('is not run again by an operator’s hand either', async () => {
    const { engine, migration, forth } = await dead();
    const byHand = await runFirst(engine, migration, 'operator');
    expect(byHand).toMatchObject({ kind: 'not run', reason: 'NotTheCurrentStep' });
    expect(forth.rounds()).toBe(1);
  });

  test('makes room at once when the operator asks again', async () => {
    const { engine, migration } = await dead();
    expect(await engine.clock.until(abort(engine, BY_HAND))).toMatchObject({ kind: 'ran', outcome: 'done' });
    await expectLedBack(engine, migration);
  });

  test('is not blocked by the dead letter of its nudge', async () => {
    const { engine, migration } = await dead();
    const dead_ = { topic: FIRST, body: nudgeFor(migration), deliveries: '10' };
    expect(await takeUpDeadMessage(engine, dead_)).toBeUndefined();
  });
});
