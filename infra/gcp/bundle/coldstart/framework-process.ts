import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { endChild, endOf, freePort } from '../../../local/child-process.ts';
import { FRAMEWORK } from '../bundle.ts';

export interface FunctionProcessOptions {
  /** The project's folder: where functions-framework is installed. */
  readonly root: string;
  /** What functions-framework loads: a folder with a package.json, or a file. */
  readonly source: string;
  /** The function's name. */
  readonly target: string;
  /** Environment variables; nothing else of this process's own than PATH goes along. */
  readonly env: Readonly<Record<string, string>>;
}

/** A function that serves, in a process of its own. */
export interface FunctionProcess {
  readonly pid: number;
  readonly url: string;
  /** Milliseconds of the wall from the process's start to its saying that it listens. */
  readonly msToServe: number;
  /** What it printed so far, on both outputs. */
  said(): string;
  /** Repeatable. */
  stop(): Promise<void>;
}

/** A slow machine needs seconds for what takes milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Starts a function under functions-framework's own command, as Google's runtime does, and waits until it serves.
 *
 * @throws Error with what the process printed, when it ends instead or takes a minute.
 */
export async function startFunction(options: FunctionProcessOptions): Promise<FunctionProcess> {
  const { root, source, target, env } = options;
  const port = await freePort();
  const command = [frameworkCommand(root), `--source=${source}`, `--target=${target}`, `--port=${port}`];
  const startedAt = performance.now();
  const child = spawn(process.execPath, command, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...env },
  });
  const ended = endOf(child);
  const output = linesOf(child);
  const stop = () => endChild(child, ended, 1_000);
  const tooLate = new AbortController();
  const timer = setTimeout(() => tooLate.abort(), PATIENCE_MS);
  try {
    const how = await Promise.race([
      output.until('URL: ').then(() => undefined),
      ended,
      new Promise<string>((resolve) => {
        tooLate.signal.addEventListener('abort', () => resolve('it does not serve after a minute'));
      }),
    ]);
    const msToServe = performance.now() - startedAt;
    if (how !== undefined || child.pid === undefined) {
      throw new Error(`${target} from ${source}: ${how ?? 'no process'}; it said:\n${output.text()}`);
    }
    return { pid: child.pid, url: `http://127.0.0.1:${port}`, msToServe, said: output.text, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function frameworkCommand(root: string): string {
  const index = createRequire(join(root, 'package.json')).resolve(FRAMEWORK);
  return join(dirname(index), 'main.js');
}

function linesOf(child: ChildProcess) {
  let text = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      for (const wake of waiting) wake();
    });
  }
  return {
    text: () => text,
    until: (words: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!text.includes(words)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
