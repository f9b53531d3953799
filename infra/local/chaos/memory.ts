import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The most memory that instances, and this process, were seen to have, in MiB. */
export class MemoryWatch {
  #instance = 0;
  #world = 0;

  /** Looks at these processes now. Those that are gone, or a machine without `ps`, count for nothing. */
  async look(pids: readonly number[]): Promise<void> {
    this.#world = Math.max(this.#world, mib(process.memoryUsage.rss() / 1024));
    if (pids.length === 0) return;
    const listed = promisify(execFile)('ps', ['-o', 'rss=', '-p', pids.join()]);
    const { stdout } = await listed.catch(() => ({ stdout: '' }));
    for (const line of stdout.split('\n')) this.#instance = Math.max(this.#instance, mib(Number(line)));
  }

  most(): { readonly instance: number; readonly world: number } {
    return { instance: this.#instance, world: this.#world };
  }
}

function mib(kib: number): number {
  return Math.round(kib / 1024);
}
