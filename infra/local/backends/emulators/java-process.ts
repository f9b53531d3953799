import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { systemClock } from '../../../../shared/clock.ts';
import { endChild, endOf, freePort } from '../../child-process.ts';

export interface JavaServer {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** Asks it to end, insists after five seconds; resolves when it is gone. */
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 5_000;
const LOG_LINES = 20;

/**
 * Starts a Java server on a free loopback port and waits until `GET /` answers. Started from the jar and not through
 * gcloud, whose death leaves the JVM behind (local-components.md §1). It dies with this process, however that ends.
 *
 * @throws Error with the end of its log when it ends or stays silent instead.
 */
export async function startJavaServer(
  name: string,
  java: string,
  argumentsFor: (port: number) => readonly string[],
): Promise<JavaServer> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  // In a session of its own: Ctrl-C in a terminal must not take the store from under a world that is still stopping.
  const child = spawn(java, argumentsFor(port), { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const ended = endOf(child);
  const log = collectLog(child);
  const forget = endWithThisProcess(child);

  async function stop(): Promise<void> {
    await endChild(child, ended, STOP_DEADLINE_MS);
    forget();
  }

  const asking = new AbortController();
  const problem = await Promise.race([ended, readiness(host, asking.signal)]);
  asking.abort();
  if (problem !== undefined) {
    await stop();
    throw new Error(`the ${name} did not start: ${problem}\n${log.join('\n')}`);
  }
  return { host, stop };
}

/** Undefined as soon as the server answers; a description when it does not in time. */
async function readiness(host: string, signal: AbortSignal): Promise<string | undefined> {
  const giveUpAt = systemClock.now() + START_DEADLINE_MS;
  while (systemClock.now() < giveUpAt && !signal.aborted) {
    const ready = await fetch(`http://${host}/`, { signal: AbortSignal.timeout(2_000) }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.ok;
      },
      () => false,
    );
    if (ready) return undefined;
    await systemClock.sleep(50);
  }
  return `no answer on ${host} within ${START_DEADLINE_MS / 1000} s`;
}

/** The last lines that the process wrote; grows while it runs. */
function collectLog(child: ChildProcess): readonly string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter((line) => line.trim() !== ''));
      lines.splice(0, lines.length - LOG_LINES);
    });
  }
  return lines;
}

/**
 * Lets the child not outlive this process: an exit hook for ends in order, and for SIGKILL a shell that waits
 * for the end of its input, which comes when this process is gone.
 *
 * @returns undoes it, for a child that has ended.
 */
function endWithThisProcess(child: ChildProcess): () => void {
  const { pid } = child;
  if (pid === undefined) return () => undefined;
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const watcher = spawn('/bin/sh', ['-c', `read -r ended; [ "$ended" ] || kill -KILL ${pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Without a shell the exit hook has to do.
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  return () => {
    process.off('exit', kill);
    watcher.stdin.end('ended\n');
  };
}
