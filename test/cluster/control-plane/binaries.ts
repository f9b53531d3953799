import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { pinned } from './pinned.ts';

/** What a control plane is started from. */
export const SERVERS = ['etcd', 'kube-apiserver', 'kube-controller-manager'] as const;
export type Server = (typeof SERVERS)[number];

/** All that can be built; kubectl only where the PATH has none. */
export type Binary = Server | 'kubectl';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface FoundBinaries {
  /** Full paths of what is there. */
  readonly paths: ReadonlyMap<Binary, string>;
  /** What would have to be built. */
  readonly missing: readonly Binary[];
}

/**
 * Looks where the binaries are: each in the folder KUBEBUILDER_ASSETS, the ecosystem's convention, else in the cache of
 * those built here. The test assets that are published for envtest have no kube-controller-manager.
 */
export async function findBinaries(env: Environment = process.env): Promise<FoundBinaries> {
  const folders = [env.KUBEBUILDER_ASSETS, cacheFolder(env)];
  const paths = new Map<Binary, string>();
  for (const name of SERVERS) {
    const path = await executableIn(folders, name);
    if (path !== undefined) paths.set(name, path);
  }
  const kubectl = await executableIn([...folders, ...(env.PATH ?? '').split(delimiter)], 'kubectl');
  if (kubectl !== undefined) paths.set('kubectl', kubectl);
  const wanted: readonly Binary[] = [...SERVERS, 'kubectl'];
  return { paths, missing: wanted.filter((name) => !paths.has(name)) };
}

/** Full paths of the servers. @throws Error saying which are missing and how to get them. */
export async function serverPaths(env: Environment = process.env): Promise<Readonly<Record<Server, string>>> {
  const { paths } = await findBinaries(env);
  const pathOf = (name: Server): string => {
    const path = paths.get(name);
    if (path === undefined) throw new Error(`there is no ${name} here: run npm run cluster:install first`);
    return path;
  };
  return {
    etcd: pathOf('etcd'),
    'kube-apiserver': pathOf('kube-apiserver'),
    'kube-controller-manager': pathOf('kube-controller-manager'),
  };
}

/** Where the binaries built from these very modules for this machine are kept: a new version gets a new folder. */
export function cacheFolder(env: Environment = process.env): string {
  // An empty variable is as good as none (XDG Base Directory Specification).
  const caches = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  return join(caches, 'shoot-dualstack', 'control-plane', pinned().key);
}

export async function executableIn(
  folders: readonly (string | undefined)[],
  name: string,
): Promise<string | undefined> {
  for (const folder of folders) {
    if (!folder) continue;
    // Full: servers are started in a folder of their own.
    const path = resolve(folder, name);
    const there = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
}
