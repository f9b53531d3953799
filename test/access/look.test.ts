import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { portsOpener } from '../../shared/runtime/ports.ts';
import { readSettings } from '../../shared/runtime/settings.ts';
import { lookAtCells } from '../../shared/view/index.ts';
import { migrationWith, silent } from '../steps/fixtures.ts';
import { SHOOT, startGardenWorld } from './garden-world.ts';
import { settableClock, startServer } from './server.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoot-dualstack-look-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A Compute Engine without anything in it, and what it is asked: method and kind of resource. */
async function startCompute() {
  const saw = new Set<string>();
  const url = await startServer(({ method, path }) => {
    const [, resource = path] = /\/(subnetworks|routes|instances)\b/.exec(path) ?? [];
    saw.add(`${method} ${resource}`);
    const isList = resource !== 'subnetworks';
    return isList
      ? { status: 200, body: { kind: `compute#${resource}List`, items: resource === 'instances' ? {} : [] } }
      : {
          status: 404,
          body: { error: { code: 404, message: 'not found', errors: [{ reason: 'notFound' }] } },
        };
  });
  return { url, saw };
}

test('who only looks asks the garden for a viewer’s kubeconfig and for nothing else, and of the cloud lists what leads to nodes', async () => {
  const garden = await startGardenWorld();
  const asked: string[] = [];
  garden.gardenAnswers = ({ method, path }) => {
    asked.push(`${method} ${path.split('?')[0]?.split('/').at(-1)}`);
    return undefined;
  };
  const saw: string[] = [];
  garden.shootAnswers = ({ method, path }) => {
    saw.push(`${method} ${new URL(path, 'http://x').pathname}`);
    return undefined;
  };
  const compute = await startCompute();
  const file = join(folder, 'garden.yaml');
  await writeFile(file, garden.gardenKubeconfig);
  const openPorts = portsOpener({
    settings: readSettings({
      GOOGLE_CLOUD_PROJECT: 'p-1',
      GARDEN_KUBECONFIG: file,
      PLAN_ACCESS: 'viewer',
      COMPUTE_ENDPOINT: compute.url,
    }),
    clock: settableClock(),
    log: silent,
  });
  const migration = migrationWith();
  const ofShoot = {
    ...migration,
    position: 'migrate-routes' as const,
    shoot: { ...migration.shoot, ...SHOOT },
  };
  const records = async () => new Map();
  expect(await lookAtCells({ openPorts }, ofShoot, records, new AbortController().signal)).toEqual([]);
  expect(asked).toEqual(['POST viewerkubeconfig']);
  expect(saw).toEqual(['GET /api/v1/nodes']);
  expect([...compute.saw].sort()).toEqual(['GET instances', 'GET routes', 'GET subnetworks']);
});
