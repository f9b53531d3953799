import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const manifestSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
  author: z.union([z.string(), z.looseObject({ name: z.string() })]).optional(),
});

/** A package of which code is in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As its package.json states it: an SPDX expression. */
  readonly license: string | undefined;
  readonly author: string | undefined;
  readonly folder: string;
}

/**
 * The packages that modules come from, each version once, by name.
 *
 * @param modules paths relative to `root`; those outside any `node_modules` are the project's own.
 */
export function packagesOf(root: string, modules: readonly string[]): readonly BundledPackage[] {
  const found = new Map<string, BundledPackage>();
  for (const module of modules) {
    if (!module.includes('node_modules/')) continue;
    const owner = packageAround(join(root, module));
    found.set(`${owner.name}@${owner.version}`, owner);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, owner]) => owner);
}

/** The nearest package.json with a name and a version: others only say which kind of modules a folder has. */
function packageAround(file: string): BundledPackage {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (!existsSync(path)) continue;
    const manifest = manifestSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (!manifest.success) continue;
    const { name, version, license, author } = manifest.data;
    return { name, version, license, author: typeof author === 'string' ? author : author?.name, folder };
  }
  throw new Error(`${file}: no package.json with a name and a version is around it`);
}
