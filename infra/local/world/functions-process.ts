import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const HOST = fileURLToPath(new URL('functions-host.ts', import.meta.url));
const ready = z.object({ port: z.number().int() });

/** The functions, in a process of their own that is started again whenever it dies, as Cloud Run does. */
export class FunctionsProcess {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #log: WriteStream;
  readonly #onRestart: (what: string) => void;
  #child: ChildProcess | undefined;
  #port = 0;
  #stopping = false;

  /** `environment` is all that the process is told, beside the PATH. Its output goes to `logFile`. */
  constructor(options: {
    environment: Readonly<Record<string, string>>;
    logFile: string;
    onRestart: (what: string) => void;
  }) {
    this.#environment = options.environment;
    this.#log = createWriteStream(options.logFile, { flags: 'a' });
    this.#onRestart = options.onRestart;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Resolves when the functions answer. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', HOST], {
      env: { PATH: process.env.PATH ?? '', ...this.#environment, PORT: String(this.#port) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A Ctrl-C in the terminal is for the world, which then stops its functions.
      detached: true,
    });
    this.#child = child;
    child.stdout?.pipe(this.#log, { end: false });
    child.stderr?.pipe(this.#log, { end: false });
    const exited = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the functions process ended at once (${signal ?? `exit code ${code}`})`);
    });
    const [message] = await Promise.race([once(child, 'message'), exited]);
    exited.catch(() => {});
    this.#port = ready.parse(message).port;
    child.once('exit', (code, signal) => void this.#exited(signal ?? `exit code ${code}`));
  }

  /** Ends the process without warning, as a crash would; it is started again. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  /** Lets what is under way come to a safe point, then ends. Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await exit;
      clearTimeout(patience);
    }
    this.#log.end();
  }

  async #exited(why: string): Promise<void> {
    if (this.#stopping) return;
    try {
      // The same port again: the bus goes on knocking there.
      await this.start();
      this.#onRestart(`the functions died (${why}) and were started again, process ${this.pid}`);
    } catch (error) {
      this.#onRestart(`the functions died (${why}) and did not start again: ${error}`);
    }
  }
}
