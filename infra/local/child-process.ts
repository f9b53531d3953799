import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { systemClock } from '../../shared/clock.ts';

/** Resolves when the process is gone, or never came to be, with how that was: `it ended with exit code 1`. */
export function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
  });
}

/** Asks the process to end, and insists after so long; resolves with `ended`. Repeatable. */
export async function endChild(
  child: ChildProcess,
  ended: Promise<unknown>,
  patienceMs: number,
): Promise<void> {
  child.kill('SIGTERM');
  const stopped = new AbortController();
  const insist = systemClock.sleep(patienceMs, stopped.signal).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  await ended;
  stopped.abort();
  await insist;
}

/** A loopback port that nobody has at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('no free port on 127.0.0.1');
}
