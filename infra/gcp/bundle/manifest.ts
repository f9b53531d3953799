import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { FRAMEWORK } from './bundle.ts';

const projectSchema = z.object({
  version: z.string(),
  license: z.string(),
  dependencies: z.record(z.string(), z.string()),
  /** The version of Node that the tests run on. */
  devDependencies: z.object({ node: z.string() }),
});

const lockedSchema = z.looseObject({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
type Locked = z.output<typeof lockedSchema>;

const lockSchema = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(z.string(), z.looseObject({})),
});

/** The two files by which a folder is installed. */
export interface Manifest {
  readonly 'package.json': object;
  readonly 'package-lock.json': object;
}

/**
 * Of a function's folder: its main file, and functions-framework as the only package to be installed, with all that it needs in
 * the versions of the project's lock file.
 *
 * @throws Error when the project's files lack the framework or something that it needs.
 */
export function manifestOf(root: string, name: string, main: string): Manifest {
  const project = projectSchema.parse(json(root, 'package.json'));
  const lock = lockSchema.parse(json(root, 'package-lock.json'));
  const framework = project.dependencies[FRAMEWORK];
  if (framework === undefined) throw new Error(`package.json names no dependency ${FRAMEWORK}`);
  const manifest = {
    name,
    version: project.version,
    license: project.license,
    private: true,
    // One major version: for a range, Google's buildpack may take the newest that there is.
    engines: { node: `${project.devDependencies.node.split('.')[0]}.x` },
    dependencies: { [FRAMEWORK]: framework },
  };
  const { version, license, engines, dependencies } = manifest;
  const own = { name, version, license, dependencies, engines };
  const packages = { '': own, ...lockedWith(lock.packages, FRAMEWORK) };
  return {
    'package.json': { ...manifest, main },
    'package-lock.json': { name, version, lockfileVersion: 3, requires: true, packages },
  };
}

/** The entries of a lock file that a package needs, itself included, by their paths. */
function lockedWith(
  all: Readonly<Record<string, unknown>>,
  wanted: string,
): Readonly<Record<string, Locked>> {
  const found = new Map<string, Locked>();
  const open: { readonly name: string; readonly from: string; readonly optional: boolean }[] = [
    { name: wanted, from: '', optional: false },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const path = installedAt(all, next.name, next.from);
    if (path === undefined) {
      if (next.optional) continue;
      throw new Error(`package-lock.json lacks ${next.name}, which ${next.from || 'a function'} needs`);
    }
    if (found.has(path)) continue;
    const entry = lockedSchema.parse(all[path]);
    found.set(path, entry);
    for (const name of Object.keys(entry.dependencies ?? {}))
      open.push({ name, from: path, optional: false });
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      open.push({ name, from: path, optional: true });
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As Node looks a package up: in the `node_modules` of the package that needs it, then in each one around. */
function installedAt(all: Readonly<Record<string, unknown>>, name: string, from: string): string | undefined {
  for (let around = from; ; around = around.slice(0, Math.max(0, around.lastIndexOf('/node_modules/')))) {
    const path = around === '' ? `node_modules/${name}` : `${around}/node_modules/${name}`;
    if (path in all) return path;
    if (around === '') return undefined;
  }
}

function json(root: string, file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}
