import type { PushRequest } from '../backends/embedded/message.ts';
import type { CallCounts } from '../gce/index.ts';
import { type Reception, receive } from './edge.ts';
import { type Connections, type FunctionInstance, startInstance } from './instance.ts';
import { countedSince, type RunLog } from './run-log.ts';

/** Every function of the product on a number of instances that take turns; one that died is replaced at once. */
export class Functions {
  readonly #connections: Connections;
  readonly #runLog: RunLog;
  readonly #counts: () => CallCounts['byMethod'];
  readonly #instances: FunctionInstance[];
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
    this.#instances = Array.from({ length: options.instances }, () => startInstance(connections));
  }

  /** Hands a message to the next instance, and says whether it was acknowledged; a death is a connection that broke. */
  async deliver(topic: string, request: PushRequest): Promise<boolean> {
    const { engine, life } = this.#nextInstance();
    const startedAt = this.#connections.clock.now();
    const before = this.#counts();
    const died = life.ended.then((): Reception => ({ kind: 'failed', error: 'its instance was killed' }));
    const reception = await Promise.race([receive(engine, topic, request), died]);
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

  #nextInstance(): FunctionInstance {
    this.#turn = (this.#turn + 1) % this.#instances.length;
    const present = this.#instances[this.#turn];
    if (present !== undefined && !present.life.isOver) return present;
    const started = startInstance(this.#connections);
    this.#instances[this.#turn] = started;
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
