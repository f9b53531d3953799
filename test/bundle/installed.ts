import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type FunctionFolder, writeFolder } from '../../infra/gcp/bundle/function-folders.ts';

/** The project's folder. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const lockSchema = z.object({ packages: z.record(z.string(), z.unknown()) });

/** A folder of the system's for temporary files, away from the project and its packages. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'shoot-dualstack-bundle-'));
}

/** A function's folder with what its lock file names installed, and nothing else that could be found. */
export function installed(folder: FunctionFolder, below: string): string {
  const path = writeFolder(below, folder);
  const lock = lockSchema.parse(JSON.parse(readFileSync(join(path, 'package-lock.json'), 'utf8')));
  for (const place of Object.keys(lock.packages)) {
    // What is nested comes along with the package around it.
    if (place === '' || place.lastIndexOf('node_modules/') > 0) continue;
    mkdirSync(dirname(join(path, place)), { recursive: true });
    symlinkSync(join(ROOT, place), join(path, place), 'dir');
  }
  return path;
}
