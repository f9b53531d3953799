import { describe, expect, test } from 'vitest';
import { abort } from '../../shared/engine/abort.ts';
import { AbortRefused } from '../../shared/engine/errors.ts';
import { pause, resume } from '../../shared/engine/pause.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import type { RoundResult } from '../../shared/engine/step.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { hangs } from '../support/interception.ts';
import { DONE, FIRST, SECOND, scriptedStep } from '../support/scripted-step.ts';
import { eventsOf, nudgeFor, runFirst, startedMigration, stored } from '../support/started-migration.ts';
import { type TestEngine, testEngine } from '../support/test-engine.ts';
import { at, SHUT_WINDOW } from '../support/toy-times.ts';
import { expectLedBack, followNudge } from './led-back.ts';

const BY_HAND = { shoot: 'garden-core/api', cause: 'operator' as const };
const ACTED: RoundResult = { kind: 'acted', description: 'brought it' };
const NOW = testEngine().clock.now();
const since = at(NOW);

describe('a migration that no run holds is led back at once', () => {
  const waiting: Partial<Migration> = {
    status: { kind: 'waiting', since, reason: 'R', message: 'm' },
    wakeAt: at(NOW + 3_600_000),
  };
  test.each<[what: string, changes: Partial<Migration>]>([
    ['that is ready', {}],
    ['that waits', waiting],
    ['that waits for its window', { ...waiting, position: SECOND, maintenanceWindow: SHUT_WINDOW }],
    ['that is blocked', { status: { kind: 'blocked', since, reason: 'R', message: 'm', remedy: 'r' } }],
    ['that is paused', { paused: true }],
    [
      'whose run died',
      {
        status: { kind: 'running', since },
        lease: { holder: 'h', fence: 1, expiresAt: since },
        fence: 1,
      },
    ],
  ])('%s', async (_, changes) => {
    const forth = scriptedStep(FIRST, DONE);
    const engine = testEngine({ steps: [forth, scriptedStep('abort', ACTED, DONE)] });
    const migration = await startedMigration(engine, changes);
    const result = await engine.clock.until(abort(engine, BY_HAND));
    expect(result).toEqual({ kind: 'ran', migration: migration.id, outcome: 'done' });
    await expectLedBack(engine, migration);
    expect((await stored(engine, migration)).abort).toEqual({ requestedAt: since, from: migration.position });
    const late = await runFirst(engine, migration);
    expect(late).toMatchObject({ kind: 'not run', reason: 'MigrationFinished' });
    expect(forth.rounds()).toBe(0);
  });
});

describe('asked for again', () => {
  test('while a run has not come to its safe point, the answer is that it is under way', async () => {
    const engine = testEngine({ steps: [scriptedStep(FIRST, () => hangs())] });
    const migration = await startedMigration(engine);
    void runStep(engine, FIRST, nudgeFor(migration));
    await engine.clock.advance(1);
    await abort(engine, BY_HAND);
    const again = await abort(engine, BY_HAND);
    expect(again).toMatchObject({ kind: 'not aborted', reason: 'AbortUnderWay' });
    expect((await eventsOf(engine, migration)).slice(-2)).toEqual([
      'abort requested',
      'refused AbortUnderWay',
    ]);
  });

  test('while the way back is being taken, too', async () => {
    const engine = testEngine({ steps: [scriptedStep('abort', () => hangs())] });
    const migration = await startedMigration(engine);
    void abort(engine, BY_HAND);
    await engine.clock.advance(1);
    expect(await abort(engine, BY_HAND)).toMatchObject({ kind: 'not aborted', reason: 'AbortUnderWay' });
    expect((await stored(engine, migration)).fence).toBe(1);
  });

  test('when the way back is blocked, it is tried again', async () => {
    const blocked: RoundResult = { kind: 'blocked', reason: 'R', message: 'm.', remedy: 'r.' };
    const engine = testEngine({ steps: [scriptedStep('abort', blocked, DONE)] });
    const migration = await startedMigration(engine);
    expect(await abort(engine, BY_HAND)).toMatchObject({ outcome: 'blocked' });
    expect((await stored(engine, migration)).status).toMatchObject({ kind: 'blocked', reason: 'R' });
    const nudge = nudgeFor(migration);
    expect(await abort(engine, nudge)).toMatchObject({ kind: 'not run', reason: 'Blocked' });
    expect(await abort(engine, BY_HAND)).toMatchObject({ outcome: 'done' });
    await expectLedBack(engine, migration);
  });

  test('after the migration has ended, it is refused, on record', async () => {
    const engine = testEngine();
    const migration = await startedMigration(engine, { active: false });
    const result = await abort(engine, BY_HAND);
    expect(result).toMatchObject({ kind: 'not aborted', reason: 'MigrationFinished' });
    const history = await engine.migrations.history(migration.id);
    expect(history.at(-1)).toMatchObject({ event: 'refused', step: 'abort', by: 'operator' });
    expect((await stored(engine, migration)).abort).toBeUndefined();
  });
});

test('only an operator can ask for it: a nudge of the engine finds another step', async () => {
  const engine = testEngine();
  const migration = await startedMigration(engine);
  const result = await abort(engine, nudgeFor(migration));
  expect(result).toMatchObject({ kind: 'not run', reason: 'NotTheCurrentStep' });
  expect((await stored(engine, migration)).abort).toBeUndefined();
});

test('of a shoot that nobody knows is answered so', async () => {
  expect(await abort(testEngine(), BY_HAND)).toMatchObject({ kind: 'unknown shoot' });
});

describe('the step may find that there is no way back', () => {
  const refuses = () => Promise.reject(new AbortRefused('NodesAreDualStack', 'three nodes are dual-stack.'));

  test('then the migration goes on where it was, and the history says why', async () => {
    const second = scriptedStep(SECOND, DONE);
    const engine = testEngine({ steps: [second, scriptedStep('abort', refuses)] });
    const migration = await startedMigration(engine, { position: SECOND });
    expect(await abort(engine, BY_HAND)).toMatchObject({ kind: 'ran', outcome: 'abort refused' });
    const after = await stored(engine, migration);
    expect(after).toMatchObject({ active: true, position: SECOND, status: { kind: 'ready' } });
    expect([after.abort, after.lease]).toEqual([undefined, undefined]);
    expect((await engine.migrations.history(migration.id)).at(-1)).toMatchObject({
      event: 'refused',
      step: 'abort',
      reason: 'NodesAreDualStack',
      message: `three nodes are dual-stack. ${SECOND} goes on.`,
    });
    expect(engine.world.bus.published.at(-1)).toEqual({ topic: SECOND, nudge: nudgeFor(migration) });
    const goesOn = await runStep(engine, SECOND, nudgeFor(migration));
    expect(goesOn).toMatchObject({ kind: 'ran', outcome: 'done' });
  });

  test('and it may be asked for once more', async () => {
    const engine = testEngine({ steps: [scriptedStep('abort', refuses, DONE)] });
    const migration = await startedMigration(engine, { position: SECOND });
    await abort(engine, BY_HAND);
    expect(await abort(engine, BY_HAND)).toMatchObject({ kind: 'ran', outcome: 'done' });
    await expectLedBack(engine, migration);
  });

  test('no other step can say so', async () => {
    const engine = testEngine({ steps: [scriptedStep(FIRST, refuses)] });
    const migration = await startedMigration(engine);
    await expect(runFirst(engine, migration)).rejects.toThrow('three nodes');
    expect(await stored(engine, migration)).toMatchObject({ position: FIRST, steps: [{ failures: 1 }] });
  });
});

test('the way back can be paused and resumed like any step', async () => {
  const engine: TestEngine = testEngine({
    steps: [
      scriptedStep(
        'abort',
        async () => {
          await pause(engine, { kind: 'shoot', name: 'garden-core/api' });
          return ACTED;
        },
        DONE,
      ),
    ],
  });
  const migration = await startedMigration(engine);
  expect(await abort(engine, BY_HAND)).toMatchObject({ kind: 'ran', outcome: 'handed over' });
  expect(await stored(engine, migration)).toMatchObject({ position: 'abort', paused: true });
  await resume(engine, { kind: 'shoot', name: 'garden-core/api' });
  expect(await followNudge(engine, migration)).toMatchObject({ kind: 'ran', outcome: 'done' });
  await expectLedBack(engine, migration);
});
