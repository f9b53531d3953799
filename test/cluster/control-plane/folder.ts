import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyPair } from './certificates.ts';

/** Where one control plane keeps its files: keys, configuration, etcd's data, logs. */
export interface Folder {
  readonly path: string;
  /** Path of a file in it. */
  at(name: string): string;
  /** Writes a file that nobody else may read. @returns its path. */
  write(name: string, content: string): Promise<string>;
  /** Writes `<name>.crt` and `<name>.key`. */
  writeKeyPair(name: string, pair: KeyPair): Promise<KeyPairFiles>;
  remove(): Promise<void>;
}

/** Paths. */
export interface KeyPairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Where processes write their numbers; see `watchdog.ts`. */
export const PIDS = 'pids';

export async function createFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'shoot-dualstack-cluster-'));
  const at = (name: string) => join(path, name);
  await mkdir(at(PIDS));
  async function write(name: string, content: string): Promise<string> {
    // Renamed into place: servers read some of these files again while they run.
    await writeFile(at(`${name}.new`), content, { mode: 0o600 });
    await rename(at(`${name}.new`), at(name));
    return at(name);
  }
  return {
    path,
    at,
    write,
    writeKeyPair: async (name, pair) => ({
      certificate: await write(`${name}.crt`, pair.certificate),
      key: await write(`${name}.key`, pair.key),
    }),
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** The last lines of a file, for people; empty when there is none. */
export async function lastLines(file: string, count: number): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
