import { Timestamp } from '@google-cloud/firestore';
import { describe, expect, test } from 'vitest';
import { keepReflection, keptReflection, nothingReflected } from '../../shared/reflect/memory.ts';
import { type Documents, EXPIRES_AT, type Write } from '../../shared/store/documents.ts';
import { expiry, KEPT_DAYS } from '../../shared/store/expiry.ts';
import { fromStored, toStored } from '../../shared/store/firestore-fields.ts';
import { putHold } from '../../shared/store/holds.ts';
import { recordRefusal } from '../../shared/store/refusals.ts';
import { DONE, FIRST, scriptedStep } from '../support/scripted-step.ts';
import { runFirst, startedMigration } from '../support/started-migration.ts';
import { testEngine, testWorld } from '../support/test-engine.ts';
import { at } from '../support/toy-times.ts';

const DAY_MS = 24 * 3_600_000;
const REFUSAL = {
  at: at(0),
  receiver: 'preflight',
  messageId: '1',
  reason: 'NotJson',
  message: 'not JSON',
  excerpt: 'x',
};

describe('in Firestore the moment after which a document may go', () => {
  const moment = '2026-11-21T23:32:53.007Z';

  test('is a timestamp, which its TTL policies look for, and only at the top of a document', () => {
    const stored = toStored({ [EXPIRES_AT]: moment, at: moment, lease: { [EXPIRES_AT]: moment } });
    expect(stored).toEqual({
      [EXPIRES_AT]: Timestamp.fromDate(new Date(moment)),
      at: moment,
      lease: { [EXPIRES_AT]: moment },
    });
    expect(stored[EXPIRES_AT]).toBeInstanceOf(Timestamp);
  });

  test('is read back as the text that it was', () => {
    const fields = { [EXPIRES_AT]: moment, lease: { [EXPIRES_AT]: moment } };
    expect(fromStored('refusals/1', toStored(fields))).toEqual(fields);
  });

  test('is the only timestamp that is understood', () => {
    const timestamp = Timestamp.fromMillis(0);
    expect(() => fromStored('refusals/1', { at: timestamp })).toThrow('refusals/1: at');
    expect(() => fromStored('refusals/1', { lease: { [EXPIRES_AT]: timestamp } })).toThrow(TypeError);
  });
});

test('what was refused goes by itself, counted from when it came last', async () => {
  const { documents } = testEngine();
  await recordRefusal(documents, REFUSAL);
  await recordRefusal(documents, { ...REFUSAL, at: at(DAY_MS) });
  const [refusal] = await documents.list('refusals');
  expect(refusal?.fields).toMatchObject({ [EXPIRES_AT]: at((KEPT_DAYS.refusals + 1) * DAY_MS) });
});

test('what was written back of a migration goes by itself once nothing more will be, and not before', async () => {
  const { documents } = testEngine();
  const open = nothingReflected('m-1');
  const kept = await keepReflection(documents, { reflection: open, version: undefined }, open, at(0));
  expect((await documents.get('reflections/m-1'))?.fields).not.toHaveProperty(EXPIRES_AT);
  if (kept === undefined) throw new Error('nothing was kept');
  await keepReflection(documents, kept, { ...open, open: false }, at(0));
  expect((await documents.get('reflections/m-1'))?.fields).toMatchObject(expiry('reflections', at(0)));
  expect((await keptReflection(documents, 'm-1')).reflection).toMatchObject({ ...open, open: false });
});

test('migrations, their history, shoots and standstills never go by themselves', async () => {
  const written: Write[] = [];
  const world = testWorld();
  const documents: Documents = {
    ...world.documents,
    commit: async (writes) => {
      written.push(...writes);
      return await world.documents.commit(writes);
    },
  };
  const engine = testEngine({ world: { ...world, documents }, steps: [scriptedStep(FIRST, DONE)] });
  const migration = await startedMigration(engine);
  await runFirst(engine, migration);
  await putHold(engine.documents, { kind: 'project', name: 'my-shoots' }, at(0));
  const collections = new Set(written.map(({ path }) => path.split('/').at(-2)));
  expect([...collections]).toEqual(expect.arrayContaining(['migrations', 'history', 'shoots', 'holds']));
  const expiring = written.filter((write) => write.kind !== 'delete' && EXPIRES_AT in write.fields);
  expect(expiring).toEqual([]);
});
