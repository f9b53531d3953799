import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Topic } from '../../shared/bus/topics.ts';
import { hasBegun } from '../../shared/migration/migration.ts';
import { FORWARD_STEPS } from '../../shared/migration/steps.ts';
import { DocumentNotUnderstood } from '../../shared/store/document-not-understood.ts';
import { firstHold } from '../../shared/store/holds.ts';
import { keptRollout } from '../../shared/store/rollout.ts';
import { checkWrites } from '../../shared/store/rules.ts';
import { push } from '../edge/deliveries.ts';
import { manifest } from '../support/shoot-manifest.ts';
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

const PROJECT = 'toy-project';
/** The change of a shoot that has no migration yet, in the project that is held. */
const other = push({
  text: JSON.stringify({
    before: otherShoot(['IPv4']),
    after: otherShoot(['IPv4', 'IPv6']),
    project: PROJECT,
  }),
});

function otherShoot(families: readonly string[]) {
  const { metadata, status, ...rest } = manifest(families);
  const uid = '0f7c3b0e-5f5e-4d52-9a53-3c1e6b8f2a11';
  const technicalID = 'shoot--core--web';
  return {
    ...rest,
    metadata: { ...Object(metadata), name: 'web', uid },
    status: { ...Object(status), technicalID },
  };
}

describe('a rollout that was damaged', () => {
  test('lets nothing be begun, whatever is left of it, and is named by the tick', PATIENCE, async () => {
    const at = '2026-03-01T22:30:00.000Z';
    const good = {
      ...{ id: 'r', setAt: at, policy: { canaries: ['garden-core/nobody'], atOnce: 1, stopAfterBlocked: 1 } },
      ...{ state: { kind: 'running', since: at }, passed: [], accepted: [], handled: [], events: [] },
      lettings: { count: 0, by: '' },
    };
    await fc.assert(
      fc.asyncProperty(near(good), async (fields) => {
        const world = await hostileWorld();
        if (!(await damage(world, 'fleet/rollout', fields))) return;
        const read = await errorOf(keptRollout(world.engine.documents));
        // What can still be read, and says so, lets in whom it lets in.
        if (read === undefined) return;
        await world.deliver('shoot-changed', other);
        const error = await errorOf(world.deliver('maintenance-tick', NUDGE));
        expect(error).toBeDefined();
        if (!isNamed(error)) throw error;
        await world.deliver('preflight', push({ text: '{"shoot":"garden-core/web","cause":"engine"}' }));
        await world.deliver(
          'enable-ipv6-subnets',
          push({ text: '{"shoot":"garden-core/web","cause":"engine"}', id: 'second' }),
        );
        const web = await world.engine.migrations.findByShoot('garden-core/web');
        expect(web !== undefined && !hasBegun(web)).toBe(true);
      }),
      runs(60),
    );
  });
});

describe('a hold that was damaged', () => {
  const good = { kind: 'project', name: PROJECT, since: '2026-03-01T22:30:00.000Z' };
  const scope = push({ text: JSON.stringify({ project: PROJECT }) });

  test(
    'lets nothing start that does not stand still, and is named where it cannot be read',
    PATIENCE,
    async () => {
      await fc.assert(
        fc.asyncProperty(near(good), async (fields) => {
          const world = await hostileWorld();
          if (!(await damage(world, `holds/project:${PROJECT}`, fields))) return;
          const error = await errorOf(world.deliver('shoot-changed', other));
          if (!isNamed(error)) throw error;
          const started = await world.engine.migrations.findByShoot('garden-core/web');
          expect(started?.paused ?? 'not started').toBe(error === undefined ? true : 'not started');
        }),
        runs(80),
      );
    },
  );

  test('is written anew by who pauses, and taken away by who resumes', PATIENCE, async () => {
    await fc.assert(
      fc.asyncProperty(near(good), async (fields) => {
        const world = await hostileWorld();
        const { engine, migration } = world;
        await damage(world, `holds/project:${PROJECT}`, fields);
        await world.deliver('pause', scope);
        expect(await firstHold(engine.documents, [{ kind: 'project', name: PROJECT }])).toBeDefined();
        expect((await engine.migrations.get(migration.id))?.paused).toBe(
          migration.target.project === PROJECT,
        );
        await world.deliver('resume', scope);
        expect(await engine.documents.list('holds')).toEqual([]);
        expect((await engine.migrations.get(migration.id))?.paused).toBe(false);
      }),
      runs(60),
    );
  });
});

test(
  'a history that was damaged keeps no step from running, and is named by who reads it',
  PATIENCE,
  async () => {
    const { engine, migration } = await hostileWorld();
    const [first] = await engine.documents.list(`migrations/${migration.id}/history`);
    if (first === undefined) throw new Error('no history is stored');
    await fc.assert(
      fc.asyncProperty(near(JSON.parse(JSON.stringify(first.fields))), async (fields) => {
        const world = await hostileWorld();
        if (!(await damage(world, first.path, fields))) return;
        await world.deliver(FIRST, NUDGE);
        const after = await world.engine.migrations.get(migration.id);
        expect(after?.position).not.toBe(migration.position);
        const error = await errorOf(world.engine.migrations.history(migration.id));
        if (!isNamed(error)) throw error;
        if (error instanceof Error) expect(error.message).toContain(first.path);
      }),
      runs(80),
    );
  },
);

test('a dead letter about a migration that cannot be read is on record, acknowledged, and the log says so', async () => {
  const world = await hostileWorld();
  await damage(world, `migrations/${world.migration.id}`, { active: true, shootKey: 'garden-core/api' });
  const attributes = { CloudPubSubDeadLetterSourceSubscription: `${FIRST}-push` };
  await world.deliver('dead-letter', push({ text: '{"shoot":"garden-core/api"}', attributes }));
  expect(await world.refusals()).toHaveLength(1);
  expect(world.lines.join('')).toContain(`document migrations/${world.migration.id} cannot be understood`);
});
