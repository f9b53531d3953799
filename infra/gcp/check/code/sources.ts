import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The TypeScript files of some folders, whole trees, by their path below `root`; a folder that is not there has none. */
export function sourceFiles(root: string, folders: readonly string[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const folder of folders) {
    if (!existsSync(join(root, folder))) continue;
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const path = join(folder, name);
      files.set(path, readFileSync(join(root, path), 'utf8'));
    }
  }
  return files;
}
