import { describe, expect, test } from 'vitest';
import { timestamp } from '../../shared/clock.ts';
import { ComputeUnavailable } from '../../shared/compute/errors.ts';
import { takeUpDeadMessage } from '../../shared/engine/dead-letter.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import { tick } from '../../shared/engine/tick.ts';
import { ClusterUnavailable } from '../../shared/kubernetes/errors.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { DONE, FIRST, SECOND, scriptedStep } from '../support/scripted-step.ts';
import { nudgeFor, runFirst, startedMigration, stored } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';
import { at } from '../support/toy-times.ts';

const NOW = testEngine().clock.now();
const running = (expiresIn: number): Partial<Migration> => ({
  status: { kind: 'running', since: at(NOW) },
  lease: { holder: 'h', fence: 1, expiresAt: at(NOW + expiresIn) },
});

describe('a nudge that the bus gave up on', () => {
  test('blocks the migration whose current step it was for, with the last failure and what to do', async () => {
    const step = scriptedStep(FIRST, () => Promise.reject(new Error('quota exceeded')), DONE);
    const engine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    const nudge = nudgeFor(migration);
    await expect(engine.clock.until(runStep(engine, FIRST, nudge))).rejects.toThrow('quota');

    const blocked = await takeUpDeadMessage(engine, { topic: FIRST, body: nudge, deliveries: '10' });

    expect(blocked).toEqual({ migration: migration.id, now: 'blocked' });
    expect((await stored(engine, migration)).status).toMatchObject({
      kind: 'blocked',
      reason: 'DeliveriesExhausted',
      message: `${FIRST} failed 10 times; last: Error: quota exceeded.`,
      remedy: `Remove the cause, then publish {"shoot":"garden-core/api"} on the topic ${FIRST}.`,
    });
    expect((await engine.migrations.history(migration.id)).at(-1)).toMatchObject({
      event: 'blocked',
      reason: 'DeliveriesExhausted',
    });
    await engine.clock.advance(3_600_000);
    expect((await tick(engine)).actions).toEqual([]);
    const byHand = await runFirst(engine, migration, 'operator');
    expect(byHand).toMatchObject({ kind: 'ran', outcome: 'done' });
  });

  test('leaves a migration waiting while cloud or cluster give no answer, and it goes on when they do', async () => {
    const away = () => Promise.reject(new ComputeUnavailable('subnetworks.patch nodes', 'HTTP 503'));
    const step = scriptedStep(FIRST, away, away, DONE);
    const engine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    const body = nudgeFor(migration);
    await expect(engine.clock.until(runStep(engine, FIRST, body))).rejects.toThrow('503');
    const since = timestamp(engine.clock);
    await engine.clock.advance(2_400_000);
    await expect(engine.clock.until(runStep(engine, FIRST, body))).rejects.toThrow('503');

    const takenUp = await takeUpDeadMessage(engine, { topic: FIRST, body, deliveries: '10' });

    expect(takenUp).toEqual({ migration: migration.id, now: 'waiting' });
    expect(await stored(engine, migration)).toMatchObject({
      status: { kind: 'waiting', reason: 'NoAnswer', message: expect.stringContaining(`since ${since}`) },
      steps: [{ failures: 2, awaySince: since }],
    });
    await engine.clock.advance(599_000);
    expect((await tick(engine)).actions).toEqual([]);
    await engine.clock.advance(1_000);
    expect((await tick(engine)).actions).toMatchObject([{ action: 'woke' }]);
    expect(await runFirst(engine, migration, 'schedule')).toMatchObject({ kind: 'ran', outcome: 'done' });
    const [record] = (await stored(engine, migration)).steps;
    expect(record).not.toHaveProperty('awaySince');
  });

  test('blocks a migration whose runs have had no answer for a day, whatever they did before they failed', async () => {
    const away = () => Promise.reject(new ClusterUnavailable('get Deployment coredns', 'refused'));
    const acted = { kind: 'acted', description: 'looked at all nodes' } as const;
    const engine = testEngine({ steps: [scriptedStep(FIRST, away, acted, away)] });
    const migration = await startedMigration(engine);
    const body = nudgeFor(migration);
    for (let run = 0; run < 2; run += 1) {
      await expect(engine.clock.until(runStep(engine, FIRST, body))).rejects.toThrow('refused');
      await engine.clock.advance(12 * 3_600_000);
    }
    const takenUp = await takeUpDeadMessage(engine, { topic: FIRST, body, deliveries: '10' });
    expect(takenUp).toEqual({ migration: migration.id, now: 'blocked' });
    expect((await stored(engine, migration)).status).toMatchObject({ reason: 'DeliveriesExhausted' });
  });

  test('blocks a migration whose last failure was of another kind, however long there was no answer before', async () => {
    const rounds = [
      () => Promise.reject(new ComputeUnavailable('routes.list', 'HTTP 503')),
      () => Promise.reject(new Error('a mistake in the program')),
    ];
    const engine = testEngine({ steps: [scriptedStep(FIRST, ...rounds)] });
    const migration = await startedMigration(engine);
    const body = nudgeFor(migration);
    for (const why of ['503', 'mistake']) {
      await expect(engine.clock.until(runStep(engine, FIRST, body))).rejects.toThrow(why);
    }
    const takenUp = await takeUpDeadMessage(engine, { topic: FIRST, body, deliveries: '10' });
    expect(takenUp).toMatchObject({ now: 'blocked' });
  });

  test.each<[what: string, changes: Partial<Migration>, body: (migration: Migration) => unknown]>([
    ['that is ready', {}, (migration) => nudgeFor(migration)],
    ['that is ready, named by its shoot only', {}, ({ shoot }) => ({ shoot: shoot.key })],
    ['whose run died', running(0), (migration) => nudgeFor(migration)],
  ])('blocks a migration %s', async (_, changes, body) => {
    const engine = testEngine();
    const migration = await startedMigration(engine, changes);
    const blocked = await takeUpDeadMessage(engine, {
      topic: FIRST,
      body: body(migration),
      deliveries: undefined,
    });
    expect(blocked).toEqual({ migration: migration.id, now: 'blocked' });
    expect(await stored(engine, migration)).toMatchObject({ status: { kind: 'blocked' } });
  });

  const nudge = (migration: Migration): unknown => nudgeFor(migration);
  test.each<
    [
      what: string,
      changes: Partial<Migration>,
      topic: string | undefined,
      body: (migration: Migration) => unknown,
    ]
  >([
    ['of a run that holds its lease', running(1), FIRST, nudge],
    [
      'of a step that waits',
      {
        status: { kind: 'waiting', since: at(NOW), reason: 'R', message: 'm' },
        wakeAt: at(NOW + 60_000),
      },
      FIRST,
      nudge,
    ],
    [
      'of a step that is blocked already',
      { status: { kind: 'blocked', since: at(NOW), reason: 'Own', message: 'm', remedy: 'r' } },
      FIRST,
      nudge,
    ],
    ['of a step that is over', { position: SECOND }, FIRST, nudge],
    ['of a migration that has ended', { active: false }, FIRST, nudge],
    ['of a topic that is no step’s', {}, 'shoot-changed', nudge],
    ['of an unknown topic', {}, undefined, nudge],
    ['that is no nudge', {}, FIRST, () => 'garbage'],
    ['with a field too many', {}, FIRST, ({ shoot }) => ({ shoot: shoot.key, force: true })],
    ['of another shoot', {}, FIRST, () => ({ shoot: 'garden-core/other' })],
    [
      'of an unknown migration',
      {},
      FIRST,
      ({ shoot }) => ({ shoot: shoot.key, migration: 'shoot--core--api-0f7c3b0e-9' }),
    ],
    [
      'that names a migration which is not its shoot’s',
      {},
      FIRST,
      ({ id }) => ({ shoot: 'garden-core/other', migration: id }),
    ],
  ])('%s changes nothing', async (_, changes, topic, body) => {
    const engine = testEngine();
    const migration = await startedMigration(engine, changes);
    const dead = { topic, body: body(migration), deliveries: '10' };
    expect(await takeUpDeadMessage(engine, dead)).toBeUndefined();
    expect(await stored(engine, migration)).toEqual(migration);
  });
});

test('a run that comes to life again after its migration was blocked writes nothing', async () => {
  const engine = testEngine();
  const migration = await startedMigration(engine, running(0));
  await takeUpDeadMessage(engine, { topic: FIRST, body: nudgeFor(migration), deliveries: '10' });
  expect((await stored(engine, migration)).lease).toBeUndefined();
});
