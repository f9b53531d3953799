import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { onAbort, onNudge, onPause, onShootChanged } from '../../shared/edge/handlers.ts';
import { operatorName, whoSent } from '../../shared/edge/operator.ts';
import { deliver } from '../../shared/edge/receive.ts';
import { historyEntrySchema } from '../../shared/migration/history.ts';
import { DONE, FIRST, scriptedStep } from '../support/scripted-step.ts';
import { manifest } from '../support/shoot-manifest.ts';
import { startedMigration } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';
import { push } from './deliveries.ts';
import { message } from './messages.ts';

let engine: ReturnType<typeof testEngine>;
const attributes = { operator: 'alice@example.com' };
const who = { name: 'alice@example.com', verified: false };
const SHOOT = { shoot: 'garden-core/api' };

beforeEach(() => {
  const waits = {
    kind: 'waiting',
    reason: 'NodesJoining',
    message: 'm',
    lookAgainAfterSeconds: 300,
  } as const;
  const acts = { kind: 'acted', description: 'did something' } as const;
  engine = testEngine({ steps: [scriptedStep(FIRST, acts, waits), scriptedStep('abort', DONE)] });
});

test('who an operator’s message claims to be from stands beside all that it set in motion', async () => {
  const { id } = await startedMigration(engine);
  await engine.clock.until(onNudge(FIRST)(engine, message(SHOOT, { attributes })));
  const lines = (await engine.migrations.history(id)).filter(({ by }) => by === 'operator');
  expect(lines.map(({ event }) => event)).toEqual(['begun', 'acted', 'waiting']);
  for (const line of lines) expect(line.who, line.event).toEqual(who);
});

test('an abort says who asked for it, and so do the lines of the way back', async () => {
  const { id } = await startedMigration(engine);
  await engine.clock.until(onAbort(engine, message(SHOOT, { attributes })));
  const lines = (await engine.migrations.history(id)).filter(({ by }) => by === 'operator');
  expect(lines.map(({ event }) => event)).toContain('abort requested');
  expect(lines.every((line) => line.who?.name === who.name)).toBe(true);
});

test('a wish and a refusal say whose they are', async () => {
  const { id } = await startedMigration(engine);
  const wish = { ...SHOOT, strategy: 'rollover', acknowledgeTrafficLoss: true };
  await engine.clock.until(onNudge('migrate-routes')(engine, message(wish, { attributes })));
  const lines = (await engine.migrations.history(id)).filter(({ by }) => by === 'operator');
  expect(lines.map(({ event }) => event)).toEqual(['acknowledged', 'wished', 'refused']);
  for (const line of lines) expect(line.who, line.event).toEqual(who);
});

test('a message of the engine signs for nobody, whatever its attributes say', async () => {
  const { id } = await startedMigration(engine);
  await engine.clock.until(onNudge(FIRST)(engine, message({ ...SHOOT, cause: 'schedule' }, { attributes })));
  const lines = await engine.migrations.history(id);
  expect(lines.filter((line) => line.by === 'schedule').length).toBeGreaterThan(0);
  expect(lines.every((line) => line.who === undefined)).toBe(true);
});

test('a body that says who sent it is refused: only the edge may say that', async () => {
  const { id } = await startedMigration(engine);
  const before = await engine.migrations.history(id);
  await expect(
    onNudge(FIRST)(engine, message({ ...SHOOT, who: { name: 'x', verified: true } })),
  ).rejects.toThrow('who');
  expect(await engine.migrations.history(id)).toEqual(before);
});

test('a migration that an operator started says so', async () => {
  const change = { before: manifest(['IPv4']), after: manifest(['IPv4', 'IPv6']) };
  await onShootChanged(engine, message(change, { attributes }));
  const [migration] = await engine.migrations.active();
  const [first] = await engine.migrations.history(migration?.id ?? '');
  expect(first).toMatchObject({ event: 'started', by: 'event', who });
});

test('a pause of a project says who in the hold, on record, and in what it pauses then and later', async () => {
  const started = await startedMigration(engine);
  await onPause(engine, message({ project: 'toy-project' }, { attributes, id: 'm-1' }));
  expect((await engine.migrations.history(started.id)).at(-1)).toMatchObject({ event: 'paused', who });
  expect((await engine.documents.get('holds/project:toy-project'))?.fields).toMatchObject({ who });
  expect((await engine.documents.get('acts/pause-m-1'))?.fields).toMatchObject({ topic: 'pause', who });
});

test('a refusal that belongs to no migration names who sent the message', async () => {
  await deliver(engine, 'pause', onPause, push({ text: '{"shoot":"garden-core/unknown"}', attributes }));
  const [refusal] = await engine.documents.list('refusals');
  expect(refusal?.fields).toMatchObject({ reason: 'UnknownShoot', who });
});

test('an entry of an earlier version, which does not say who, is read as before', () => {
  const old = { at: '2026-01-01T00:00:00.000Z', by: 'operator', event: 'paused', message: 'm' };
  expect(historyEntrySchema.parse(old)).toEqual(old);
});

test.each([
  'a\nb',
  '',
  ' alice',
  'x'.repeat(201),
  '\u202ealice',
  '-rf',
  'Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln',
  'password=hunter2',
])('what is no name is left out, and the message is heeded all the same: %j', async (operator) => {
  expect(await whoSent(engine, 'pause', message(SHOOT, { attributes: { operator } }))).toBeUndefined();
  await startedMigration(engine);
  await expect(onPause(engine, message(SHOOT, { attributes: { operator } }))).resolves.toMatchObject({
    kind: 'paused',
  });
});

test.each([
  'alice',
  'alice@example.com',
  'serviceAccount:x@y.iam.gserviceaccount.com',
  'Zoë Müller',
  'CORP\\alice',
  '李雷',
])('is a name: %s', (name) => expect(operatorName(name)).toBe(name));

test('whatever a name is taken for has one line, a bound, and is as it came', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const name = operatorName(text);
      if (name === undefined) return;
      expect(name).toBe(text);
      expect(name.length).toBeLessThanOrEqual(200);
      expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>"'`]/u);
    }),
    { numRuns: 300 },
  );
});
