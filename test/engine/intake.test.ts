import { describe, expect, test } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import { type IntakeResult, takeInShootChange } from '../../shared/engine/intake.ts';
import { tick } from '../../shared/engine/tick.ts';
import type { Shoot } from '../../shared/migration/shoot.ts';
import { shootPath } from '../../shared/store/shoot-records.ts';
import { gate, onEvery, onNth, unavailable } from '../support/interception.ts';
import { FIRST } from '../support/scripted-step.ts';
import { startedMigration } from '../support/started-migration.ts';
import { testEngine, testWorld } from '../support/test-engine.ts';
import { toyShoot } from '../support/toy-shoot.ts';

const IPV4 = toyShoot(['IPv4']);
const DUAL = toyShoot(['IPv4', 'IPv6']);
const IPV6 = toyShoot(['IPv6']);
const REVERSED = toyShoot(['IPv6', 'IPv4']);

function change(engine: Engine, before: Shoot | undefined, after: Shoot): Promise<IntakeResult> {
  return takeInShootChange(engine, { before, after, project: 'toy-project' });
}

async function storedAfter(engine: Engine) {
  const [migrations, shoots] = await Promise.all([
    engine.documents.list('migrations'),
    engine.documents.list('shoots'),
  ]);
  return { migrations: migrations.map(({ id }) => id), shoots };
}

const MIGRATION = 'shoot--core--api-0f7c3b0e-1';

describe('which change of families starts a migration', () => {
  test.each<[before: Shoot | undefined, after: Shoot, kind: IntakeResult['kind']]>([
    [IPV4, DUAL, 'started'],
    [IPV4, IPV4, 'nothing to do'],
    [DUAL, DUAL, 'nothing to do'],
    [undefined, DUAL, 'nothing to do'],
    [undefined, IPV4, 'nothing to do'],
    [IPV4, IPV6, 'refused'],
    [IPV4, REVERSED, 'refused'],
    [IPV6, DUAL, 'refused'],
    [IPV6, REVERSED, 'refused'],
    [DUAL, IPV4, 'refused'],
    [DUAL, REVERSED, 'refused'],
    [REVERSED, DUAL, 'refused'],
  ])('$families, then $families', async (before, after, kind) => {
    const engine = testEngine();
    expect(await change(engine, before, after)).toMatchObject({ kind });
    const { migrations } = await storedAfter(engine);
    expect(migrations).toEqual(kind === 'started' ? [MIGRATION] : []);
    expect(engine.world.bus.published).toHaveLength(kind === 'started' ? 1 : 0);
  });
});

describe('a refused change', () => {
  test.each<[what: string, before: Shoot, after: Shoot, reason: string]>([
    ['of families', IPV4, IPV6, 'FamiliesChangeNotSupported'],
    ['with the overlay on', IPV4, { ...DUAL, overlay: 'on' }, 'OverlayNotOff'],
    ['with the overlay not stated', IPV4, { ...DUAL, overlay: 'not stated' }, 'OverlayNotOff'],
    ['of another provider', IPV4, { ...DUAL, providerType: 'aws' }, 'ProviderNotSupported'],
    ['with another network plugin', IPV4, { ...DUAL, networkType: 'weave' }, 'NetworkPluginNotSupported'],
    ['with Calico’s own IPAM', IPV4, { ...DUAL, ipam: 'calico-ipam' }, 'CalicoIpam'],
  ])('%s says why and starts nothing; a later one that is right starts', async (_, before, after, reason) => {
    const engine = testEngine();
    expect(await change(engine, before, after)).toMatchObject({ kind: 'refused', reason });
    expect((await storedAfter(engine)).migrations).toEqual([]);
    expect(await change(engine, IPV4, DUAL)).toEqual({ kind: 'started', migration: MIGRATION });
  });

  test('is made up for by the event of its remedy, which says dual-stack before and after', async () => {
    const engine = testEngine();
    const refused = { ...DUAL, overlay: 'not stated' as const };
    expect(await change(engine, IPV4, refused)).toMatchObject({ kind: 'refused' });
    expect(await change(engine, refused, DUAL)).toEqual({ kind: 'started', migration: MIGRATION });
  });

  test.each<[what: string, after: Shoot]>([
    ['with the overlay on', { ...DUAL, overlay: 'on' }],
    ['of families', REVERSED],
  ])('%s, of a shoot that was seen before, leaves what is known of it', async (_, after) => {
    const engine = testEngine();
    await change(engine, undefined, IPV4);
    const { shoots } = await storedAfter(engine);
    expect(await change(engine, IPV4, after)).toMatchObject({ kind: 'refused' });
    expect((await storedAfter(engine)).shoots).toEqual(shoots);
    // The shoot says dual-stack already, but nothing was done about it so far.
    expect(await change(engine, DUAL, DUAL)).toMatchObject({ kind: 'started' });
  });
});

test('the families that were last seen count, and not what an event says was before', async () => {
  const engine = testEngine();
  await change(engine, undefined, IPV4);
  expect(await change(engine, IPV6, DUAL)).toMatchObject({ kind: 'started' });
});

test('an event that a later one overtook still starts the migration, once', async () => {
  const engine = testEngine();
  expect(await change(engine, DUAL, DUAL)).toEqual({ kind: 'nothing to do' });
  expect(await change(engine, IPV4, DUAL)).toEqual({ kind: 'started', migration: MIGRATION });
  expect(await change(engine, IPV4, DUAL)).toEqual({ kind: 'under way', migration: MIGRATION });
});

describe('an event that comes again', () => {
  test('starts no second migration, while the first is under way and after it has ended', async () => {
    const engine = testEngine();
    await change(engine, IPV4, DUAL);
    expect(await change(engine, IPV4, DUAL)).toEqual({ kind: 'under way', migration: MIGRATION });
    expect(await change(engine, DUAL, DUAL)).toEqual({ kind: 'under way', migration: MIGRATION });
    await engine.migrations.change(MIGRATION, (migration) => ({
      migration: { ...migration, active: false },
    }));
    expect(await change(engine, IPV4, DUAL)).toEqual({ kind: 'nothing to do' });
    expect((await storedAfter(engine)).migrations).toEqual([MIGRATION]);
  });

  test('at eight instances at once starts one migration', async () => {
    const world = testWorld();
    let creates = 0;
    const intercept = onEvery(
      ({ method, target }) => method === 'commit' && target.includes(`migrations/${MIGRATION} `),
      {
        // The others are let in between the reading and the writing of each.
        before: async () => {
          creates += 1;
          await Promise.resolve();
        },
      },
    );
    const results = await world.clock.until(
      Promise.all(Array.from({ length: 8 }, () => change(testEngine({ world, intercept }), IPV4, DUAL))),
    );
    expect(creates).toBe(8);
    const kinds = results.map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['started', ...Array.from({ length: 7 }, () => 'under way')]);
    expect((await storedAfter(testEngine({ world }))).migrations).toEqual([MIGRATION]);
  });

  test('of a shoot already seen, at eight instances at once, starts one migration', async () => {
    const world = testWorld();
    await change(testEngine({ world }), undefined, IPV4);
    const results = await world.clock.until(
      Promise.all(Array.from({ length: 8 }, () => change(testEngine({ world }), IPV4, DUAL))),
    );
    expect(results.filter(({ kind }) => kind === 'started')).toHaveLength(1);
    expect((await storedAfter(testEngine({ world }))).migrations).toEqual([MIGRATION]);
  });

  test('sends the nudge that the first handling could not', async () => {
    const world = testWorld();
    const busIsAway = onNth(1, ({ port }) => port === 'bus', { before: unavailable({ port: 'bus' }) });
    const engine = testEngine({ world, intercept: busIsAway });
    expect(await change(engine, IPV4, DUAL)).toMatchObject({ kind: 'started' });
    expect(world.bus.published).toEqual([]);
    expect(await change(engine, IPV4, DUAL)).toMatchObject({ kind: 'under way' });
    expect(world.bus.published).toMatchObject([{ topic: FIRST }]);
    await world.clock.advance(120_000);
    expect((await tick(engine)).actions).toEqual([]);
  });

  test('after one whose answer from the store was lost finds the migration started', async () => {
    const world = testWorld();
    const answerLost = onNth(1, ({ method }) => method === 'commit', {
      after: unavailable({ port: 'documents' }),
    });
    const engine = testEngine({ world, intercept: answerLost });
    await expect(change(engine, IPV4, DUAL)).rejects.toThrow('no answer');
    expect(await change(engine, IPV4, DUAL)).toEqual({ kind: 'under way', migration: MIGRATION });
    expect(world.bus.published).toMatchObject([{ topic: FIRST }]);
  });
});

describe('the way back', () => {
  test('and forth again, after the migration has ended, starts another one with another id', async () => {
    const engine = testEngine();
    await startedMigration(engine, { active: false });
    expect(await change(engine, DUAL, IPV4)).toMatchObject({ kind: 'refused' });
    expect(await change(engine, IPV4, DUAL)).toEqual({
      kind: 'started',
      migration: 'shoot--core--api-0f7c3b0e-2',
    });
    const record = await engine.documents.get(shootPath(DUAL.uid));
    expect(record?.fields).toMatchObject({ migrations: 2, activeMigration: 'shoot--core--api-0f7c3b0e-2' });
  });

  test('that comes late, when the shoot has gone forth again, does not undo what is known', async () => {
    const world = testWorld();
    const engine = testEngine({ world });
    await startedMigration(engine, { active: false });
    const write = gate();
    const intercept = onNth(1, ({ method }) => method === 'commit', { before: write.pass });
    const late = change(testEngine({ world, intercept }), DUAL, IPV4);
    await write.arrived;
    await change(engine, DUAL, IPV4);
    const second = await change(engine, IPV4, DUAL);
    write.open();
    expect(await late).toMatchObject({ kind: 'refused' });
    expect(await change(engine, IPV4, DUAL)).toEqual({ ...second, kind: 'under way' });
  });

  test('while the migration is under way is refused and forgotten', async () => {
    const engine = testEngine();
    await startedMigration(engine);
    expect(await change(engine, DUAL, IPV4)).toMatchObject({ kind: 'refused' });
    expect(await change(engine, IPV4, DUAL)).toEqual({ kind: 'under way', migration: MIGRATION });
  });
});

test('a shoot made anew under the same name is another shoot', async () => {
  const engine = testEngine();
  await startedMigration(engine, { active: false });
  const uid = '9e107d9d-372b-4d3a-8a64-000000000000';
  const result = await change(engine, { ...IPV4, uid }, { ...DUAL, uid });
  expect(result).toEqual({ kind: 'started', migration: 'shoot--core--api-9e107d9d-1' });
  expect((await engine.migrations.findByShoot(DUAL.key))?.shoot.uid).toBe(uid);
});
