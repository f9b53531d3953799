import { describe, expect, test } from 'vitest';
import { takeInShootChange } from '../../shared/engine/intake.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { DocumentExists } from '../../shared/store/documents.ts';
import { recordRefusal } from '../../shared/store/refusals.ts';
import { shootPath } from '../../shared/store/shoot-records.ts';
import { commitsTo, type Interceptor, onEvery, onNth, unavailable } from '../support/interception.ts';
import { DONE, FIRST, SECOND, scriptedStep } from '../support/scripted-step.ts';
import { nudgeFor, runFirst, startedMigration, stored } from '../support/started-migration.ts';
import { testEngine, testWorld } from '../support/test-engine.ts';
import { toyShoot } from '../support/toy-shoot.ts';
import { toyRecord } from '../support/toy-steps.ts';
import { at } from '../support/toy-times.ts';

const line = (message: string) => ({ at: at(0), by: 'engine' as const, event: 'noted', message });
const marked = (mark: string) => (current: Migration) => ({
  migration: { ...current, marks: { ...current.marks, [mark]: 'set' } },
  history: [line(mark)],
});

describe('a change of a migration', () => {
  test('of eight writers at once is made by each, once, with a history without holes', async () => {
    const world = testWorld();
    const starter = testEngine({ world });
    const migration = await startedMigration(starter);
    const writers = Array.from({ length: 8 }, (_, index) => `writer ${index}`);
    await world.clock.until(
      Promise.all(writers.map((mark) => testEngine({ world }).migrations.change(migration.id, marked(mark)))),
    );
    const after = await stored(starter, migration);
    expect(Object.keys(after.marks).sort()).toEqual(writers);
    expect(after.historyLength).toBe(migration.historyLength + 8);
    const ids = (await world.documents.list(`migrations/${migration.id}/history`)).map(({ id }) => id);
    expect(ids).toEqual(ids.map((_, index) => String(index).padStart(8, '0')));
    expect(ids).toHaveLength(after.historyLength);
    const messages = (await starter.migrations.history(migration.id)).map(({ message }) => message);
    expect(messages.filter((message) => message.startsWith('writer')).sort()).toEqual(writers);
  });

  async function changedWith(intercept: Interceptor) {
    const world = testWorld();
    const migration = await startedMigration(testEngine({ world }));
    const { migrations } = testEngine({ world, intercept });
    const changed = world.clock.until(migrations.change(migration.id, marked('mark')));
    const history = async () => {
      const all = await testEngine({ world }).migrations.history(migration.id);
      return all.filter(({ event }) => event === 'noted').length;
    };
    return { changed, history };
  }
  const commits = ({ method }: { method: string }) => method === 'commit';
  const storeIsAway = unavailable({ port: 'documents' });

  test('whose answer was lost is made once', async () => {
    const { changed, history } = await changedWith(onNth(1, commits, { after: storeIsAway }));
    expect(await changed).toMatchObject({ marks: { mark: 'set' } });
    expect(await history()).toBe(1);
  });

  test('whose commit the client repeated by itself, meeting its own history entry, is made once', async () => {
    const repeated = async () => {
      throw new DocumentExists('migrations/m/history/00000000');
    };
    const { changed, history } = await changedWith(onNth(1, commits, { after: repeated }));
    expect(await changed).toMatchObject({ marks: { mark: 'set' } });
    expect(await history()).toBe(1);
  });

  test('that did not reach the store is made by the next attempt', async () => {
    const { changed, history } = await changedWith(onNth(1, commits, { before: storeIsAway }));
    expect(await changed).toMatchObject({ marks: { mark: 'set' } });
    expect(await history()).toBe(1);
  });

  test('is given up after twelve attempts, with the store’s own error', async () => {
    let attempts = 0;
    const away = onEvery(commits, {
      before: () => {
        attempts += 1;
        return storeIsAway();
      },
    });
    const { changed } = await changedWith(away);
    await expect(changed).rejects.toThrow('no answer');
    expect(attempts).toBe(12);
  });

  test('that decides to leave everything writes nothing', async () => {
    const engine = testEngine();
    const migration = await startedMigration(engine);
    expect(await engine.migrations.change(migration.id, () => undefined)).toEqual(migration);
    expect(await stored(engine, migration)).toEqual(migration);
  });

  test('of a migration that is not stored is not made', async () => {
    const decide = () => {
      throw new Error('asked');
    };
    expect(await testEngine().migrations.change('nobody', decide)).toBeUndefined();
  });
});

test('a claim whose answer was lost, with another write after it, is still held by who took it', async () => {
  const world = testWorld();
  const other = testEngine({ world });
  const migration = await startedMigration(other);
  const intercept = onNth(1, commitsTo(`migrations/${migration.id}`), {
    after: async () => {
      await other.migrations.change(migration.id, marked('of another'));
      await unavailable({ port: 'documents' })();
    },
  });
  const engine = testEngine({ world, intercept, steps: [scriptedStep(FIRST, DONE)] });
  const result = await runFirst(engine, migration);
  expect(result).toMatchObject({ kind: 'ran', outcome: 'done' });
  expect(await stored(other, migration)).toMatchObject({ position: SECOND, fence: 1, steps: [{ runs: 1 }] });
});

test('records of more pod routes than one commit takes are all stored, and read page by page', async () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `route-${String(index).padStart(4, '0')}`);
  const step = scriptedStep(
    FIRST,
    async (run) => {
      await run.savePodRoutes(names.map((name) => toyRecord(name, run)));
      return { kind: 'acted', description: 'recorded' };
    },
    DONE,
  );
  const engine = testEngine({ steps: [step] });
  const migration = await startedMigration(engine);
  await runFirst(engine, migration);
  expect([...(await engine.migrations.podRoutes(migration.id)).keys()]).toEqual(names);
});

test('of several migrations of one shoot its active one is found, else its newest', async () => {
  const engine = testEngine();
  const first = await startedMigration(engine);
  const copy = (id: string, createdAt: number, active: boolean) =>
    engine.documents.commit(
      engine.migrations.startWrites({ ...first, id, createdAt: at(createdAt), active }, []),
    );
  const created = Date.parse(first.createdAt);
  await copy('newest', created + 2000, false);
  await copy('newer', created + 1000, false);
  const found = async () => (await engine.migrations.findByShoot(first.shoot.key))?.id;
  expect(await found()).toBe(first.id);
  await engine.migrations.change(first.id, (current) => ({ migration: { ...current, active: false } }));
  expect(await found()).toBe('newest');
});

describe('a document that somebody edited so that it cannot be understood is refused by its path and field', () => {
  test('when it is a migration', async () => {
    const engine = testEngine();
    const migration = await startedMigration(engine);
    const path = `migrations/${migration.id}`;
    const document = await engine.documents.get(path);
    const fields = { ...document?.fields, position: 'fly-to-the-moon' };
    await engine.documents.commit([{ kind: 'put', path, fields }]);
    const reading = runStep(engine, FIRST, nudgeFor(migration));
    await expect(reading).rejects.toThrow(new RegExp(`document ${path} cannot .*position`, 's'));
  });

  test('when it is a record of a pod route', async () => {
    const engine = testEngine();
    const migration = await startedMigration(engine);
    const path = `migrations/${migration.id}/routes/r-1`;
    await engine.documents.commit([{ kind: 'put', path, fields: { name: 'r-1', state: 'lost' } }]);
    const reading = engine.migrations.podRoutes(migration.id);
    await expect(reading).rejects.toThrow(new RegExp(`document ${path} cannot .*state`, 's'));
  });

  test('when it is a shoot', async () => {
    const engine = testEngine();
    const shoot = toyShoot(['IPv4', 'IPv6']);
    const path = shootPath(shoot.uid);
    await engine.documents.commit([{ kind: 'put', path, fields: { key: shoot.key, families: ['IPX'] } }]);
    const taking = takeInShootChange(engine, { before: undefined, after: shoot, project: 'p' });
    await expect(taking).rejects.toThrow(new RegExp(`document ${path} cannot .*families`, 's'));
  });
});

describe('a refusal on record', () => {
  const refusal = {
    at: at(0),
    receiver: 'shoot-changed',
    messageId: 'projects/p/messages/1',
    reason: 'NotJson',
    message: 'not JSON',
    excerpt: 'x',
  };

  test('is one record however often the message comes', async () => {
    const { documents } = testEngine();
    await recordRefusal(documents, refusal);
    await recordRefusal(documents, { ...refusal, at: at(1000) });
    expect(await documents.list('refusals')).toMatchObject([
      { id: 'shoot-changed-projects_p_messages_1', fields: { at: at(1000) } },
    ]);
  });

  test.each([
    { what: 'a mebibyte of garbage', text: '\u0000'.repeat(1_048_576) },
    { what: 'half a surrogate pair', text: 'half \ud800 a pair' },
    { what: 'a surrogate pair where it is cut', text: '😀'.repeat(3_000) },
  ])('is made of $what', async ({ text }) => {
    const { documents } = testEngine();
    await recordRefusal(documents, { ...refusal, excerpt: text, message: `"${text}" is no CIDR` });
    const [record] = await documents.list('refusals');
    expect(JSON.stringify(record?.fields).length).toBeLessThan(30_000);
  });
});
