import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a control plane in `temporary` keeps its files, and the numbers of its servers; undefined without one. */
export async function controlPlaneIn(
  temporary: string,
): Promise<{ folder: string; pids: readonly number[] } | undefined> {
  const name = (await readdir(temporary)).find((entry) => entry.startsWith('shoot-dualstack-cluster-'));
  if (name === undefined) return undefined;
  const folder = join(temporary, name);
  const files = await readdir(join(folder, 'pids')).catch(() => []);
  const pids = files.map((file) => Number(readFileSync(join(folder, 'pids', file), 'utf8')));
  return { folder, pids: pids.filter((pid) => pid > 0) };
}

/** A process that has ended, and is only waiting for somebody to take note of it, does not run. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // No such folder on this system, so the number must do; or it has ended just now, which the next look sees.
    return true;
  }
}
