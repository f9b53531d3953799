import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { takeUpDeadMessage } from '../../shared/engine/dead-letter.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import type { RoundResult } from '../../shared/engine/step.ts';
import { tick } from '../../shared/engine/tick.ts';
import { gatherRoutes } from '../../shared/steps/migrate-routes/gather.ts';
import { lookAtGarden } from '../../shared/watch/look.ts';
import { runIn } from '../steps/routes-run.ts';
import { instanceName, routeName, worldOf } from '../steps/routes-world.ts';
import { DONE, FIRST, scriptedStep } from '../support/scripted-step.ts';
import { nudgeFor, runFirst, startedMigration } from '../support/started-migration.ts';
import { type TestEngine, testEngine } from '../support/test-engine.ts';
import { at } from '../support/toy-times.ts';

const HOUR = 3_600_000;
const BLOCK: RoundResult = {
  kind: 'blocked',
  reason: 'QuotaUsedUp',
  message: 'No.',
  remedy: 'Ask for more.',
};
const WAIT: RoundResult = {
  kind: 'waiting',
  reason: 'Rolling',
  message: 'rolling',
  lookAgainAfterSeconds: 3_600,
};

/** A log whose lines of one text can be had. */
function listened() {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { base: null, messageKey: 'message', formatters: { level: (severity) => ({ severity }) } },
    { write: (line: string) => lines.push(JSON.parse(line)) },
  );
  return { log, linesOf: (message: string) => lines.filter((line) => line.message === message) };
}

function listening(
  ...rounds: Parameters<typeof scriptedStep> extends [unknown, ...infer Rounds] ? Rounds : never
) {
  const { log, linesOf } = listened();
  const engine: TestEngine & Engine = { ...testEngine({ steps: [scriptedStep(FIRST, ...rounds)] }), log };
  return { engine, linesOf };
}

describe('the line "migration blocked", which an alert is built on', () => {
  test('is written once when a run comes to a block, with what a human must know', async () => {
    const { engine, linesOf } = listening(BLOCK);
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    await runFirst(engine, migration);
    expect(linesOf('migration blocked')).toEqual([
      expect.objectContaining({
        severity: 'warn',
        migration: migration.id,
        shoot: 'garden-core/api',
        step: FIRST,
        reason: 'QuotaUsedUp',
        why: 'No.',
        remedy: 'Ask for more.',
      }),
    ]);
  });

  test('is written when the bus gave up on the message', async () => {
    const { engine, linesOf } = listening(() => Promise.reject(new Error('no')));
    const migration = await startedMigration(engine);
    const body = nudgeFor(migration);
    await expect(engine.clock.until(runStep(engine, FIRST, body))).rejects.toThrow('no');
    await takeUpDeadMessage(engine, { topic: FIRST, body, deliveries: '10' });
    await takeUpDeadMessage(engine, { topic: FIRST, body, deliveries: '10' });
    expect(linesOf('migration blocked')).toMatchObject([{ reason: 'DeliveriesExhausted' }]);
  });

  test('is written when run after run died', async () => {
    const { engine, linesOf } = listening(DONE);
    const now = engine.clock.now();
    const migration = await startedMigration(engine, {
      status: { kind: 'running', since: at(now) },
      lease: { holder: 'dead', fence: 7, expiresAt: at(now - 1) },
      steps: [{ name: FIRST, runs: 6, failures: 0, deaths: 5 }],
    });
    await runFirst(engine, migration);
    await runFirst(engine, migration);
    expect(linesOf('migration blocked')).toMatchObject([{ reason: 'RunsDie' }]);
  });

  test('is not written for a wait, nor for a step that is done', async () => {
    const { engine, linesOf } = listening(WAIT, DONE);
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    await engine.clock.advance(HOUR);
    await runFirst(engine, migration);
    expect(linesOf('migration blocked')).toEqual([]);
  });
});

describe('the line "step takes longer than expected", which an alert is built on', () => {
  async function afterWaiting(wait: RoundResult, milliseconds: number) {
    const { engine, linesOf } = listening(wait);
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    await engine.clock.advance(milliseconds);
    await tick(engine);
    return linesOf('step takes longer than expected');
  }

  test('is written by each tick once a step has waited for an hour without any more being done', async () => {
    expect(await afterWaiting(WAIT, HOUR - 60_000)).toEqual([]);
    expect(await afterWaiting(WAIT, HOUR)).toMatchObject([
      { shoot: 'garden-core/api', step: FIRST, seconds: 3600, why: 'waits: Rolling' },
    ]);
  });

  test('is not written while it is somebody’s turn, or the migration is paused', async () => {
    expect(await afterWaiting({ ...WAIT, patient: true }, 48 * HOUR)).toEqual([]);
    const { engine, linesOf } = listening(WAIT);
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    await engine.migrations.change(migration.id, (current) => ({ migration: { ...current, paused: true } }));
    await engine.clock.advance(2 * HOUR);
    await tick(engine);
    expect(linesOf('step takes longer than expected')).toEqual([]);
  });

  test('is written when nobody has answered for an hour', async () => {
    const { engine, linesOf } = listening(DONE);
    const since = at(engine.clock.now() - HOUR);
    const steps = [{ name: FIRST, runs: 1, failures: 9, awaySince: since, lastFailure: 'HTTP 503' }];
    await startedMigration(engine, { steps });
    await tick(engine);
    expect(linesOf('step takes longer than expected')).toMatchObject([{ why: 'no answer: HTTP 503' }]);
  });
});

describe('the line "the garden cannot be watched", which an alert is built on', () => {
  test('is written by each look that comes to nothing, as an error with its reason', async () => {
    const { engine, linesOf } = listening(DONE);
    await lookAtGarden(engine, undefined);
    await lookAtGarden(engine, undefined);
    const line = expect.objectContaining({ severity: 'error', reason: 'NoAccess' });
    expect(linesOf('the garden cannot be watched')).toEqual([line, line]);
  });
});

describe('the line "nodes without route and alias", which an alert is built on', () => {
  test('names live nodes that nothing leads to, and is not written when all have a carrier', async () => {
    const world = worldOf(3);
    const { log, linesOf } = listened();
    await gatherRoutes({ ...runIn(world), log });
    expect(linesOf('nodes without route and alias')).toEqual([]);
    world.routes.delete(routeName(2));
    await gatherRoutes({ ...runIn(world), log });
    expect(linesOf('nodes without route and alias')).toMatchObject([
      { step: world.migration.position, strategy: 'overlap', count: 1, nodes: [instanceName(2)] },
    ]);
  });
});
