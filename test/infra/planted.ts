import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');
export const CONFIGURATION = join(ROOT, 'infra/gcp');

/** A change in a copy of a file: what stands there once, and what stands there instead. */
export interface Planted {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** With which comparison must find it, and what it must be about. */
export interface PlantedDifference extends Planted {
  readonly what: string;
  readonly check: string;
  readonly about: string;
}

/**
 * Works with a copy of the configuration in which this was changed, and removes it.
 *
 * @throws Error when the text to change is not there exactly once: then the test plants nothing.
 */
export async function withPlanted<Result>(
  { file, from, to }: Planted,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'));
  try {
    cpSync(CONFIGURATION, folder, { recursive: true, filter: (path) => !/[/\\]\.terraform/.test(path) });
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    const [, ...rest] = text.split(from);
    if (rest.length !== 1) throw new Error(`${file} has ${rest.length} times: ${from}`);
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
