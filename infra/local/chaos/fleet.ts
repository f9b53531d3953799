import { systemClock } from '../../../shared/clock.ts';
import { DRAIN_MS, type Instance, type InstanceEnd, type OnLine, startInstance } from './instance.ts';
import { type Stroke, type StrokeKind, USUAL_START_MS } from './strokes.ts';

/** A stroke that fell. Times in milliseconds of the wall. */
export interface Struck {
  readonly kind: StrokeKind;
  readonly pid: number;
  readonly at: number;
  /** Topics of the messages that the instance worked on. */
  readonly underWay: readonly string[];
}

/** Instances that fail to start in a row before the run is given up: no machine is that unlucky. */
const MOST_FAILED_STARTS = 5;

/** However slow a machine is, strokes fall. */
const MOST_SLOWNESS = 6;

/** The functions' instances: so many, each replaced at once when it is gone or about to go. */
export class Fleet {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #onLine: OnLine;
  /** Those that messages are sent to. */
  readonly #serving = new Set<Instance>();
  readonly #alive = new Set<Instance>();
  #wanted = 0;
  readonly #over = new AbortController();
  readonly #pending = new Set<Promise<void>>();
  readonly pids: number[] = [];
  readonly ends: InstanceEnd[] = [];
  readonly struck: Struck[] = [];
  #startMs = 0;
  /** Why the run cannot go on. */
  failure: Error | undefined;

  constructor(environment: Readonly<Record<string, string>>, onLine: OnLine) {
    this.#environment = environment;
    this.#onLine = onLine;
  }

  /** Resolves when so many serve. */
  async start(instances: number): Promise<void> {
    this.#wanted = instances;
    await Promise.all(Array.from({ length: instances }, () => this.#add()));
    if (this.failure !== undefined) throw this.failure;
  }

  /** How many times slower than usual this machine is, by the start of the newest instance; 1 at least, and bounded. */
  slowness(): number {
    return Math.min(MOST_SLOWNESS, Math.max(1, this.#startMs / USUAL_START_MS));
  }

  /** Where a message can be sent now. One that stands still is among them: nobody knows that it does. */
  targets(): readonly Instance[] {
    return [...this.#serving];
  }

  alive(): readonly Instance[] {
    return [...this.#alive];
  }

  /**
   * Strikes one of the instances, one with work under way if there is any, so that it is hit in the middle of it. An
   * instance that stands still is left to its lot. Does nothing when fewer than half of them are there and awake: where
   * a machine starts instances more slowly than they are struck, nothing but starts would be tested.
   */
  strike({ kind, pick, stoppedMs }: Stroke, underWay: (pid: number) => readonly string[]): void {
    const awake = [...this.#serving].filter((instance) => !instance.isStopped());
    const busy = awake.filter(({ pid }) => underWay(pid).length > 0);
    const candidates = busy.length > 0 ? busy : awake;
    const instance = candidates[Math.floor(pick * candidates.length)];
    if (instance === undefined || awake.length * 2 < this.#wanted) return;
    const { pid } = instance;
    this.struck.push({ kind, pid, at: systemClock.now(), underWay: [...underWay(pid)] });
    switch (kind) {
      case 'SIGKILL':
        instance.kill();
        return;
      case 'SIGTERM':
        // As Cloud Run does: no new requests, and the next instance at once.
        this.#serving.delete(instance);
        instance.terminate(DRAIN_MS * this.slowness());
        this.#inBackground(this.#add());
        return;
      case 'SIGSTOP':
        this.#inBackground(instance.stopFor(stoppedMs, this.#over.signal));
    }
  }

  /** Ends all instances; resolves when they are gone. Repeatable. */
  async stop(): Promise<void> {
    this.#over.abort();
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    const alive = [...this.#alive];
    for (const instance of alive) instance.terminate(DRAIN_MS * this.slowness());
    await Promise.all(alive.map(({ ended }) => ended));
  }

  async #add(): Promise<void> {
    for (let attempt = 1; !this.#over.signal.aborted; attempt += 1) {
      try {
        const began = systemClock.now();
        const instance = await startInstance(this.#environment, this.#onLine);
        this.#startMs = systemClock.now() - began;
        this.pids.push(instance.pid);
        this.#alive.add(instance);
        this.#serving.add(instance);
        void instance.ended.then((end) => this.#ended(instance, end));
        return;
      } catch (error) {
        if (attempt < MOST_FAILED_STARTS) continue;
        this.failure = error instanceof Error ? error : new Error(String(error));
        return;
      }
    }
  }

  #ended(instance: Instance, end: InstanceEnd): void {
    this.ends.push(end);
    this.#alive.delete(instance);
    if (this.#serving.delete(instance) && !this.#over.signal.aborted) this.#inBackground(this.#add());
  }

  #inBackground(work: Promise<void>): void {
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
  }
}
