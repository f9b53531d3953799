import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type BundledFile, FRAMEWORK } from '../../infra/gcp/bundle/bundle.ts';
import {
  type FirestoreStandIn,
  startFirestoreStandIn,
} from '../../infra/gcp/bundle/coldstart/firestore-stand-in.ts';
import { startFunction } from '../../infra/gcp/bundle/coldstart/framework-process.ts';
import { type FunctionFolder, functionFolders } from '../../infra/gcp/bundle/function-folders.ts';
import { answerToNonsense, deployedFunctions } from '../../infra/gcp/bundle/functions.ts';
import { LEFT_OUT } from '../../infra/gcp/bundle/left-out.ts';
import { filesFrom } from '../../infra/gcp/bundle/reach.ts';
import lock from '../../package-lock.json' with { type: 'json' };
import { TOPICS } from '../../shared/bus/topics.ts';
import { EXPIRES_AT } from '../../shared/store/documents.ts';
import { KEPT_DAYS } from '../../shared/store/expiry.ts';
import { installed, ROOT, temporaryFolder } from './installed.ts';

const FUNCTIONS = deployedFunctions(ROOT);
const below = temporaryFolder();
let folders: readonly FunctionFolder[];
let firestore: FirestoreStandIn;

beforeAll(async () => {
  folders = await functionFolders(ROOT, FUNCTIONS);
  firestore = await startFirestoreStandIn(ROOT);
}, 120_000);

afterAll(async () => {
  await firestore.stop();
  rmSync(below, { recursive: true, force: true });
});

function folderNamed(name: string): FunctionFolder {
  const folder = folders.find((each) => each.name === name);
  if (folder === undefined) throw new Error(`no folder of ${name}`);
  return folder;
}

const modulesOf = (folder: FunctionFolder) => folder.files.flatMap(({ modules }) => modules);

describe.each(FUNCTIONS)('$name, with nothing but functions-framework installed', ({ name }) => {
  test('starts, and answers what is no message as it should: what listens puts it on record with the reason', async () => {
    const source = installed(folderNamed(name), below);
    const env = { GOOGLE_CLOUD_PROJECT: 'bundled', FIRESTORE_EMULATOR_HOST: firestore.host };
    const started = await startFunction({ root: source, source, target: name, env });
    try {
      const { status } = await fetch(started.url, { method: 'POST', body: 'not a message' });
      expect(status, started.said()).toBe(answerToNonsense(name));
      if (name === 'status') expect((await fetch(new URL('/', started.url))).status).toBe(200);
    } finally {
      await started.stop();
    }
    const refusals = firestore.writes.filter(({ path }) => path.startsWith(`refusals/${name}-`));
    const listens = TOPICS.some((topic) => topic === name);
    const refusal = expect.objectContaining({ receiver: name, reason: 'NotJson', excerpt: 'not a message' });
    expect(refusals.map(({ texts }) => texts)).toEqual(listens ? [refusal] : []);
    for (const { texts, timestamps } of refusals) {
      const days = ((timestamps[EXPIRES_AT] ?? Number.NaN) - Date.parse(texts.at ?? '')) / 86_400_000;
      expect(days, 'until Firestore may remove it').toBe(KEPT_DAYS.refusals);
    }
  }, 120_000);
});

test('a bundle holds the code of the function itself and of no other', () => {
  for (const { name } of FUNCTIONS) {
    const own = modulesOf(folderNamed(name)).filter((module) => module.startsWith('functions/'));
    expect(own).toEqual([`functions/${name}/index.ts`]);
  }
});

test('the page’s files lie beside the function that shows it, and beside no other', () => {
  for (const { name, content } of folders) {
    const page = Object.keys(content).filter((file) => file.startsWith('web/'));
    if (name === 'status') {
      expect(page).toContain('web/index.html');
      expect(page.filter((file) => !/\.(html|css|js|svg|png|webmanifest)$/.test(file))).toEqual([]);
    } else expect(page).toEqual([]);
  }
});

test('a bundle holds nothing of the local world, of tests or of deployment', () => {
  for (const folder of folders) {
    const foreign = modulesOf(folder).filter(
      (module) => !/^(functions|shared|node_modules)\//.test(module) || module.includes('..'),
    );
    expect(foreign).toEqual([]);
  }
});

const lockedSchema = z.record(z.string(), z.object({ dev: z.boolean().optional() }));

test('a bundle holds packages of production only, and functions-framework not twice', () => {
  const locked = lockedSchema.parse(lock.packages);
  for (const { packages } of folders) {
    for (const { name, folder } of packages) {
      expect(locked[folder.slice(ROOT.length)]?.dev, name).toBeUndefined();
      expect(Object.keys(locked)).toContain(folder.slice(ROOT.length));
      expect(name).not.toBe(FRAMEWORK);
    }
  }
});

/** What `ws` (its README, "Opt-in for performance") and `debug` (colours in a terminal) look for and do well without. */
const OPTIONAL = ['bufferutil', 'utf-8-validate', 'supports-color'];

test('all that a bundle asks for from outside is Node and functions-framework', () => {
  const allowed = new Set([
    ...builtinModules,
    ...builtinModules.map((name) => `node:${name}`),
    ...OPTIONAL,
    FRAMEWORK,
  ]);
  for (const { files } of folders) {
    for (const { code, outside } of files) {
      const required = [...code.matchAll(/\b__require\(\s*["'`]([^"'`]+)["'`]\s*\)/g)].map(
        ([, name]) => name,
      );
      expect([...outside, ...required].filter((name) => !allowed.has(String(name)))).toEqual([]);
    }
  }
});

test('the same input gives the same bytes, in which nothing says where they were made', async () => {
  const again = await functionFolders(ROOT, FUNCTIONS);
  expect(again.map(({ content }) => content)).toEqual(folders.map(({ content }) => content));
  for (const { content } of folders) {
    for (const [file, text] of Object.entries(content)) expect(text.includes(ROOT), file).toBe(false);
  }
}, 120_000);

test('every module that is said to be left out would be in a bundle', () => {
  const modules = new Set(folders.flatMap(modulesOf));
  for (const module of LEFT_OUT) expect(modules).toContain(`node_modules/${module}`);
});

test('Compute Engine’s clients and those of Kubernetes are not loaded before a message needs them', () => {
  for (const { files, bytesAtStart } of folders) {
    const clients = files.filter(({ modules }) =>
      modules.some((module) => /node_modules\/(@google-cloud\/|@grpc\/|@kubernetes\/|google-)/.test(module)),
    );
    expect(clients.length).toBeGreaterThan(0);
    expect(bytesAtStart).toBeLessThan(clients.reduce((sum, { code }) => sum + code.length, 0) / 5);
  }
});

test('to be connected takes Firestore and Pub/Sub: Compute Engine and Kubernetes wait until one looks there', () => {
  const holds = (path: RegExp) => (file: BundledFile) => file.modules.some((module) => path.test(module));
  for (const { files } of folders) {
    const connecting = files.find(holds(/^shared\/runtime\/google\.ts$/));
    if (connecting === undefined) throw new Error('no file of the bundle connects');
    const loaded = filesFrom(files, connecting.name, { later: false });
    expect(loaded.some(holds(/node_modules\/@google-cloud\/firestore\//))).toBe(true);
    expect(loaded.filter(holds(/node_modules\/@(google-cloud\/compute|kubernetes)\//))).toEqual([]);
  }
});

test('a folder says what Google’s buildpack goes by: its main module, one version of Node, one package', () => {
  for (const { content } of folders) {
    const manifest: unknown = JSON.parse(content['package.json'] ?? '');
    expect(manifest).toMatchObject({ main: 'index.mjs', engines: { node: '24.x' } });
    expect(manifest).toHaveProperty('dependencies', { [FRAMEWORK]: expect.any(String) });
    expect(content).toHaveProperty(['index.mjs']);
  }
});

test('the lock file of a folder is complete: npm finds nothing missing in it and nothing too much', () => {
  const [folder] = folders;
  if (folder === undefined) throw new Error('no function is deployed');
  const path = installed(folder, temporaryFolder());
  const npm = ['ls', '--all', '--json', '--package-lock-only'];
  const tree: unknown = JSON.parse(execFileSync('npm', npm, { cwd: path, encoding: 'utf8' }));
  expect(tree).toMatchObject({ name: folder.name, dependencies: { [FRAMEWORK]: {} } });
  expect(tree).not.toHaveProperty('problems');
  rmSync(path, { recursive: true });
}, 60_000);
