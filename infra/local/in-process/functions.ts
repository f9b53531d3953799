import type { PushRequest } from '../backends/embedded/message.ts';
import type { CallCounts } from '../gce/index.ts';
import { type Reception, receive } from './edge.ts';
import { type Connections, type FunctionInstance, startInstance } from './instance.ts';
import { countedSince, type RunLog } from './run-log.ts';

/**
 * The time-out of a function's run (DESIGN §4). Modelled as the death of its instance, the hardest that may become of it then: nothing
 * of the run goes on.
 */
const FUNCTION_TIMEOUT_MS = 540_000;
/** A reason of its own: without one, each abort makes an error with its stack. */
const ANSWERED = 'answered';

/**
 * Every function of the product on a number of instances that take turns; one that died is replaced at once, and what one
 * that stands still would have got goes to the next, as where an instance takes one request at a time.
 */
export class Functions {
  readonly #connections: Connections;
  readonly #runLog: RunLog;
  readonly #counts: () => CallCounts['byMethod'];
  readonly #instances: FunctionInstance[];
  readonly #inHand = new Map<FunctionInstance, number>();
  #turn = 0;

  constructor(
    connections: Connections,
    options: {
      readonly instances: number;
      readonly runLog: RunLog;
      /** Calls to Compute Engine so far. */
      readonly counts: () => CallCounts['byMethod'];
    },
  ) {
    this.#connections = connections;
    this.#runLog = options.runLog;
    this.#counts = options.counts;
    this.#instances = Array.from({ length: options.instances }, (_, place) =>
      startInstance(connections, place),
    );
  }

  /** Hands a message to the next instance, and says whether it was acknowledged; a death is a connection that broke. */
  async deliver(topic: string, request: PushRequest): Promise<boolean> {
    const instance = this.#nextInstance();
    const { engine, life } = instance;
    const startedAt = this.#connections.clock.now();
    const before = this.#counts();
    const died = life.ended.then((): Reception => ({ kind: 'failed', error: 'its instance was killed' }));
    this.#inHand.set(instance, this.#inHandOf(instance) + 1);
    const answered = new AbortController();
    this.#connections.clock.sleep(FUNCTION_TIMEOUT_MS, answered.signal).then(
      () => life.end(),
      () => undefined,
    );
    const reception = await Promise.race([receive(engine, topic, request), died]);
    answered.abort(ANSWERED);
    this.#inHand.set(instance, this.#inHandOf(instance) - 1);
    if (this.#inHandOf(instance) === 0) {
      this.#inHand.delete(instance);
      instance.rest();
    }
    this.#runLog.runs.push({
      topic,
      startedAt,
      endedAt: this.#connections.clock.now(),
      ending: life.isOver ? 'died' : reception.kind,
      said: said(reception),
      calls: countedSince(before, this.#counts()),
    });
    return !life.isOver && reception.kind !== 'failed';
  }

  kill(): void {
    for (const { life } of this.#instances) life.end();
  }

  /** The instances at present. */
  instances(): readonly FunctionInstance[] {
    return this.#instances;
  }

  #inHandOf(instance: FunctionInstance): number {
    return this.#inHand.get(instance) ?? 0;
  }

  #nextInstance(): FunctionInstance {
    // Where awaits end an instance, they must not end what another message has it do.
    const alone = this.#connections.suspendAfterMs() !== undefined;
    for (let tried = 0; tried < this.#instances.length; tried += 1) {
      this.#turn = (this.#turn + 1) % this.#instances.length;
      const instance = this.#present(this.#turn);
      if (!instance.life.standsStill && !(alone && this.#inHandOf(instance) > 0)) return instance;
    }
    return this.#present(this.#instances.length);
  }

  /** Who is at the place; a new instance where nobody lives. */
  #present(place: number): FunctionInstance {
    const present = this.#instances[place];
    if (present !== undefined && !present.life.isOver && !present.isShuttingDown) return present;
    const started = startInstance(this.#connections, place);
    this.#instances[place] = started;
    return started;
  }
}

function said(reception: Reception): unknown {
  switch (reception.kind) {
    case 'acknowledged':
      return reception.result;
    case 'refused':
      return reception.why;
    case 'failed':
      return reception.error;
  }
}
