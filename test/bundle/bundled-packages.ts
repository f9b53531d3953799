import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bundle } from '../../infra/gcp/bundle/bundle.ts';
import type { MethodsByService } from '../../infra/gcp/bundle/descriptors/prune.ts';
import { METHODS } from '../../shared/compute/google/methods.ts';
import { ROOT } from './installed.ts';

/** A module of a package as the product imports it, and what it takes from it. */
interface Imported {
  readonly module: string;
  readonly file: string;
  readonly names: readonly string[];
}

/** Google's clients for Compute Engine, each as `clients.ts` imports it: `regionOperations` is in `region_operations_client`. */
export const COMPUTE_CLIENTS: readonly Imported[] = Object.keys(METHODS).map((name) => {
  const module = `@google-cloud/compute/build/src/v1/${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_client.js`;
  return {
    module,
    file: `node_modules/${module}`,
    names: [`${name.charAt(0).toUpperCase()}${name.slice(1)}Client`],
  };
});

/** What store and bus import. */
export const STORE_AND_BUS: readonly Imported[] = [
  {
    module: '@google-cloud/firestore',
    file: 'node_modules/@google-cloud/firestore/build/src/index.js',
    names: ['Firestore', 'FieldPath', 'FieldValue', 'Timestamp'],
  },
  {
    module: '@google-cloud/pubsub',
    file: 'node_modules/@google-cloud/pubsub/build/src/index.js',
    names: ['PubSub'],
  },
];

/** Which file is which module, for `bundled-packages.config.ts`. */
export type BundledPackages = Readonly<Record<string, string>>;

/** Writes these modules as they are in the bundles of functions, with the given methods in place of those of the adapter. */
export async function bundledPackages(
  folder: string,
  imported: readonly Imported[],
  methods?: MethodsByService,
): Promise<BundledPackages> {
  mkdirSync(folder, { recursive: true });
  const entries = Object.fromEntries(imported.map(({ file }, index) => [`module${index}`, file]));
  const files = await bundle({ root: ROOT, entries, ...(methods !== undefined && { methods }) });
  for (const { name, code } of files) writeFileSync(join(folder, name), code);
  const found = imported.map(({ module, names }, index) => {
    // Of a CommonJS module a bundle exports the whole; its names are what importers ask for.
    const exported = names.map((name) => `export const ${name} = whole.${name};`).join('\n');
    const path = join(folder, `names${index}.mjs`);
    writeFileSync(path, `import whole from './module${index}.mjs';\n${exported}\n`);
    return [module, path] as const;
  });
  return Object.fromEntries(found);
}

export interface SuiteResult {
  readonly exitCode: number;
  readonly said: string;
}

/** Runs test files of the project over such modules, in a process of their own. */
export async function runOver(
  packages: BundledPackages,
  files: readonly string[],
  { env = {}, only }: { readonly env?: Readonly<Record<string, string>>; readonly only?: string } = {},
): Promise<SuiteResult> {
  const config = '--config=test/bundle/bundled-packages.config.ts';
  const filter = only === undefined ? [] : [`--testNamePattern=${only}`];
  const command = [
    'node_modules/vitest/vitest.mjs',
    'run',
    config,
    '--reporter=default',
    ...filter,
    ...files,
  ];
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NO_COLOR: '1',
      BUNDLED_PACKAGES: JSON.stringify(packages),
      ...env,
    },
  });
  // A test that is given up leaves nothing running.
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const [exitCode] = await once(child, 'close');
  return { exitCode: typeof exitCode === 'number' ? exitCode : -1, said };
}
