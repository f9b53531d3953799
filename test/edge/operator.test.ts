import { beforeEach, describe, expect, test } from 'vitest';
import { onAbort, onNudge, onPause, onResume, onShootChanged } from '../../shared/edge/handlers.ts';
import { DONE, FIRST, scriptedStep } from '../support/scripted-step.ts';
import { manifest } from '../support/shoot-manifest.ts';
import { startedMigration, stored } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';
import { message, problemOf } from './messages.ts';

let engine: ReturnType<typeof testEngine>;

beforeEach(() => {
  engine = testEngine();
});

describe('a message on the topic abort', () => {
  test('of an operator’s shell leads the migration back', async () => {
    engine = testEngine({ steps: [scriptedStep('abort', DONE)] });
    const migration = await startedMigration(engine);
    const result = await onAbort(engine, message({ shoot: 'garden-core/api' }));
    expect(result).toEqual({ kind: 'ran', migration: migration.id, outcome: 'done' });
    expect((await stored(engine, migration)).status.kind).toBe('aborted');
  });

  test('for a shoot that nobody knows is refused', async () => {
    const problem = await problemOf(onAbort(engine, message({ shoot: 'garden-core/unknown' })));
    expect(problem.reason).toBe('UnknownShoot');
  });

  test('that says how to go forth is refused by field', async () => {
    const body = { shoot: 'garden-core/api', strategy: 'rollover' };
    const problem = await problemOf(onAbort(engine, message(body)));
    expect(problem).toMatchObject({ reason: 'InvalidBody', message: expect.stringContaining('strategy') });
  });
});

describe('a message on the topics pause and resume', () => {
  test('holds a project and lets it go, and the answer names the migrations', async () => {
    const migration = await startedMigration(engine);
    const body = message({ project: 'toy-project' });
    expect(await onPause(engine, body)).toEqual({ kind: 'paused', migrations: [migration.id], left: [] });
    expect((await stored(engine, migration)).paused).toBe(true);
    expect(await onResume(engine, body)).toEqual({ kind: 'resumed', migrations: [migration.id], left: [] });
    expect((await stored(engine, migration)).paused).toBe(false);
  });

  test.each([onPause, onResume])('for a shoot that nobody knows is refused', async (handler) => {
    const problem = await problemOf(handler(engine, message({ shoot: 'garden-core/unknown' })));
    expect(problem.reason).toBe('UnknownShoot');
  });

  test.each([onPause, onResume])('that names two things is refused', async (handler) => {
    const body = { shoot: 'garden-core/api', namespace: 'garden-core' };
    expect(await problemOf(handler(engine, message(body)))).toEqual({
      reason: 'InvalidBody',
      message: '(whole): expected exactly one of shoot, project, namespace and all, found 2',
    });
  });
});

describe('an operator’s wishes', () => {
  test('may come with the change of the shoot', async () => {
    const change = { before: manifest(['IPv4']), after: manifest(['IPv4', 'IPv6']) };
    await onShootChanged(engine, message({ ...change, strategy: 'cutover', acknowledgeTrafficLoss: true }));
    const [migration] = await engine.migrations.active();
    expect(migration?.plan).toMatchObject({
      wish: 'cutover',
      trafficLossAcknowledgedAt: migration?.createdAt,
    });
  });

  test.each<[field: string, value: unknown, text: RegExp]>([
    ['strategy', 'fastest', /^strategy: .*"overlap"\|"rollover"\|"cutover"/],
    ['acknowledgeTrafficLoss', false, /^acknowledgeTrafficLoss: expected true, or nothing$/],
    ['acknowledgeTrafficLoss', 'yes', /^acknowledgeTrafficLoss: expected true, or nothing$/],
  ])('are refused by field when they are none: %s %j', async (field, value, text) => {
    const change = { before: manifest(['IPv4']), after: manifest(['IPv4', 'IPv6']), [field]: value };
    expect((await problemOf(onShootChanged(engine, message(change)))).message).toMatch(text);
    const nudge = { shoot: 'garden-core/api', [field]: value };
    expect((await problemOf(onNudge(FIRST)(engine, message(nudge)))).message).toMatch(text);
  });
});
