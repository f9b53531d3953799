import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { systemClock } from '../../../shared/clock.ts';
import { endOf } from '../child-process.ts';

const HOST = fileURLToPath(new URL('functions-host.ts', import.meta.url));
const ready = z.object({ port: z.number().int() });
/** Cloud Run's patience with an instance that was asked to end; on a slow machine that has to be more. */
export const DRAIN_MS = 10_000;

/** The heap that an instance may have: one that leaks dies of it. Without a bound Node takes what the machine has. */
const HEAP_MIB = 256;
const NODE_OPTIONS = [`--max-old-space-size=${HEAP_MIB}`, '--disable-warning=ExperimentalWarning'];

/** What an instance writes, line by line. */
export type OnLine = (line: string, stream: 'stdout' | 'stderr', pid: number) => void;

/** How an instance's life ended. */
export interface InstanceEnd {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last signal of ours that is meant to end a process; undefined when it ended by itself. */
  readonly asked: 'SIGKILL' | 'SIGTERM' | undefined;
  /** Milliseconds of the wall from our first such signal to the end. */
  readonly tookMs: number;
  /** Whether it was asked to end and was killed, since it did not. */
  readonly insisted: boolean;
}

/** One process that serves all functions. */
export interface Instance {
  readonly pid: number;
  readonly url: string;
  /** Whether it stands still now. */
  isStopped(): boolean;
  readonly ended: Promise<InstanceEnd>;
  kill(): void;
  /** Lets what is under way come to a safe point; killed when that takes longer than this. */
  terminate(patienceMs: number): void;
  /** Stands still for so long; resolves when it goes on or has ended. */
  stopFor(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/**
 * Starts an instance and resolves when it answers. It ends when this process does, however that ends.
 *
 * @throws Error when it ended instead.
 */
export async function startInstance(
  environment: Readonly<Record<string, string>>,
  onLine: OnLine,
): Promise<Instance> {
  const child = spawn(process.execPath, [...NODE_OPTIONS, HOST], {
    env: { PATH: process.env.PATH ?? '', ...environment, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A Ctrl-C in the terminal is for the run, which then stops its instances.
    detached: true,
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    const input = child[stream];
    if (input !== null) createInterface({ input }).on('line', (line) => onLine(line, stream, child.pid ?? 0));
  }
  let asked: InstanceEnd['asked'];
  let askedAt = 0;
  let insisted = false;
  const ended = new Promise<InstanceEnd>((resolve) => {
    child.once('exit', (code, signal) => {
      const tookMs = asked === undefined ? 0 : systemClock.now() - askedAt;
      resolve({ pid: child.pid ?? 0, code, signal, asked, tookMs, insisted });
    });
  });
  const answer = await Promise.race([once(child, 'message'), endOf(child)]);
  if (typeof answer === 'string') throw new Error(`an instance did not start: ${answer}`);
  const { port } = ready.parse(answer[0]);

  function end(signal: 'SIGKILL' | 'SIGTERM'): void {
    if (asked === undefined) askedAt = systemClock.now();
    asked = signal;
    child.kill(signal);
  }
  let stopped = false;
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    isStopped: () => stopped,
    ended,
    kill: () => end('SIGKILL'),
    terminate: (patienceMs) => {
      end('SIGTERM');
      const over = new AbortController();
      void ended.then(() => over.abort());
      const insist = () => {
        insisted = true;
        end('SIGKILL');
      };
      void systemClock.sleep(patienceMs, over.signal).then(insist, () => undefined);
    },
    stopFor: async (milliseconds, signal) => {
      stopped = true;
      const goOn = standStill(child);
      const over = new AbortController();
      void ended.then(() => over.abort());
      await systemClock.sleep(milliseconds, AbortSignal.any([signal, over.signal])).catch(() => undefined);
      goOn();
      stopped = false;
    },
  };
}

/**
 * Stops the process until the function that this returns is called, or this process is gone: a process that stands still
 * would not notice that, so a shell waits for it, at whose end the input of the shell ends.
 */
function standStill(child: ChildProcess): () => void {
  const { pid } = child;
  if (pid === undefined) return () => undefined;
  const waker = spawn('/bin/sh', ['-c', `read -r never; kill -CONT ${pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  waker.on('error', () => undefined);
  waker.stdin.on('error', () => undefined);
  child.kill('SIGSTOP');
  return () => {
    child.kill('SIGCONT');
    waker.stdin.end();
  };
}
