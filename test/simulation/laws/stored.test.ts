import { describe, expect, test } from 'vitest';
import type { LawName } from '../../../infra/local/simulation/laws/index.ts';
import type { Fields } from '../../../shared/store/documents.ts';
import { commit, lawsBrokenBy, recordAll, rewrite } from './fake-product.ts';

/** The laws that break when the migration's document is rewritten, once or more, past the engine. */
function brokenByWriting(...changes: readonly ((fields: Fields) => Fields)[]): Promise<Set<LawName>> {
  return lawsBrokenBy({
    act: async ({ clock, signal }, world) => {
      // Nodes that joined just now prove nothing.
      await clock.sleep(80_000, signal);
      for (const change of changes) await rewrite(world, change);
    },
  });
}

describe('the migration’s document', () => {
  test('with a position that leaps is caught', async () => {
    const broken = await brokenByWriting((fields) => ({ ...fields, position: 'check-nodes' }));
    expect(broken).toContain('forward or still');
  });

  test('with a next step before the present one is finished is caught', async () => {
    const broken = await brokenByWriting((fields) => ({ ...fields, position: 'enable-ipv6-subnets' }));
    expect(broken).toContain('forward or still');
  });

  test('that waits without a reason is caught', async () => {
    const broken = await brokenByWriting(({ lease: _, ...fields }) => ({
      ...fields,
      status: { kind: 'waiting', since: '2026-03-01T00:00:00.000Z', reason: '', message: '' },
      wakeAt: '2026-03-01T22:30:00.000Z',
    }));
    expect(broken).toContain('forward or still');
  });

  test('with a smaller fence is caught', async () => {
    const broken = await brokenByWriting(
      ({ lease: _, ...fields }) => ({ ...fields, fence: 7 }),
      (fields) => ({ ...fields, fence: 6 }),
    );
    expect(broken).toContain('fences only grow');
  });

  test('with another holder under the same fence is caught', async () => {
    const broken = await brokenByWriting((fields) => ({
      ...fields,
      lease: { holder: 'somebody', fence: 1, expiresAt: '2026-03-02T00:00:00.000Z' },
    }));
    expect(broken).toContain('fences only grow');
  });

  test('with a lease that is taken from who still has it is caught', async () => {
    const broken = await brokenByWriting((fields) => ({
      ...fields,
      fence: 2,
      lease: { holder: 'somebody', fence: 2, expiresAt: '2026-03-02T00:00:00.000Z' },
    }));
    expect(broken).toContain('fences only grow');
  });

  test('with more done than there is to do is caught', async () => {
    const progress = { done: 3, total: 2, unit: 'nodes' };
    const broken = await brokenByWriting((fields) => ({
      ...fields,
      steps: [{ name: 'preflight', runs: 1, failures: 0, progress }],
    }));
    expect(broken).toContain('progress adds up');
  });

  test('with a constraint that is True before the nodes are dual-stack is caught', async () => {
    const broken = await brokenByWriting((fields) => ({
      ...fields,
      constraints: [
        {
          type: 'DualStackNodesMigrationReady',
          status: 'True',
          reason: 'NodesMigrated',
          message: 'All node pod CIDRs migrated to target network stack.',
          lastTransitionTime: '2026-03-01T22:00:00.000Z',
          lastUpdateTime: '2026-03-01T22:00:00.000Z',
        },
      ],
    }));
    expect(broken).toContain('constraints tell the truth');
  });

  test('without constraints long before the end is caught', async () => {
    const broken = await brokenByWriting((fields) => ({ ...fields, constraints: [] }));
    expect(broken).toContain('constraints tell the truth');
  });

  test('with a constraint in other words than Gardener’s is caught', async () => {
    const broken = await brokenByWriting((fields) => ({
      ...fields,
      constraints: [
        { type: 'DualStackNodesMigrationReady', status: 'False', reason: 'No', message: 'Not yet.' },
      ],
    }));
    expect(broken).toContain('constraints tell the truth');
  });
});

test('a migration that nobody comes for is caught', async () => {
  const broken = await lawsBrokenBy({
    act: async (run, world) => {
      // Its heartbeat, too, writes: nobody's does for an hour.
      await rewrite(world, ({ lease: _, ...fields }) => ({
        ...fields,
        status: { kind: 'ready', since: new Date(run.clock.now() - 7_200_000).toISOString() },
      }));
      await rewrite(world, (fields) => ({ ...fields, writeId: 'late' }));
    },
  });
  expect(broken).toContain('nothing is lost');
});

describe('the record of a pod route', () => {
  test('that is deleted is caught', async () => {
    const broken = await lawsBrokenBy({
      act: async (run, world) => {
        await recordAll(run, world);
        const [name] = (await run.podRoutes()).keys();
        await commit(world, { kind: 'delete', path: `migrations/${run.migration.id}/routes/${name}` });
      },
    });
    expect([...broken]).toEqual(['records stay']);
  });

  test('that forgets the zone is caught', async () => {
    const broken = await lawsBrokenBy({
      act: async (run, world) => {
        await recordAll(run, world);
        const records = [...(await run.podRoutes()).values()];
        await run.savePodRoutes(records.map((record) => ({ ...record, zone: '' })));
      },
    });
    expect([...broken]).toEqual(['records stay']);
  });

  test('that says deleted of a route that is there is caught', async () => {
    const broken = await lawsBrokenBy({
      act: async (run, world) => {
        await recordAll(run, world);
        const records = [...(await run.podRoutes()).values()];
        await run.savePodRoutes(records.map((record) => ({ ...record, state: 'deleted' as const })));
      },
    });
    expect([...broken]).toEqual(['records stay']);
  });
});

describe('the history', () => {
  test('of which an entry is changed is caught', async () => {
    const broken = await lawsBrokenBy({
      act: ({ migration }, world) =>
        commit(world, { kind: 'put', path: `migrations/${migration.id}/history/00000000`, fields: {} }),
    });
    expect([...broken]).toEqual(['history only grows']);
  });

  test('of which an entry is deleted is caught', async () => {
    const broken = await lawsBrokenBy({
      act: ({ migration }, world) =>
        commit(world, { kind: 'delete', path: `migrations/${migration.id}/history/00000000` }),
    });
    expect([...broken]).toEqual(['history only grows']);
  });
});

test('a refused message that nobody spoiled is caught', async () => {
  const broken = await lawsBrokenBy({ act: (_, world) => world.publish('pause', { shoot: 7 }) });
  expect([...broken]).toEqual(['no dead letters']);
});
