import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Every file that `entry` loads, itself included, by following the relative imports written in each: types alone are erased
 * before a program runs and load nothing. Paths are absolute; each file is read once.
 *
 * @throws Error naming a file that is imported and does not exist.
 */
export function filesLoadedBy(entry: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const waiting = [resolve(entry)];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (files.has(path)) continue;
    const text = readFileSync(path, 'utf8');
    files.set(path, text);
    for (const imported of importsOf(text)) {
      const target = resolve(dirname(path), imported);
      if (!existsSync(target)) throw new Error(`${path} imports ${imported}, which does not exist`);
      waiting.push(target);
    }
  }
  return files;
}

/** `import … from './x.ts'`, `export … from './x.ts'`, `import './x.ts'` and `import('./x.ts')`. */
const IMPORT =
  /(?:^|\n)\s*(?:import|export)(?!\s+type\b)[^;'"]*?from\s*'(\.[^']+)'|(?:^|\n)import\s*'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'/g;

function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].flatMap(([, from, bare, lazy]) => from ?? bare ?? lazy ?? []);
}
