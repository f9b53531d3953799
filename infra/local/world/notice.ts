import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the command line finds the world that runs in this clone (cli/context/local-world.ts). */
const NOTICE = fileURLToPath(new URL('../../../.local/world.json', import.meta.url));

/** How the functions of the world reach cloud, garden and cluster, by the names of their settings. */
export type WorldAccess = Readonly<
  Record<'COMPUTE_ENDPOINT' | 'SHOOT_KUBECONFIG' | 'GARDEN_KUBECONFIG', string>
>;

export interface Notice {
  readonly url: string;
  /** Of the shoot's infrastructure. */
  readonly project: string;
  readonly access: WorldAccess;
}

/** Says that this process serves a world, whoever did so before. Returns what takes it back, if it is ours still. */
export async function putUpNotice(notice: Notice): Promise<() => Promise<void>> {
  const text = `${JSON.stringify({ ...notice, pid: process.pid }, null, 2)}\n`;
  await mkdir(dirname(NOTICE), { recursive: true });
  const draft = `${NOTICE}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, NOTICE);
  return async () => {
    const present = await readFile(NOTICE, 'utf8').catch(() => undefined);
    if (present === text) await rm(NOTICE, { force: true });
  };
}
