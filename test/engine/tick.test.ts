import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../shared/engine/engine.ts';
import { dueAction, type TickAction, tick } from '../../shared/engine/tick.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { onNth, unavailable } from '../support/interception.ts';
import { FIRST } from '../support/scripted-step.ts';
import { nudgeFor, startedMigration } from '../support/started-migration.ts';
import { testEngine, testWorld } from '../support/test-engine.ts';
import { at } from '../support/toy-times.ts';

const engine = testEngine();
const ready = await startedMigration(engine);
const NOW = engine.clock.now();
const SECOND = 1000;

const readySince = (ago: number): Partial<Migration> => ({ status: { kind: 'ready', since: at(NOW - ago) } });
const outboxSince = (ago: number): Partial<Migration> => ({
  outbox: [{ id: 'n', step: FIRST, since: at(NOW - ago) }],
});
const leaseUntil = (ahead: number): Partial<Migration> => ({
  status: { kind: 'running', since: at(NOW - 60 * SECOND) },
  lease: { holder: 'h', fence: 1, expiresAt: at(NOW + ahead) },
});
const waitingUntil = (ahead: number | undefined): Partial<Migration> => ({
  status: { kind: 'waiting', since: at(0), reason: 'R', message: 'm' },
  wakeAt: ahead === undefined ? undefined : at(NOW + ahead),
});
const blocked: Partial<Migration> = {
  status: { kind: 'blocked', since: at(0), reason: 'R', message: 'm', remedy: 'r' },
};
const ended: Partial<Migration> = { active: false, status: { kind: 'succeeded', since: at(0) } };

const SENT: TickAction = 'sent what was left in the outbox';

describe('what the tick does about', () => {
  test.each<[what: string, changes: Partial<Migration>, action: TickAction | undefined]>([
    ['a nudge put into the outbox less than a minute ago', outboxSince(60 * SECOND - 1), undefined],
    ['a nudge left in the outbox for a minute', outboxSince(60 * SECOND), SENT],
    ['… while a run holds the lease', { ...leaseUntil(1), ...outboxSince(60 * SECOND) }, SENT],
    ['… of a paused migration', { ...outboxSince(60 * SECOND), paused: true }, undefined],
    ['a run that holds its lease', leaseUntil(1), undefined],
    ['a run whose lease ends now', leaseUntil(0), 'took over from a dead run'],
    ['… of a paused migration', { ...leaseUntil(0), paused: true }, 'took over from a dead run'],
    ['a run of a paused migration that holds its lease', { ...leaseUntil(1), paused: true }, undefined],
    [
      '… with a nudge just put into the outbox',
      { ...leaseUntil(0), ...outboxSince(0) },
      'took over from a dead run',
    ],
    ['a wait that is not over', waitingUntil(1), undefined],
    ['a wait that is over now', waitingUntil(0), 'woke'],
    ['… of a paused migration', { ...waitingUntil(0), paused: true }, undefined],
    ['a wait without an end', waitingUntil(undefined), 'woke'],
    [
      '… for the rollout to let it in',
      {
        gate: { rollout: 'r', since: at(0) },
        status: { kind: 'waiting', since: at(0), reason: 'WaitsForRollout', message: 'm' },
      },
      undefined,
    ],
    ['a block', blocked, undefined],
    ['… with an old nudge in the outbox', { ...blocked, ...outboxSince(3600 * SECOND) }, undefined],
    ['a step ready for less than a quarter of an hour', readySince(900 * SECOND - 1), undefined],
    ['a step ready for a quarter of an hour', readySince(900 * SECOND), 'unstuck'],
    ['… of a paused migration', { ...readySince(900 * SECOND), paused: true }, undefined],
    [
      '… with a nudge just put into the outbox',
      { ...readySince(900 * SECOND), ...outboxSince(0) },
      undefined,
    ],
    ['a migration that has ended', ended, undefined],
    ['… with an old nudge in the outbox', { ...ended, ...outboxSince(3600 * SECOND) }, undefined],
  ])('%s', (_, changes, action) => {
    expect(dueAction({ ...ready, ...changes }, NOW, DEFAULT_LIMITS)).toBe(action);
  });
});

test('the tick looks at active migrations only, and says what it did', async () => {
  const engine = testEngine();
  const migration = await startedMigration(engine, waitingUntil(0));
  expect(await tick(engine)).toEqual({
    looked: 1,
    actions: [{ migration: migration.id, action: 'woke' }],
  });
  expect(engine.world.bus.published.at(-1)).toEqual({
    topic: FIRST,
    nudge: nudgeFor(migration, 'schedule'),
  });
  await engine.migrations.change(migration.id, (current) => ({ migration: { ...current, ...ended } }));
  expect(await tick(engine)).toEqual({ looked: 0, actions: [] });
});

describe('a migration in trouble does not hold up the others, and the tick says so in the end', () => {
  /** Three migrations that are due; the first one in the order of their ids is the one in trouble. */
  async function three() {
    const world = testWorld();
    const engine = testEngine({ world });
    const migration = await startedMigration(engine, waitingUntil(0));
    const copies = ['a', 'b'].map((id) => ({ ...migration, id }));
    await engine.documents.commit(copies.flatMap((copy) => engine.migrations.startWrites(copy, [])));
    const nudged = () =>
      world.bus.published
        .filter(({ nudge: { cause } }) => cause === 'schedule')
        .map(({ nudge }) => nudge.migration);
    return { world, engine, migration, nudged };
  }

  test('when the bus does not take its nudge', async () => {
    const { world, migration, nudged } = await three();
    const busIsAway = onNth(1, ({ port }) => port === 'bus', { before: unavailable({ port: 'bus' }) });
    await expect(tick(testEngine({ world, intercept: busIsAway }))).rejects.toThrow(
      /1 migrations.*no answer/,
    );
    expect(nudged()).toEqual(['b', migration.id]);
  });

  test('when its document cannot be understood', async () => {
    const { engine, migration, nudged } = await three();
    const document = await engine.documents.get('migrations/a');
    const fields = { ...document?.fields, fence: 'high' };
    await engine.documents.commit([{ kind: 'put', path: 'migrations/a', fields }]);
    await expect(tick(engine)).rejects.toThrow(/migrations\/a cannot .*fence/s);
    expect(nudged()).toEqual(['b', migration.id]);
  });
});
