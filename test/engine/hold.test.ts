import { describe, expect, test } from 'vitest';
import { pause, resume } from '../../shared/engine/pause.ts';
import { pauseSchema } from '../../shared/engine/pause-target.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { problemsOf } from '../../shared/migration/shoot.ts';
import { commitsTo, onNth, unavailable } from '../support/interception.ts';
import { DONE, FIRST, scriptedStep } from '../support/scripted-step.ts';
import { nudgeFor, runFirst, startedMigration, stored } from '../support/started-migration.ts';
import { type TestEngine, testEngine, testWorld } from '../support/test-engine.ts';
import { toyShoot } from '../support/toy-shoot.ts';

const SHOOT = { kind: 'shoot', name: 'garden-core/api' } as const;
const PROJECT = { kind: 'project', name: 'toy-project' } as const;
const NAMESPACE = { kind: 'namespace', name: 'garden-core' } as const;

/** Another shoot of the namespace, under its own migration. */
async function another(engine: TestEngine, name: string, namespace = 'garden-core'): Promise<Migration> {
  const shoot = {
    ...toyShoot(['IPv4', 'IPv6']),
    name,
    namespace,
    key: `${namespace}/${name}`,
    uid: `00000000-0000-0000-0000-${name.padStart(12, '0')}`,
    technicalId: `shoot--core--${name}`,
  };
  return await startedMigration(engine, {}, shoot);
}

describe('a scope', () => {
  test.each([PROJECT, NAMESPACE])(
    'that is paused ($kind) holds what is under way in it and nothing else',
    async (scope) => {
      const engine = testEngine();
      const inside = [await startedMigration(engine), await another(engine, 'web')];
      const outside = await another(engine, 'far', 'garden-other');
      await engine.migrations.change(outside.id, (current) => ({
        migration: { ...current, target: { ...current.target, project: 'another-project' } },
      }));
      const ids = inside.map(({ id }) => id).sort();
      expect(await pause(engine, scope)).toEqual({ kind: 'paused', migrations: ids, left: [] });
      for (const each of inside) expect((await stored(engine, each)).paused).toBe(true);
      expect((await stored(engine, outside)).paused).toBe(false);
      expect(await resume(engine, scope)).toEqual({ kind: 'resumed', migrations: ids, left: [] });
      for (const each of inside) expect((await stored(engine, each)).paused).toBe(false);
    },
  );

  test.each([PROJECT, NAMESPACE])(
    'that is held ($kind) holds migrations that start later, until it is resumed',
    async (scope) => {
      const engine = testEngine({ steps: [scriptedStep(FIRST, DONE)] });
      await pause(engine, scope);
      const later = await startedMigration(engine);
      expect(later).toMatchObject({ paused: true, outbox: [] });
      expect(engine.world.bus.published).toEqual([]);
      expect(await runFirst(engine, later)).toMatchObject({ kind: 'not run', reason: 'Paused' });
      await resume(engine, scope);
      expect(engine.world.bus.published).toEqual([{ topic: FIRST, nudge: nudgeFor(later) }]);
      expect((await another(engine, 'web')).paused).toBe(false);
    },
  );

  test('that is held lets a shoot go that is resumed by its own name, and no other', async () => {
    const engine = testEngine();
    const [api, web] = [await startedMigration(engine), await another(engine, 'web')];
    await pause(engine, PROJECT);
    expect(await resume(engine, SHOOT)).toMatchObject({ migrations: [api.id] });
    expect((await stored(engine, api)).paused).toBe(false);
    expect((await stored(engine, web)).paused).toBe(true);
    expect((await another(engine, 'late')).paused).toBe(true);
  });

  test('that is resumed leaves alone what another scope holds still', async () => {
    const engine = testEngine();
    const migration = await startedMigration(engine);
    await pause(engine, PROJECT);
    await pause(engine, NAMESPACE);
    expect(await resume(engine, PROJECT)).toEqual({
      kind: 'resumed',
      migrations: [],
      left: [`${migration.id}: the namespace garden-core is held still`],
    });
    expect((await stored(engine, migration)).paused).toBe(true);
    expect(await resume(engine, NAMESPACE)).toMatchObject({ migrations: [migration.id] });
  });

  test('is paused although a migration in it cannot be read, and the answer names that one', async () => {
    const engine = testEngine();
    const migration = await startedMigration(engine);
    await engine.documents.commit([
      { kind: 'put', path: 'migrations/a', fields: { active: true, fence: 'high' } },
    ]);
    const result = await pause(engine, PROJECT);
    expect(result).toMatchObject({
      migrations: [migration.id],
      left: [expect.stringContaining('migrations/a cannot be understood')],
    });
  });

  test('is paused although one migration in it cannot be written now; the message comes again', async () => {
    const world = testWorld();
    const starter = testEngine({ world });
    const [api, web] = [await startedMigration(starter), await another(starter, 'web')];
    const away = { before: unavailable({ port: 'documents' }) };
    const intercept: Parameters<typeof testEngine>[0] = {
      world,
      intercept: (call) => (commitsTo(`migrations/${api.id}`)(call) ? away : undefined),
    };
    const attempt = world.clock.until(pause(testEngine(intercept), PROJECT));
    await expect(attempt).rejects.toThrow(new RegExp(`paused ${web.id}, not 1: .*no answer`));
    expect((await stored(starter, web)).paused).toBe(true);
    expect(await pause(starter, PROJECT)).toMatchObject({ migrations: [api.id, web.id].sort() });
  });

  test.each([
    { what: 'paused', turn: pause, before: resume, held: true },
    { what: 'resumed', turn: resume, before: pause, held: false },
  ])('that is $what while a migration starts, unseen by it, counts for it', async (row) => {
    const world = testWorld();
    const other = testEngine({ world });
    await row.before(other, PROJECT);
    // After the starting migration has looked for holds, before it is there to be seen.
    const intercept = onNth(1, ({ method }) => method === 'commit', {
      before: () => row.turn(other, PROJECT),
    });
    const migration = await startedMigration(testEngine({ world, intercept }));
    expect(await stored(other, migration)).toMatchObject({ paused: row.held, outbox: [] });
    if (!row.held) expect(world.bus.published).toEqual([{ topic: FIRST, nudge: nudgeFor(migration) }]);
  });
});

describe('a message says what is meant in exactly one way', () => {
  test.each<[body: object, target: object]>([
    [{ shoot: 'garden-core/api' }, SHOOT],
    [{ project: 'toy-project' }, PROJECT],
    [{ project: 'example.com:shoots' }, { kind: 'project', name: 'example.com:shoots' }],
    [{ namespace: 'garden-core' }, NAMESPACE],
    [{ all: true }, { kind: 'all', name: 'shoots' }],
  ])('%j', (body, target) => {
    expect(pauseSchema.parse(body)).toEqual(target);
  });

  test.each<[body: unknown, problem: RegExp]>([
    [{}, /expected exactly one of shoot, project, namespace and all, found 0/],
    [{ shoot: 'garden-core/api', project: 'p' }, /found 2/],
    [{ shoot: 'api' }, /^shoot: expected "namespace\/name"/],
    [{ project: 'a/b' }, /^project: expected the id of a GCP project/],
    [{ namespace: 'garden/core' }, /^namespace: expected a namespace of the garden/],
    [{ shoot: 'garden-core/api', force: true }, /force/],
    ['garden-core', /expected object/],
  ])('%j is refused', (body, problem) => {
    const parsed = pauseSchema.safeParse(body);
    expect(parsed.error && problemsOf(parsed.error).join('; ')).toMatch(problem);
  });
});
