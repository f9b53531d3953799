import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TerminalError } from '../../shared/engine/errors.ts';
import type { Ports } from '../../shared/engine/ports.ts';
import { outcomeOfError } from '../../shared/engine/terminal.ts';
import { type GoogleIdentity, Secret } from '../../shared/kubernetes/access/index.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { portsOpener } from '../../shared/runtime/ports.ts';
import { readSettings } from '../../shared/runtime/settings.ts';
import { migrationWith, silent } from '../steps/fixtures.ts';
import { SHOOT, startGardenWorld } from './garden-world.ts';
import { kubeconfigWith, settableClock, startServer } from './server.ts';

const PROJECT = { GOOGLE_CLOUD_PROJECT: 'p-1' };
const identity: GoogleIdentity = {
  accessToken: async () => new Secret('access-token'),
  idToken: async () => new Secret(`e30.${Buffer.from('{"exp":4102444800}').toString('base64url')}.c2ln`),
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoot-dualstack-access-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An API server that takes anybody, and notes as whom they came and for what. */
async function startCluster() {
  const saw: string[] = [];
  const url = await startServer(({ method, path, headers, body }) => {
    const resource = new URL(path, 'http://x').pathname.split('/').at(-1);
    saw.push(`${headers.authorization?.slice('Bearer '.length)} ${method} ${resource}`);
    if (method === 'POST') return { status: 201, body: { ...JSON.parse(body), status: { allowed: true } } };
    const metadata = { name: 'api', resourceVersion: '1', generation: 1 };
    const shoot = { metadata, spec: { seedName: 'seed-gone' }, status: { seedName: 'seed-1' } };
    return {
      status: 200,
      body: path.includes('/shoots/') ? shoot : { kind: 'List', metadata: {}, items: [] },
    };
  });
  return { url, saw };
}

async function written(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

function at(position: Migration['position'], shoot: Partial<Migration['shoot']> = SHOOT): Migration {
  const migration = migrationWith();
  return { ...migration, position, shoot: { ...migration.shoot, ...shoot } };
}

function opener(env: NodeJS.ProcessEnv, secretManager?: string) {
  const settings = readSettings({ ...PROJECT, ...env });
  const open = portsOpener({
    settings,
    clock: settableClock(),
    log: silent,
    identity,
    ...(secretManager !== undefined && { secretManager }),
  });
  return (migration: Migration): Promise<Ports> => open(migration, new AbortController().signal);
}

describe('by the garden, when no kubeconfig of the shoot is set', () => {
  async function gardenWorld(env: NodeJS.ProcessEnv = {}) {
    const world = await startGardenWorld();
    const file = await written('garden.yaml', world.gardenKubeconfig);
    world.shootAnswers = ({ method, body }) =>
      method === 'POST'
        ? { status: 201, body: { ...JSON.parse(body), status: { allowed: true } } }
        : { status: 200, body: { kind: 'NodeList', metadata: {}, items: [] } };
    return { world, open: opener({ GARDEN_KUBECONFIG: file, ...env }) };
  }

  test('the preflight reads as a viewer', async () => {
    const { world, open } = await gardenWorld();
    const { cluster } = await open(at('preflight'));
    await cluster.nodes();
    await cluster.disruptionBudgets();
    expect(world.issued.map(({ kind }) => kind)).toEqual(['viewer']);
  });

  test('but asks for rights as the one who will act: the viewer has none of them', async () => {
    const { world, open } = await gardenWorld();
    const { cluster } = await open(at('preflight'));
    expect((await cluster.missingRights(['base'])).missing).toEqual([]);
    expect(world.issued.map(({ kind }) => kind)).toEqual(['admin']);
    expect(new Set(world.shootSaw)).toEqual(new Set(['issued-admin-1']));
  });

  test.each(['migrate-routes', 'abort', 'switch-kube-dns'] as const)('%s does all as admin', async (step) => {
    const { world, open } = await gardenWorld();
    const { cluster } = await open(at(step));
    await cluster.nodes();
    expect(world.issued.map(({ kind }) => kind)).toEqual(['admin']);
  });

  test('with PLAN_ACCESS=admin the preflight, too', async () => {
    const { world, open } = await gardenWorld({ PLAN_ACCESS: 'admin' });
    const { cluster } = await open(at('preflight'));
    await cluster.nodes();
    expect(world.issued.map(({ kind }) => kind)).toEqual(['admin']);
  });

  test('runs one after the other share what was issued; the functions ask nobody before they need to', async () => {
    const { world, open } = await gardenWorld();
    for (let run = 0; run < 5; run += 1) {
      const { cluster } = await open(at('migrate-routes'));
      if (run > 0) await cluster.nodes();
      expect(world.issued).toHaveLength(run > 0 ? 1 : 0);
    }
  });

  test('one shoot’s credentials are never another’s', async () => {
    const { world, open } = await gardenWorld();
    await (await open(at('migrate-routes'))).cluster.nodes();
    const other = await open(at('migrate-routes', { namespace: 'garden-other', name: 'api' }));
    await expect(other.cluster.nodes()).rejects.toThrow('garden-other/api');
    expect(world.shootSaw).toEqual(['issued-admin-1']);
  });

  test('the right to have kubeconfigs issued is asked about as well', async () => {
    const cluster = await startCluster();
    const file = await written('garden.yaml', kubeconfigWith(cluster.url, 'g'));
    const counts = [];
    for (const env of [{}, { PLAN_ACCESS: 'admin' }, { SHOOT_KUBECONFIG: file }]) {
      cluster.saw.length = 0;
      const { garden } = await opener({ GARDEN_KUBECONFIG: file, ...env })(at('preflight'));
      await garden.missingRights();
      counts.push(cluster.saw.length);
    }
    expect(counts).toEqual([4, 3, 2]);
  });
});

describe('by a file, or by a secret', () => {
  test('the file is read with every run, as it is then', async () => {
    const cluster = await startCluster();
    const file = await written('shoot.yaml', kubeconfigWith(cluster.url, 'first'));
    const open = opener({ SHOOT_KUBECONFIG: file, GARDEN_KUBECONFIG: file });
    await (await open(at('preflight'))).cluster.nodes();
    await written('shoot.yaml', kubeconfigWith(cluster.url, 'second'));
    await (await open(at('preflight'))).cluster.nodes();
    expect(cluster.saw).toEqual(['first GET nodes', 'second GET nodes']);
  });

  test('each shoot has its own, where the name says so', async () => {
    const cluster = await startCluster();
    const paths: string[] = [];
    const secretManager = await startServer(({ path }) => {
      paths.push(path);
      const data = Buffer.from(kubeconfigWith(cluster.url, 'stored')).toString('base64');
      return { status: 200, body: { payload: { data } } };
    });
    const open = opener(
      {
        SHOOT_KUBECONFIG_SECRET: 'projects/p-1/secrets/{namespace}_{name}',
        GARDEN_KUBECONFIG_SECRET: 'projects/p-1/secrets/garden',
      },
      secretManager,
    );
    const { cluster: shoot, garden } = await open(at('preflight'));
    await shoot.nodes();
    await garden.state();
    await (await open(at('preflight', { namespace: 'garden-core', name: 'web' }))).cluster.nodes();
    expect(paths).toEqual([
      '/v1/projects/p-1/secrets/garden-core_api/versions/latest:access',
      '/v1/projects/p-1/secrets/garden/versions/latest:access',
      '/v1/projects/p-1/secrets/garden-core_web/versions/latest:access',
    ]);
    expect(cluster.saw).toEqual(['stored GET nodes', 'stored GET api', 'stored GET nodes']);
  });

  test.each(['../../other', 'a/versions/1:access?', 'A', '', 'x'.repeat(300)])(
    'a shoot named %j gets nothing that its name could lead to',
    async (name) => {
      const file = await written('garden.yaml', kubeconfigWith('http://127.0.0.1:9', 'g'));
      for (const env of [
        { SHOOT_KUBECONFIG: join(folder, '{name}') },
        { SHOOT_KUBECONFIG_SECRET: 'projects/p-1/secrets/{name}' },
      ]) {
        const opened = opener({ ...env, GARDEN_KUBECONFIG: file })(at('preflight', { ...SHOOT, name }));
        await expect(opened).rejects.toBeInstanceOf(TerminalError);
      }
    },
  );

  test.each([
    ['is not there', undefined, /ENOENT/],
    ['is none', '{token: planted-opaque-5c1e', /line \d/],
  ])('a file that %s is named by its variable, without a word of it', async (_, text, says) => {
    const file = text === undefined ? join(folder, 'nowhere') : await written('bad.yaml', text);
    const failure = opener({ SHOOT_KUBECONFIG: file, GARDEN_KUBECONFIG: file })(at('preflight'));
    const outcome = outcomeOfError(await failure.catch((error: unknown) => error));
    expect(outcome).toMatchObject({ kind: 'blocked', reason: 'KubeconfigUnusable' });
    expect(outcome?.message).toMatch(/^SHOOT_KUBECONFIG: /);
    expect(outcome?.message).toMatch(says);
    expect(JSON.stringify(outcome)).not.toContain('planted');
  });
});

describe('the garden', () => {
  test('by the function’s own identity', async () => {
    const cluster = await startCluster();
    const file = await written('shoot.yaml', kubeconfigWith(cluster.url, 's'));
    const { garden } = await opener({ SHOOT_KUBECONFIG: file, GARDEN_URL: cluster.url })(at('preflight'));
    await garden.state();
    expect(cluster.saw).toEqual([expect.stringMatching(/^e30\..+ GET api$/)]);
  });

  test('that nothing says how to reach: the variables are named', async () => {
    const outcome = outcomeOfError(await opener({})(at('preflight')).catch((error: unknown) => error));
    expect(outcome).toMatchObject({ kind: 'blocked', reason: 'NoAccess' });
    for (const variable of ['GARDEN_KUBECONFIG', 'GARDEN_KUBECONFIG_SECRET', 'GARDEN_URL']) {
      expect(outcome?.remedy).toContain(variable);
    }
  });
});

describe('the seed', () => {
  test('without one the cloud-controller-manager is looked for in the shoot, and nobody holds it', async () => {
    const cluster = await startCluster();
    const file = await written('shoot.yaml', kubeconfigWith(cluster.url, 's'));
    const { managerHold } = await opener({ SHOOT_KUBECONFIG: file, GARDEN_KUBECONFIG: file })(
      at('preflight'),
    );
    expect(managerHold).toBeUndefined();
  });

  test('its kubeconfig is that of the seed where the shoot is now, and it is asked there', async () => {
    const [shoot, seed] = [await startCluster(), await startCluster()];
    const file = await written('shoot.yaml', kubeconfigWith(shoot.url, 's'));
    await written('seed-1.yaml', kubeconfigWith(seed.url, 'seed'));
    const open = opener({
      SHOOT_KUBECONFIG: file,
      GARDEN_KUBECONFIG: file,
      SEED_KUBECONFIG: join(folder, '{seed}.yaml'),
    });
    const { cluster, managerHold } = await open(at('migrate-routes'));
    expect(managerHold).toBeDefined();
    const { missing } = await cluster.missingRights([]);
    expect(missing).toEqual([]);
    expect(seed.saw.length).toBeGreaterThan(0);
    expect(shoot.saw.filter((line) => line.includes('selfsubjectaccessreviews'))).toEqual([]);
  });
});
