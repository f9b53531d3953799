import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Topic } from '../../shared/bus/topics.ts';
import { FORWARD_STEPS } from '../../shared/migration/steps.ts';
import { DocumentNotUnderstood } from '../../shared/store/document-not-understood.ts';
import { checkWrites } from '../../shared/store/rules.ts';
import { push } from '../edge/deliveries.ts';
import { PATIENCE, runs } from './runs.ts';
import { near, objectOf } from './values.ts';
import { type HostileWorld, hostileWorld } from './world.ts';

const [FIRST] = FORWARD_STEPS;
const NUDGE = push({ text: '{"shoot":"garden-core/api"}' });

/** Overwrites a document as a hand would in the console; false when no store takes that. */
async function damage(world: HostileWorld, path: string, fields: unknown): Promise<boolean> {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return false;
  const write = { kind: 'put', path, fields: JSON.parse(JSON.stringify(fields)) } as const;
  try {
    checkWrites([write]);
  } catch {
    return false;
  }
  await world.engine.documents.commit([write]);
  return true;
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function isNamed(error: unknown): boolean {
  if (error === undefined || error instanceof DocumentNotUnderstood) return true;
  return error instanceof AggregateError && error.errors.every(isNamed);
}

/** Fields that a query finds the document by stay as they are: one that is not found is not read. */
function damaged(fields: object) {
  return near(fields).map((value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? objectOf([...Object.entries(value), ['active', true], ['shootKey', 'garden-core/api']])
      : value,
  );
}

describe('a document that was damaged', () => {
  test('is named by whoever reads it, and no run works on it half understood', PATIENCE, async () => {
    const { migration } = await hostileWorld();
    await fc.assert(
      fc.asyncProperty(damaged(JSON.parse(JSON.stringify(migration))), async (fields) => {
        const world = await hostileWorld();
        if (!(await damage(world, `migrations/${migration.id}`, fields))) return;
        const topics: readonly Topic[] = [FIRST, 'pause', 'resume', 'abort', 'maintenance-tick'];
        for (const topic of topics) {
          const error = await errorOf(world.deliver(topic, NUDGE));
          if (!isNamed(error)) throw error;
        }
      }),
      runs(150),
    );
  });

  test('does not make a dead letter come again for ever', PATIENCE, async () => {
    const { migration } = await hostileWorld();
    await fc.assert(
      fc.asyncProperty(damaged(JSON.parse(JSON.stringify(migration))), async (fields) => {
        const world = await hostileWorld();
        if (!(await damage(world, `migrations/${migration.id}`, fields))) return;
        const attributes = { CloudPubSubDeadLetterSourceSubscription: `${FIRST}-push` };
        await world.deliver('dead-letter', push({ text: '{"shoot":"garden-core/api"}', attributes }));
        expect(await world.refusals()).toHaveLength(1);
      }),
      runs(60),
    );
  });

  test('of what was seen of a shoot is named, and no second migration starts', PATIENCE, async () => {
    const { manifest } = await import('../support/shoot-manifest.ts');
    const { engine } = await hostileWorld();
    const [record] = await engine.documents.list('shoots');
    if (record === undefined) throw new Error('no shoot is stored');
    const change = push({ text: JSON.stringify({ before: manifest(['IPv4']), after: manifest() }) });
    await fc.assert(
      fc.asyncProperty(near(JSON.parse(JSON.stringify(record.fields))), async (fields) => {
        const world = await hostileWorld();
        if (!(await damage(world, record.path, fields))) return;
        const error = await errorOf(world.deliver('shoot-changed', change));
        // A number of migrations that was turned back meets the document that is there.
        if (!isNamed(error) && !(error instanceof Error && error.name === 'DocumentExists')) throw error;
      }),
      runs(80),
    );
  });
});

test('a dead letter about a migration that cannot be read is on record, acknowledged, and the log says so', async () => {
  const world = await hostileWorld();
  await damage(world, `migrations/${world.migration.id}`, { active: true, shootKey: 'garden-core/api' });
  const attributes = { CloudPubSubDeadLetterSourceSubscription: `${FIRST}-push` };
  await world.deliver('dead-letter', push({ text: '{"shoot":"garden-core/api"}', attributes }));
  expect(await world.refusals()).toHaveLength(1);
  expect(world.lines.join('')).toContain(`document migrations/${world.migration.id} cannot be understood`);
});
