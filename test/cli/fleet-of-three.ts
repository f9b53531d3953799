import type { OutgoingMessage } from '../../shared/bus/bus.ts';
import { toFields } from '../../shared/frozen-json.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { storeMigrations, storeRoutes } from '../status/crowd.ts';
import { startedMigration } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';
import { connectedTo, fetchFrom } from './support.ts';

/** The migration, as one that has just become dual-stack. */
export function succeeded(migration: Migration): Migration {
  const { createdAt } = migration;
  return {
    ...migration,
    active: false,
    finishedAt: createdAt,
    status: { kind: 'succeeded', since: createdAt },
  };
}

/**
 * `garden-core/api`, which runs, `garden-core/shoot-00000`, which is blocked, and `garden-web/api`, which waits; and what is
 * sent.
 */
export async function fleetOfThree() {
  const sent: { topic: string; message: OutgoingMessage }[] = [];
  const bus = {
    publish: async (topic: string, message: OutgoingMessage) => void sent.push({ topic, message }),
  };
  const started = testEngine();
  const api = await startedMigration(started);
  const engine = { ...started, bus };
  const since = api.createdAt;
  await storeMigrations(engine.documents, api, 1, () => ({
    position: 'migrate-routes',
    status: {
      kind: 'blocked',
      since,
      reason: 'NodeNotReached',
      message:
        'node-1 is not reached, and 100.96.1.0/24 neither, which is a long story for a narrow terminal',
      remedy: 'Look at it.',
    },
  }));
  const waiting: Migration = {
    ...api,
    id: 'web-1',
    shoot: { ...api.shoot, key: 'garden-web/api', namespace: 'garden-web', uid: 'uid-web' },
    position: 'check-nodes',
    status: {
      kind: 'waiting',
      since,
      reason: 'NodesRolling',
      message: 'still single-stack: node-7',
      progress: { done: 12, total: 30, unit: 'nodes dual-stack' },
    },
  };
  const fields = toFields({ ...waiting, shootKey: 'garden-web/api' });
  await engine.documents.commit([{ kind: 'put', path: 'migrations/web-1', fields }]);
  await storeRoutes(engine.documents, api, 4);
  return { engine, api, sent, connecting: connectedTo(fetchFrom(engine)), asked: fetchFrom(engine) };
}
