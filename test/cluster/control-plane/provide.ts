import { systemClock } from '../../../shared/clock.ts';
import type { Binary, Environment } from './binaries.ts';
import { cacheFolder, findBinaries, SERVERS } from './binaries.ts';
import { build } from './build.ts';
import type { FoundGo } from './go.ts';
import { findGo, goFolders } from './go.ts';
import { pinned } from './pinned.ts';

/** Whether a control plane can be started here; if not, what to install. */
export type Provided = { readonly provided: true } | { readonly provided: false; readonly reason: string };

/** Whether the binaries are there, or could be built. Changes nothing. */
export async function canProvide(
  env: Environment = process.env,
  folders: readonly string[] = goFolders(env),
): Promise<Provided> {
  const { missing } = await findBinaries(env);
  if (missing.length === 0) return { provided: true };
  const go = await findGo(pinned().go, env, folders);
  return go.kind === 'usable' ? { provided: true } : { provided: false, reason: whatToInstall(missing, go) };
}

/**
 * Builds what is missing, one after the other, and says so line by line. With everything there it only looks.
 *
 * @throws Error with what Go said when it fails.
 */
export async function provideBinaries(
  say: (line: string) => void,
  env: Environment = process.env,
  folders: readonly string[] = goFolders(env),
): Promise<Provided> {
  const { missing } = await findBinaries(env);
  if (missing.length === 0) return { provided: true };
  const pins = pinned();
  const go = await findGo(pins.go, env, folders);
  if (go.kind !== 'usable') return { provided: false, reason: whatToInstall(missing, go) };
  const folder = cacheFolder(env);
  say(`building ${missing.join(', ')} with Go ${go.version} (${go.program}) into ${folder}`);
  say(`Kubernetes ${pins.kubernetes}; the first time this takes five to fifteen minutes`);
  for (const name of missing) {
    const startedAt = systemClock.now();
    await build(name, go.program, { folder, pinned: pins, env });
    say(`built ${name} in ${Math.round((systemClock.now() - startedAt) / 1000)} s`);
  }
  return { provided: true };
}

function whatToInstall(missing: readonly Binary[], go: Exclude<FoundGo, { kind: 'usable' }>): string {
  const { go: required, kubernetes } = pinned();
  const why =
    go.kind === 'none'
      ? 'there is no Go to build them with (neither on the PATH nor in /usr/local/go)'
      : `${go.program} is Go ${go.version}, while building them needs Go ${required} or later, and GOTOOLCHAIN keeps it from fetching that`;
  return (
    `${missing.join(', ')} missing, and ${why}. Install Go ${required} or later (https://go.dev/dl), or set ` +
    `KUBEBUILDER_ASSETS to a folder with ${SERVERS.join(', ')}, best of Kubernetes ${kubernetes}`
  );
}
