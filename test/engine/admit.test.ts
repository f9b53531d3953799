import { describe, expect, test } from 'vitest';
import { type Admission, admit } from '../../shared/engine/admit.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import { tick } from '../../shared/engine/tick.ts';
import { CAUSES, type Cause } from '../../shared/migration/history.ts';
import type { Migration, MigrationStatus } from '../../shared/migration/migration.ts';
import { FORWARD_STEPS } from '../../shared/migration/steps.ts';
import { commitsTo, gate, onNth } from '../support/interception.ts';
import { DONE, FIRST, SECOND, scriptedStep } from '../support/scripted-step.ts';
import { eventsOf, nudgeFor, startedMigration, stored } from '../support/started-migration.ts';
import { type TestEngine, testEngine, testWorld } from '../support/test-engine.ts';
import { toyShoot } from '../support/toy-shoot.ts';
import { at, atSecond, OPEN_WINDOW, SHUT_WINDOW } from '../support/toy-times.ts';

const engine = testEngine();
/** Any step that is bound to the window; another one. */
const STEP = SECOND;
const OTHER = FORWARD_STEPS[2];
const ready = await startedMigration(engine, { position: STEP });
const NOW = engine.clock.now();

const lease = (expiresIn: number) => ({ holder: 'somebody', fence: 1, expiresAt: at(NOW + expiresIn) });
const since = at(NOW);
const statuses: Readonly<Record<MigrationStatus['kind'], Partial<Migration>>> = {
  ready: {},
  running: { status: { kind: 'running', since }, lease: lease(1) },
  waiting: { status: { kind: 'waiting', since, reason: 'R', message: 'm' }, wakeAt: at(NOW + 1) },
  blocked: { status: { kind: 'blocked', since, reason: 'R', message: 'm', remedy: 'r' } },
  succeeded: { status: { kind: 'succeeded', since }, active: false },
  aborted: { status: { kind: 'aborted', since }, active: false },
};
const begun = { steps: [{ name: STEP, runs: 1, failures: 0, startedAt: since }] };
const gated = { gate: { rollout: 'r', since } };
const outside = { maintenanceWindow: SHUT_WINDOW };
const inside = { maintenanceWindow: OPEN_WINDOW };

type Verdict =
  | 'run'
  | 'window'
  | 'rollout'
  | Exclude<Extract<Admission, { reason: unknown }>['reason'], undefined>;

describe('admission of a nudge', () => {
  test.each<[what: string, changes: Partial<Migration>, operator: Verdict, others: Verdict]>([
    ['a step that is ready', {}, 'run', 'run'],
    ['… inside the window', inside, 'run', 'run'],
    ['… outside the window', outside, 'run', 'window'],
    ['… outside the window, begun', { ...outside, ...begun }, 'run', 'run'],
    [
      '… outside the window, another step begun',
      { ...outside, steps: [{ name: OTHER, runs: 1, failures: 0, startedAt: since }] },
      'run',
      'window',
    ],
    ['a step that waits to be let in', gated, 'run', 'rollout'],
    ['… outside the window', { ...gated, ...outside }, 'run', 'rollout'],
    ['… of a paused migration', { ...gated, paused: true }, 'Paused', 'Paused'],
    ['… that is blocked', { ...gated, ...statuses.blocked }, 'run', 'Blocked'],
    ['… although another one had begun', { ...gated, ...begun }, 'run', 'run'],
    [
      'a step that was let in',
      { gate: { ...gated.gate, letIn: { at: since, by: 'rollout' } } },
      'run',
      'run',
    ],
    ['a run that holds its lease', statuses.running, 'AlreadyRunning', 'AlreadyRunning'],
    [
      '… outside the window',
      { ...statuses.running, ...outside, ...begun },
      'AlreadyRunning',
      'AlreadyRunning',
    ],
    ['… of a paused migration', { ...statuses.running, lease: lease(0), paused: true }, 'run', 'run'],
    ['a run whose lease ends now', { ...statuses.running, lease: lease(0) }, 'run', 'run'],
    [
      '… outside the window, begun',
      { ...statuses.running, lease: lease(0), ...outside, ...begun },
      'run',
      'run',
    ],
    ['a wait that is not over', statuses.waiting, 'run', 'NotYetDue'],
    ['… outside the window', { ...statuses.waiting, ...outside }, 'run', 'NotYetDue'],
    ['a wait that is over now', { ...statuses.waiting, wakeAt: since }, 'run', 'run'],
    ['… outside the window', { ...statuses.waiting, wakeAt: since, ...outside }, 'run', 'window'],
    [
      '… outside the window, begun',
      { ...statuses.waiting, wakeAt: since, ...outside, ...begun },
      'run',
      'run',
    ],
    ['a blocked step', statuses.blocked, 'run', 'Blocked'],
    ['… outside the window', { ...statuses.blocked, ...outside }, 'run', 'Blocked'],
    ['… begun', { ...statuses.blocked, ...begun }, 'run', 'Blocked'],
    ['another step than the current one', { position: OTHER }, 'NotTheCurrentStep', 'NotTheCurrentStep'],
    ['… of a paused migration', { position: OTHER, paused: true }, 'NotTheCurrentStep', 'NotTheCurrentStep'],
    ['a paused migration', { paused: true }, 'Paused', 'Paused'],
    ['… that runs', { ...statuses.running, paused: true }, 'Paused', 'Paused'],
    ['… that is blocked', { ...statuses.blocked, paused: true }, 'Paused', 'Paused'],
    [
      '… in the middle of what traffic depends on',
      { paused: true, steps: [{ name: STEP, runs: 1, failures: 0, startedAt: since, midway: true }] },
      'run',
      'run',
    ],
    ['a migration that was led back', statuses.aborted, 'MigrationFinished', 'MigrationFinished'],
    ['a migration that has ended', statuses.succeeded, 'MigrationFinished', 'MigrationFinished'],
    [
      '… of another position',
      { ...statuses.succeeded, position: OTHER },
      'MigrationFinished',
      'MigrationFinished',
    ],
  ])('%s', (_, changes, operator, others) => {
    const migration = { ...ready, ...changes };
    const verdicts = CAUSES.map((cause) => [cause, verdictOf(admit(migration, STEP, cause, NOW))]);
    expect(Object.fromEntries(verdicts)).toEqual({
      operator,
      event: others,
      engine: others,
      schedule: others,
    });
  });

  test('outside the window says when that opens next', () => {
    const migration = { ...ready, ...outside };
    expect(admit(migration, STEP, 'engine', NOW)).toEqual({
      kind: 'wait-for-window',
      at: atSecond(NOW, SHUT_WINDOW.begin),
    });
  });

  test.each(['preflight', 'abort'] as const)('lets %s begin outside the window too', (step) => {
    const migration = { ...ready, ...outside, position: step };
    expect(CAUSES.map((cause) => admit(migration, step, cause, NOW).kind)).toEqual(CAUSES.map(() => 'run'));
  });

  test('refuses in words that name both steps', () => {
    const migration = { ...ready, position: OTHER };
    expect(admit(migration, STEP, 'operator', NOW)).toMatchObject({
      message: `The current step is ${OTHER}, not ${STEP}.`,
    });
  });
});

function verdictOf(admission: Admission): Verdict {
  if (admission.kind === 'refuse') return admission.reason;
  if (admission.kind === 'wait-for-rollout') return 'rollout';
  return admission.kind === 'run' ? 'run' : 'window';
}

describe('an operator’s nudge', () => {
  const byHand = { shoot: 'garden-core/api', cause: 'operator' as const };

  test('that names no migration runs the current step now, outside the window', async () => {
    const step = scriptedStep(FIRST, DONE);
    const engine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine, {}, toyShoot(['IPv4', 'IPv6'], SHUT_WINDOW));
    const result = await engine.clock.until(runStep(engine, FIRST, byHand));
    expect(result).toEqual({ kind: 'ran', migration: migration.id, outcome: 'done' });
    const history = await engine.migrations.history(migration.id);
    expect(history.find(({ event }) => event === 'begun')).toMatchObject({ by: 'operator' });
  });

  test.each([
    { what: 'another step', changes: { position: SECOND, ...begun }, reason: 'NotTheCurrentStep' },
    { what: 'a paused migration', changes: { paused: true }, reason: 'Paused' },
    { what: 'a step that runs', changes: statuses.running, reason: 'AlreadyRunning' },
    { what: 'a migration that has ended', changes: { active: false }, reason: 'MigrationFinished' },
  ])('for $what is refused, and the history says who asked for what and why not', async (row) => {
    const step = scriptedStep(FIRST, DONE);
    const engine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine, row.changes);
    const result = await engine.clock.until(runStep(engine, FIRST, byHand));
    expect(result).toMatchObject({ kind: 'not run', reason: row.reason });
    expect(step.rounds()).toBe(0);
    expect((await engine.migrations.history(migration.id)).at(-1)).toMatchObject({
      by: 'operator',
      event: 'refused',
      reason: row.reason,
      step: FIRST,
    });
    const { status, position, lease: held } = await stored(engine, migration);
    expect({ status, position, held }).toEqual({
      status: migration.status,
      position: migration.position,
      held: migration.lease,
    });
  });

  test('for a shoot that nobody knows is answered so, and stores nothing', async () => {
    const engine = testEngine();
    expect(await runStep(engine, FIRST, byHand)).toMatchObject({ kind: 'unknown shoot' });
    expect(await engine.documents.list('migrations')).toEqual([]);
  });
});

test('a nudge that names another shoot’s migration is not obeyed', async () => {
  const engine = testEngine({ steps: [scriptedStep(FIRST, DONE)] });
  const migration = await startedMigration(engine);
  const astray = { ...nudgeFor(migration), shoot: 'garden-core/other' };
  expect(await runStep(engine, FIRST, astray)).toMatchObject({ kind: 'unknown shoot' });
});

describe('the maintenance window', () => {
  const runIt = (engine: TestEngine, migration: Migration, cause?: Cause) =>
    engine.clock.until(runStep(engine, STEP, nudgeFor(migration, cause)));

  test('is waited for, opened by the tick, and the step that has begun in it goes on after it closed', async () => {
    const step = scriptedStep(
      STEP,
      { kind: 'waiting', reason: 'Rolling', message: 'm', lookAgainAfterSeconds: 6 * 3600 },
      DONE,
    );
    const engine = testEngine({ steps: [step] });
    const migration = await startedMigration(
      engine,
      { position: STEP },
      toyShoot(['IPv4', 'IPv6'], SHUT_WINDOW),
    );
    const early = await runIt(engine, migration);
    expect(early).toMatchObject({ kind: 'waits for the maintenance window' });
    const opening = atSecond(engine.clock.now(), SHUT_WINDOW.begin);
    expect(await stored(engine, migration)).toMatchObject({
      wakeAt: at(opening),
      status: { kind: 'waiting', reason: 'OutsideMaintenanceWindow' },
    });

    await engine.clock.advance(opening - 1 - engine.clock.now());
    expect((await tick(engine)).actions).toEqual([]);
    await engine.clock.advance(1);
    expect((await tick(engine)).actions).toMatchObject([{ action: 'woke' }]);
    const begins = await runIt(engine, migration, 'schedule');
    expect(begins).toMatchObject({ kind: 'ran', outcome: 'waiting' });

    // Long after the window: its length is an hour.
    await engine.clock.advance(6 * 3_600_000);
    const goesOn = await runIt(engine, migration, 'schedule');
    expect(goesOn).toMatchObject({ kind: 'ran', outcome: 'done' });
    expect(await eventsOf(engine, migration)).toContain('waiting OutsideMaintenanceWindow');
  });

  test('that was missed is waited for again', async () => {
    const engine = testEngine({ steps: [scriptedStep(STEP, DONE)] });
    const migration = await startedMigration(
      engine,
      { position: STEP },
      toyShoot(['IPv4', 'IPv6'], SHUT_WINDOW),
    );
    await runIt(engine, migration);
    const opening = atSecond(engine.clock.now(), SHUT_WINDOW.begin);
    await engine.clock.advance(opening + 2 * 3_600_000 - engine.clock.now());
    await runIt(engine, migration, 'schedule');
    expect(await stored(engine, migration)).toMatchObject({ wakeAt: at(opening + 24 * 3_600_000) });
  });

  test('is not put in the place of a block that an operator’s run came to meanwhile', async () => {
    const world = testWorld();
    const blocking = scriptedStep(STEP, {
      kind: 'blocked',
      reason: 'ForeignRange',
      message: 'm',
      remedy: 'r',
    });
    const other = testEngine({ world, steps: [blocking] });
    const migration = await startedMigration(
      other,
      { position: STEP },
      toyShoot(['IPv4', 'IPv6'], SHUT_WINDOW),
    );
    const write = gate();
    const intercept = onNth(1, commitsTo(`migrations/${migration.id}`), { before: write.pass });
    const slow = runStep(testEngine({ world, intercept }), STEP, nudgeFor(migration));
    await write.arrived;
    await runIt(other, migration, 'operator');
    write.open();
    expect(await world.clock.until(slow)).toMatchObject({ kind: 'not run', reason: 'Blocked' });
    expect((await stored(other, migration)).status).toMatchObject({ kind: 'blocked' });
  });
});
