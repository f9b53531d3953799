import { describe, expect, test } from 'vitest';
import { ComputeRefused } from '../../shared/compute/errors.ts';
import { TerminalError } from '../../shared/engine/errors.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import type { RoundResult } from '../../shared/engine/step.ts';
import { tick } from '../../shared/engine/tick.ts';
import { ClusterRefused } from '../../shared/kubernetes/errors.ts';
import { FORWARD_STEPS } from '../../shared/migration/steps.ts';
import { ran, waits } from '../support/one-run.ts';
import { DONE, FIRST, SECOND, scriptedStep } from '../support/scripted-step.ts';
import { eventsOf, nudgeFor, runFirst, startedMigration, stored } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';

describe('done', () => {
  test('moves the migration to the next step, whose nudge goes out', async () => {
    const { engine, migration } = await ran(scriptedStep(FIRST, DONE));
    expect(migration).toMatchObject({ position: SECOND, status: { kind: 'ready' }, active: true });
    expect(migration.lease).toBeUndefined();
    expect(engine.world.bus.published.at(-1)).toEqual({ topic: SECOND, nudge: nudgeFor(migration) });
    expect(await eventsOf(engine, migration)).toEqual([
      'started',
      'constraint NodesNotMigrated',
      'begun',
      'done',
    ]);
  });

  test('step by step sets and removes the constraints as Gardener does, and ends the migration', async () => {
    const engine = testEngine({ steps: FORWARD_STEPS.map((name) => scriptedStep(name, DONE)) });
    const started = await startedMigration(engine);
    const shown: string[] = [];
    for (const step of FORWARD_STEPS) {
      await engine.clock.until(runStep(engine, step, nudgeFor(started)));
      const { constraints } = await stored(engine, started);
      shown.push(constraints.map(({ type, status }) => `${type} ${status}`).join());
    }
    expect(shown).toEqual([
      'DualStackNodesMigrationReady Progressing',
      'DualStackNodesMigrationReady Progressing',
      'DualStackNodesMigrationReady Progressing',
      'DualStackNodesMigrationReady True',
      'DNSServiceMigrationReady Progressing',
      'DNSServiceMigrationReady True',
      '',
    ]);
    expect(await stored(engine, started)).toMatchObject({
      active: false,
      outbox: [],
      status: { kind: 'succeeded' },
    });
  });
});

describe('waiting', () => {
  test('shortly is sat out within the run, its progress shown', async () => {
    const progress: unknown[] = [];
    const step = scriptedStep(FIRST, waits(60), async ({ migration }) => {
      progress.push(migration.status);
      return DONE;
    });
    const { result, migration, engine } = await ran(step);
    expect(result).toMatchObject({ kind: 'ran', outcome: 'done' });
    expect(progress).toMatchObject([{ kind: 'running', progress: { done: 1, total: 3 } }]);
    expect(migration.steps).toMatchObject([{ name: FIRST, runs: 1 }]);
    expect(await eventsOf(engine, migration)).not.toContain('waiting Rolling');
  });

  test('that would outlast the run is left to the next one, which follows at once', async () => {
    const step = scriptedStep(FIRST, waits(60), waits(60), waits(60), waits(60), DONE);
    const { engine, result, migration } = await ran(step, { limits: { runSeconds: 200 } });
    expect(result).toMatchObject({ kind: 'ran', outcome: 'handed over' });
    expect(step.rounds()).toBe(4);
    expect(engine.clock.now()).toBe(Date.parse(migration.createdAt) + 180_000);
    expect(migration.wakeAt).toBeUndefined();
    expect(engine.world.bus.published.at(-1)).toEqual({ topic: FIRST, nudge: nudgeFor(migration, 'engine') });
  });

  test('longer lets go and is woken by the tick when it is due, not before', async () => {
    const { engine, migration } = await ran(scriptedStep(FIRST, waits(61), DONE));
    const due = new Date(engine.clock.now() + 61_000).toISOString();
    expect(migration).toMatchObject({ wakeAt: due, status: { kind: 'waiting', reason: 'Rolling' } });
    expect(migration.lease).toBeUndefined();

    await engine.clock.advance(60_999);
    expect((await tick(engine)).actions).toEqual([]);
    await engine.clock.advance(1);
    expect((await tick(engine)).actions).toEqual([{ migration: migration.id, action: 'woke' }]);
    const woken = engine.world.bus.published.at(-1);
    expect(woken).toEqual({ topic: FIRST, nudge: nudgeFor(migration, 'schedule') });
    await runFirst(engine, migration, 'schedule');
    expect(await stored(engine, migration)).toMatchObject({ position: SECOND });
  });

  test('for the same reason again and again is one line of the history, and one wait since its beginning', async () => {
    const { engine, migration } = await ran(scriptedStep(FIRST, waits(120)));
    for (let look = 0; look < 5; look += 1) {
      await engine.clock.advance(120_000);
      await runFirst(engine, migration, 'schedule');
    }
    const later = await stored(engine, migration);
    expect(later.status).toMatchObject({ kind: 'waiting', since: migration.status.since });
    const events = await eventsOf(engine, migration);
    expect(events.filter((event) => event === 'waiting Rolling')).toHaveLength(1);
  });
});

describe('blocked', () => {
  const blocked: RoundResult = {
    kind: 'blocked',
    reason: 'ForeignRange',
    message: 'a foreign range is in the way.',
    remedy: 'Remove it.',
  };

  test('says why and what to do, and only an operator’s nudge runs the step again', async () => {
    const step = scriptedStep(FIRST, blocked, DONE);
    const { engine, migration } = await ran(step);
    expect(migration.status).toMatchObject({
      kind: 'blocked',
      reason: 'ForeignRange',
      remedy: 'Remove it.',
    });
    for (const cause of ['engine', 'event', 'schedule'] as const) {
      await engine.clock.advance(3_600_000);
      const result = await runStep(engine, FIRST, nudgeFor(migration, cause));
      expect(result, cause).toMatchObject({ kind: 'not run', reason: 'Blocked' });
      expect((await tick(engine)).actions, cause).toEqual([]);
    }
    expect(step.rounds()).toBe(1);
    const byHand = await runFirst(engine, migration, 'operator');
    expect(byHand).toMatchObject({ kind: 'ran', outcome: 'done' });
  });

  const terminal = new TerminalError('NoAccess', 'no kubeconfig', 'Set one.');
  test.each([
    { where: 'a round', options: { steps: [scriptedStep(FIRST, () => Promise.reject(terminal))] } },
    { where: 'the opening of the ports', options: { openPorts: () => Promise.reject(terminal) } },
  ])('follows from a terminal error of $where, with its remedy', async ({ options }) => {
    const { result, migration } = await ran(scriptedStep(FIRST, DONE), options);
    expect(result).toMatchObject({ kind: 'ran', outcome: 'blocked' });
    expect(migration.status).toMatchObject({ kind: 'blocked', reason: 'NoAccess', remedy: 'Set one.' });
    expect(migration.lease).toBeUndefined();
  });

  test.each([
    {
      refusal: new ComputeRefused('routes.delete', 'forbidden', 'permission denied'),
      reason: 'ComputeEngineRefused',
    },
    { refusal: new ClusterRefused('patch service', 'Invalid', 'no such field'), reason: 'ClusterRefused' },
  ])('follows from a plain refusal: $reason', async ({ refusal, reason }) => {
    const { result, migration } = await ran(scriptedStep(FIRST, () => Promise.reject(refusal)));
    expect(result).toMatchObject({ kind: 'ran', outcome: 'blocked' });
    expect(migration.status).toMatchObject({ kind: 'blocked', reason });
    expect(migration.steps).toMatchObject([{ failures: 0 }]);
  });
});

describe('any other error', () => {
  test('is recorded and thrown on as it is, and the lease is free at once', async () => {
    const error = new Error('quota exceeded', { cause: new Error('403') });
    const step = scriptedStep(FIRST, () => Promise.reject(error), DONE);
    const engine = testEngine({ steps: [step] });
    const started = await startedMigration(engine);
    await expect(runFirst(engine, started)).rejects.toBe(error);

    const migration = await stored(engine, started);
    expect(migration.lease).toBeUndefined();
    expect(migration).toMatchObject({
      status: { kind: 'ready' },
      steps: [{ name: FIRST, failures: 1, lastFailure: 'Error: quota exceeded (cause: Error: 403)' }],
    });
    expect((await engine.migrations.history(migration.id)).at(-1)).toMatchObject({
      event: 'failed',
      message: 'Error: quota exceeded (cause: Error: 403)',
    });
    const again = await runFirst(engine, started);
    expect(again).toMatchObject({ kind: 'ran', outcome: 'done' });
  });

  test.each([
    { what: 'too long for a document', text: 'x'.repeat(2_000_000) },
    { what: 'not well-formed', text: 'half \ud800 a pair' },
  ])('can be recorded although its text is $what', async ({ text }) => {
    const error = new Error(text);
    const engine = testEngine({ steps: [scriptedStep(FIRST, () => Promise.reject(error))] });
    const started = await startedMigration(engine);
    await expect(runFirst(engine, started)).rejects.toBe(error);
    const migration = await stored(engine, started);
    expect(migration.lease).toBeUndefined();
    expect(migration.steps).toMatchObject([{ name: FIRST, failures: 1 }]);
  });

  test('stops a step that decides the same act for ever', async () => {
    let acts = 0;
    const step = scriptedStep(FIRST, async () => {
      acts += 1;
      return { kind: 'acted', description: 'put the rule' };
    });
    const engine = testEngine({ steps: [step] });
    const started = await startedMigration(engine);
    await expect(runFirst(engine, started)).rejects.toThrow(
      'decided the same 9 times in a row: put the rule',
    );
    expect(acts).toBe(9);
    expect((await stored(engine, started)).steps).toMatchObject([{ failures: 1 }]);
  });
});
