import { spawn } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { endChild, endOf, freePort } from '../../../infra/local/child-process.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { Server } from './binaries.ts';
import type { Folder } from './folder.ts';
import { lastLines, PIDS } from './folder.ts';

/** A server that runs and was ready once. */
export interface ServerProcess {
  readonly port: number;
  /** Asks it to end, insists after a time; resolves when it is gone. Repeatable. */
  stop(): Promise<void>;
}

export interface Start {
  readonly folder: Folder;
  readonly name: Server;
  readonly program: string;
  readonly argumentsFor: (port: number) => readonly string[];
  /** Whether the server does its work now. Asked again and again; an exception is a no. */
  readonly isReady: (port: number) => Promise<boolean>;
}

const READY_MS = 120_000;
const STOP_MS = 10_000;
const LOOK_AGAIN_MS = 50;
const LOG_LINES = 20;
const PORTS_TO_TRY = 5;

/** Somebody else took the port between our finding it and the server's binding it. */
class PortTaken extends Error {}

/** Starts a server on a free loopback port. @throws Error with the end of its log when it does not become ready. */
export async function startOnFreePort(start: Start): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startServer(start, await freePort());
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === PORTS_TO_TRY) throw error;
    }
  }
}

/** Starts a server again where its clients look for it; waits for whoever took that port meanwhile. */
export async function startOnSamePort(start: Start, port: number): Promise<ServerProcess> {
  const giveUpAt = systemClock.now() + READY_MS;
  for (;;) {
    try {
      return await startServer(start, port);
    } catch (error) {
      if (!(error instanceof PortTaken) || systemClock.now() > giveUpAt) throw error;
      await systemClock.sleep(500);
    }
  }
}

async function startServer(start: Start, port: number): Promise<ServerProcess> {
  const { folder, name, program } = start;
  const logFile = folder.at(`${name}.log`);
  const pidFile = folder.at(`${PIDS}/${name}`);
  const log = await open(logFile, 'w');
  // The shell becomes the server under the same number, after that number is known to the watchdog.
  const child = spawn(
    '/bin/sh',
    ['-c', 'echo $$ > "$0" && exec "$@"', pidFile, program, ...start.argumentsFor(port)],
    { stdio: ['ignore', log.fd, log.fd], detached: true, cwd: folder.path },
  );
  // Before anything is awaited: one that ends at once would not be heard.
  const ended = endOf(child);
  await log.close();
  // A number is free for other processes from now on.
  const forgotten = ended.then(() => rm(pidFile, { force: true }));

  const stop = () => endChild(child, forgotten, STOP_MS);

  const waiting = new AbortController();
  const problem = await Promise.race([ended, readiness(() => start.isReady(port), waiting.signal)]);
  waiting.abort();
  if (problem === undefined) return { port, stop };
  await stop();
  const end = await lastLines(logFile, LOG_LINES);
  if (/address already in use/.test(end)) throw new PortTaken(`port ${port} is taken\n${end}`);
  throw new Error(`${name} did not start: ${problem}\n${end}`);
}

/** Undefined as soon as the server is ready; a description when it is not in time. */
async function readiness(isReady: () => Promise<boolean>, signal: AbortSignal): Promise<string | undefined> {
  const giveUpAt = systemClock.now() + READY_MS;
  let answer = 'it says so';
  while (systemClock.now() < giveUpAt && !signal.aborted) {
    try {
      if (await isReady()) return undefined;
      answer = 'it says so';
    } catch (error) {
      answer = String(error);
    }
    await systemClock.sleep(LOOK_AGAIN_MS);
  }
  return `not ready within ${READY_MS / 1000} s (${answer})`;
}
