import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isPermissive } from '../bundle/licences.ts';

/** A package that functions run with, directly or through another one. */
export interface ProductionPackage {
  readonly name: string;
  readonly version: string;
  /** As it states it: an SPDX expression; undefined where it states none. */
  readonly licence: string | undefined;
}

const lockSchema = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
    }),
  ),
});

const manifestSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  license: z.union([z.string(), z.looseObject({ type: z.string() })]).optional(),
  /** As packages stated it before there was SPDX. */
  licenses: z.array(z.looseObject({ type: z.string() })).optional(),
});

/**
 * Every package of the lock file that is not for development alone, each version once, by name. What is installed says its licence;
 * of what is not, such as a part for another system, the lock file does.
 *
 * @throws Error when another version is installed than is locked: its licence may be another, too.
 */
export function productionPackages(root: string): readonly ProductionPackage[] {
  const lock = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const found = new Map<string, ProductionPackage>();
  for (const [path, { version = '', license, dev }] of Object.entries(lock.packages)) {
    if (path === '' || dev === true) continue;
    const locked = { name: path.replace(/^.*node_modules\//, ''), version, licence: license };
    const installed = installedAt(join(root, path));
    if (installed !== undefined && installed.version !== version) {
      throw new Error(`${path}: version ${installed.version} is installed, ${version} is locked: run npm ci`);
    }
    const each = installed ?? locked;
    found.set(`${each.name}@${each.version}`, each);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/** Those of which it is not known that they may be passed on. */
export function withoutKnownLicence(packages: readonly ProductionPackage[]): readonly ProductionPackage[] {
  return packages.filter(({ licence }) => licence === undefined || !isPermissive(licence));
}

function installedAt(folder: string): ProductionPackage | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const { name, version, license, licenses } = manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const stated = typeof license === 'object' ? license.type : license;
  return { name, version, licence: stated ?? licenses?.map(({ type }) => type).join(' OR ') };
}
