import { Worker } from 'node:worker_threads';
import type { Case } from '../case.ts';
import type { Survey } from '../trial.ts';
import type { Answer, Order } from './messages.ts';

/** What came of a case that was given to the pool. */
export type Outcome =
  | { readonly kind: 'ran'; readonly survey: Survey }
  /** The worker threw, died, or did not answer in time: the case is to be looked at all the same. */
  | { readonly kind: 'lost'; readonly why: string }
  /** The pool was stopped before there was an answer. */
  | { readonly kind: 'stopped' };

interface Job {
  readonly case: Case;
  readonly resolve: (outcome: Outcome) => void;
}

/** Worlds that died in the middle of something leave some memory behind; a new thread begins without it. */
const CASES_PER_THREAD = 500;

/**
 * Threads that run cases. A case whose thread dies or hangs is told as lost and the thread replaced, so that no case is
 * silently missing from the count.
 */
export class WorkerPool {
  readonly #file: URL;
  readonly #patienceMs: number;
  readonly #waiting: Job[] = [];
  readonly #idle: Worker[] = [];
  /** With how many cases each may still run. */
  readonly #all = new Map<Worker, number>();
  readonly #casesPerThread: number;
  #stopped = false;

  /**
   * @param patienceMs How long a case may take on the wall before its thread counts as hanging.
   * @param options The worker's script, and after how many cases a thread gives way to a new one.
   */
  constructor(
    size: number,
    patienceMs: number,
    { file = new URL('./worker.ts', import.meta.url), casesPerThread = CASES_PER_THREAD } = {},
  ) {
    this.#file = file;
    this.#casesPerThread = casesPerThread;
    this.#patienceMs = patienceMs;
    for (let started = 0; started < size; started += 1) this.#start();
  }

  /** Runs a case when a thread is free. Never rejects. */
  run(theCase: Case): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    if (this.#stopped) resolve(STOPPED);
    else this.#waiting.push({ case: theCase, resolve });
    this.#handOut();
    return promise;
  }

  /** Ends the threads, whatever they do; what was not answered is told as stopped. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve(STOPPED);
    await Promise.all([...this.#all.keys()].map((worker) => worker.terminate()));
  }

  #start(): void {
    const worker = new Worker(this.#file);
    // Whoever waits for an answer hears of an error by the listeners of `#give`; unheard of, it would end this process.
    worker.on('error', () => undefined);
    worker.on('exit', () => this.#forget(worker));
    this.#all.set(worker, this.#casesPerThread);
    this.#idle.push(worker);
  }

  #forget(worker: Worker): void {
    this.#all.delete(worker);
    const place = this.#idle.indexOf(worker);
    if (place >= 0) this.#idle.splice(place, 1);
  }

  #handOut(): void {
    if (this.#all.size === 0 && this.#waiting.length > 0) this.#start();
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const [worker, job] = [this.#idle.shift(), this.#waiting.shift()];
      if (worker !== undefined && job !== undefined) this.#give(worker, job);
    }
  }

  #give(worker: Worker, job: Job): void {
    const watchdog = setTimeout(() => {
      end({ kind: 'lost', why: `no answer within ${this.#patienceMs / 1_000} s of the wall` }, false);
    }, this.#patienceMs);
    const answered = (answer: Answer) => {
      if (answer.kind === 'ran') end({ kind: 'ran', survey: answer.survey }, true);
      else end({ kind: 'lost', why: answer.why }, true);
    };
    const failed = (error: Error) => end({ kind: 'lost', why: `its thread ended: ${error.message}` }, false);
    const exited = (code: number) => {
      end(this.#stopped ? STOPPED : { kind: 'lost', why: `its thread exited with ${code}` }, false);
    };
    const end = (outcome: Outcome, usable: boolean) => {
      clearTimeout(watchdog);
      worker.off('message', answered).off('error', failed).off('exit', exited);
      const left = (this.#all.get(worker) ?? 0) - 1;
      this.#all.set(worker, left);
      if (usable && left > 0) this.#idle.push(worker);
      else this.#replace(worker);
      job.resolve(outcome);
      this.#handOut();
    };
    worker.on('message', answered).on('error', failed).on('exit', exited);
    worker.postMessage({ case: job.case } satisfies Order);
  }

  #replace(worker: Worker): void {
    this.#forget(worker);
    void worker.terminate();
    if (!this.#stopped) this.#start();
  }
}

const STOPPED: Outcome = { kind: 'stopped' };
