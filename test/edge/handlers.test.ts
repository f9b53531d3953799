import { beforeEach, describe, expect, test } from 'vitest';
import { onDeadLetter, onMaintenanceTick, onNudge, onShootChanged } from '../../shared/edge/handlers.ts';
import { STEP_NAMES } from '../../shared/migration/steps.ts';
import { DONE, FIRST, SECOND, scriptedStep } from '../support/scripted-step.ts';
import { changed, GONE, manifest } from '../support/shoot-manifest.ts';
import { eventsOf, startedMigration, stored } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';
import { message, problemOf } from './messages.ts';

let engine: ReturnType<typeof testEngine>;

beforeEach(() => {
  engine = testEngine({ steps: [scriptedStep(FIRST, DONE)] });
});

async function refusals() {
  return (await engine.documents.list('refusals')).map(({ fields }) => fields);
}

describe('a nudge', () => {
  test('of an operator’s shell runs the current step', async () => {
    const migration = await startedMigration(engine);
    const result = await onNudge(FIRST)(engine, message({ shoot: 'garden-core/api' }));
    expect(result).toEqual({ kind: 'ran', migration: migration.id, outcome: 'done' });
    expect((await stored(engine, migration)).position).toBe(SECOND);
  });

  test('for another step than the current one is refused in the audit trail', async () => {
    const migration = await startedMigration(engine);
    const result = await onNudge('switch-kube-dns')(engine, message({ shoot: 'garden-core/api' }));
    expect(result).toMatchObject({ kind: 'not run', reason: 'NotTheCurrentStep' });
    expect(await eventsOf(engine, migration)).toContain('refused NotTheCurrentStep');
  });

  test('for a finished migration changes nothing but the audit trail', async () => {
    const migration = await startedMigration(engine, { active: false });
    const result = await onNudge(FIRST)(engine, message({ shoot: 'garden-core/api' }));
    expect(result).toMatchObject({ kind: 'not run', reason: 'MigrationFinished' });
    expect(await stored(engine, migration)).toMatchObject({ active: false, position: FIRST, steps: [] });
    expect(await eventsOf(engine, migration)).toContain('refused MigrationFinished');
  });

  test.each([[{ shoot: 'garden-core/unknown' }], [{ shoot: 'garden-core/unknown', migration: 'm-1' }]])(
    'for a shoot that nobody knows is refused: %j',
    async (nudge) => {
      expect(await problemOf(onNudge(FIRST)(engine, message(nudge)))).toEqual({
        reason: 'UnknownShoot',
        message: 'no migration of the shoot garden-core/unknown is known',
      });
    },
  );

  test('that names one shoot and another’s migration is refused', async () => {
    const { id } = await startedMigration(engine);
    const nudge = message({ shoot: 'garden-core/other', migration: id });
    expect((await problemOf(onNudge(FIRST)(engine, nudge))).reason).toBe('UnknownShoot');
  });
});

describe('a change of a shoot', () => {
  const change = { before: manifest(['IPv4']), after: manifest(['IPv4', 'IPv6']) };

  test('from [IPv4] to [IPv4, IPv6] starts one migration, however often it is told', async () => {
    expect(await onShootChanged(engine, message(change))).toMatchObject({ kind: 'started' });
    expect(await onShootChanged(engine, message(change))).toMatchObject({ kind: 'under way' });
    expect(await engine.migrations.active()).toHaveLength(1);
    expect(engine.world.bus.published.map(({ topic }) => topic)).toEqual([FIRST]);
  });

  test('starts in the project that the event names, else in the function’s own', async () => {
    await onShootChanged(engine, message({ ...change, project: 'another-project' }));
    const [migration] = await engine.migrations.active();
    expect(migration?.target.project).toBe('another-project');
  });

  test.each<[what: string, before: object | null, after: object, reason: string, text: string]>([
    [
      'back to [IPv4]',
      manifest(['IPv4', 'IPv6']),
      manifest(['IPv4']),
      'FamiliesChangeNotSupported',
      'oldIPFamilies=[IPv4 IPv6], newIPFamilies=[IPv4]',
    ],
    [
      'to IPv6 first',
      manifest(['IPv4']),
      manifest(['IPv6', 'IPv4']),
      'FamiliesChangeNotSupported',
      'newIPFamilies=[IPv6 IPv4]',
    ],
    [
      'with overlay {}',
      manifest(['IPv4']),
      changed(manifest(), ['spec.networking.providerConfig.overlay', {}]),
      'OverlayNotOff',
      'overlay must be set to false in conjunction with IPv6',
    ],
    [
      'without overlay',
      manifest(['IPv4']),
      changed(manifest(), ['spec.networking.providerConfig', GONE]),
      'OverlayNotOff',
      'overlay must be set to false in conjunction with IPv6',
    ],
  ])(
    '%s is refused with Gardener’s reason, on record, and starts nothing',
    async (_what, before, after, reason, text) => {
      expect(await onShootChanged(engine, message({ before, after }))).toMatchObject({
        kind: 'refused',
        reason,
      });
      expect(await refusals()).toMatchObject([{ receiver: 'shoot-changed', messageId: 'm-7', reason }]);
      expect((await refusals())[0]?.message).toContain(text);
      expect(await engine.migrations.active()).toEqual([]);
      expect(engine.world.bus.published).toEqual([]);
    },
  );

  test('of which nothing is known before starts nothing', async () => {
    expect(await onShootChanged(engine, message({ before: null, after: manifest() }))).toEqual({
      kind: 'nothing to do',
    });
    expect(await onShootChanged(engine, message({ after: manifest() }))).toEqual({ kind: 'nothing to do' });
  });

  test.each<[what: string, body: unknown, problem: RegExp]>([
    ['nothing after it', { before: manifest() }, /^after: expected the Shoot manifest after the change$/],
    ['null after it', { after: null }, /^after: expected the Shoot manifest/],
    ['a list', [], /^\(whole\): /],
    ['a manifest alone', manifest(), /^after: expected/],
    ['an empty project', { after: manifest(), project: '' }, /^project: /],
    [
      'no networking after it',
      { after: changed(manifest(), ['spec.networking', GONE]) },
      /^after\.spec\.networking: .*expected object/,
    ],
    [
      'no networking before it',
      { before: changed(manifest(), ['spec.networking', GONE]), after: manifest() },
      /^before\.spec\.networking: /,
    ],
    ['text before it', { before: 'x', after: manifest() }, /^before\.\(whole\): /],
    [
      'another shoot before it',
      { before: changed(manifest(), ['metadata.uid', 'u-2']), after: manifest() },
      /^before\.metadata\.uid: expected the same shoot as after\.metadata\.uid$/,
    ],
  ])('with %s is refused by field', async (_what, body, problem) => {
    const refusal = await problemOf(onShootChanged(engine, message(body)));
    expect(refusal.reason).toBe('InvalidBody');
    expect(refusal.message).toMatch(problem);
  });
});

describe('the tick', () => {
  test.each(['', 'garbage', '{"shoot":7}'])('ticks whatever its message says: %j', async (text) => {
    await startedMigration(engine);
    expect(await onMaintenanceTick(engine, message(text))).toMatchObject({ looked: 1 });
  });
});

describe('a dead letter', () => {
  const from = (topic: string) => ({
    attributes: {
      CloudPubSubDeadLetterSourceSubscription: `${topic}-push`,
      CloudPubSubDeadLetterSourceDeliveryCount: '7',
    },
  });

  test('of a migration’s current nudge blocks the migration, visibly', async () => {
    const migration = await startedMigration(engine);
    const body = { shoot: 'garden-core/api', migration: migration.id, cause: 'engine' };
    expect(await onDeadLetter(engine, message(body, from(FIRST)))).toEqual({
      topic: FIRST,
      migration: migration.id,
      now: 'blocked',
    });
    expect((await stored(engine, migration)).status).toMatchObject({
      kind: 'blocked',
      reason: 'DeliveriesExhausted',
      remedy: `Remove the cause, then publish {"shoot":"garden-core/api"} on the topic ${FIRST}.`,
    });
  });

  test('of another step’s nudge is on record and blocks nothing', async () => {
    const migration = await startedMigration(engine);
    const body = { shoot: 'garden-core/api', migration: migration.id };
    expect(await onDeadLetter(engine, message(body, from('switch-kube-dns')))).toEqual({
      topic: 'switch-kube-dns',
    });
    expect((await stored(engine, migration)).status.kind).toBe('ready');
  });

  test.each<[what: string, text: string, topic: string]>([
    ['text', 'garbage', FIRST],
    ['nothing', '', FIRST],
    ['a mebibyte', 'x'.repeat(1024 * 1024), FIRST],
    ['half a surrogate', '\ud800', FIRST],
    ['a topic that is no step', '{"shoot":"garden-core/api"}', 'no-such-step'],
    ['an unknown shoot', '{"shoot":"garden-core/unknown"}', FIRST],
    ['a migration’s id that is a path', '{"shoot":"garden-core/api","migration":"a/b"}', FIRST],
    ['a migration’s id that is none', '{"shoot":"garden-core/api","migration":".."}', FIRST],
  ])('of %s is on record, once, and takes nothing down', async (_what, text, topic) => {
    const letter = message(text, from(topic));
    for (let delivery = 0; delivery < 2; delivery += 1) {
      expect(await onDeadLetter(engine, letter)).toEqual({ topic });
    }
    const all = await refusals();
    expect(all).toMatchObject([
      {
        receiver: 'dead-letter',
        reason: 'DeliveriesExhausted',
        message: `a message on the topic ${topic} failed 7 times`,
      },
    ]);
    expect(String(all[0]?.excerpt).length).toBeLessThanOrEqual(500);
  });

  test('that does not say where it comes from is on record too', async () => {
    expect(await onDeadLetter(engine, message('x'))).toEqual({ topic: undefined });
    expect(await refusals()).toMatchObject([
      { message: 'a message on the topic unknown failed too many times' },
    ]);
  });
});

test('every step takes nudges', async () => {
  for (const step of STEP_NAMES) {
    expect((await problemOf(onNudge(step)(engine, message('{}')))).reason).toBe('InvalidBody');
  }
});
