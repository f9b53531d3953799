import { unlessAborted } from '../../../shared/unless-aborted.ts';
import type { Life } from './life.ts';
import type { PortCall } from './port-calls.ts';

/** What leaves a function instance: an operation of the store, a publish, a look at nodes, an HTTP request to cloud or cluster. */
export interface OutgoingCall {
  /** Counted over all instances and runs of a world, from 1. */
  readonly number: number;
  readonly port: PortCall['port'];
  /** `commit`, `publish`, `unreached`; of HTTP requests the verb. */
  readonly method: string;
  /** What it concerns: paths of documents, the topic, the path of an HTTP request with its query; of a look nothing. */
  readonly subject: string;
  /** For whose run it is made; undefined for store and bus, which all of the engine uses. */
  readonly step: PortCall['step'];
  /** Fencing token of the claim for whose run it is made. */
  readonly fence?: PortCall['fence'];
}

/** A call on its way, as what befalls it finds it. */
export interface Passage<Answer> {
  readonly instance: Life;
  /** Sends it; of an HTTP request with another URL, if that is changed. May be done never or twice. */
  carryOut(changed?: (url: URL) => URL): Promise<Answer>;
  /** An answer in place of the server's: of HTTP requests only. @throws TypeError for other calls. */
  answer(status: number, body: object): Answer;
}

/** What befalls a call is put around it. */
export type Around = <Answer>(passage: Passage<Answer>) => Promise<Answer>;

/** The instance dies before it is sent, or after its effect and before the answer; it fails without effect; or anything else. */
export type Mishap = 'dies before' | 'dies after' | Error | Around;

/** Says of every outgoing call what befalls it; most of the time nothing. */
export type MishapOf = (call: OutgoingCall) => Mishap | undefined;

/** A call before it is numbered, and how it is made. */
export interface Outgoing<Answer> extends Omit<Passage<Answer>, 'instance'> {
  readonly call: Omit<OutgoingCall, 'number'>;
  /** When it aborts nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/** Numbers what leaves a world's function instances, and lets befall it what was ordered. */
export class OutgoingCalls {
  readonly #orders = new Set<MishapOf>();
  #made = 0;

  /** Calls so far. */
  get made(): number {
    return this.#made;
  }

  /** Asks about every call from now on; several mishaps of one call lie around each other. Returns a function that ends that. */
  onOutgoing(order: MishapOf): () => void {
    this.#orders.add(order);
    return () => this.#orders.delete(order);
  }

  /** Sends the call on behalf of an instance, unless that is over or something befalls it. A dead one's calls do not count. */
  async send<Answer>(instance: Life, { call, signal, ...way }: Outgoing<Answer>): Promise<Answer> {
    return await instance.within(() => {
      this.#made += 1;
      const mishaps = this.#mishapsOf(call, this.#made);
      if (mishaps.length === 0) return way.carryOut();
      let passage: Passage<Answer> = { ...way, instance };
      for (const mishap of mishaps) {
        const inner = passage;
        passage = { ...inner, carryOut: () => befallen(mishap, inner) };
      }
      return unlessAborted(passage.carryOut(), signal);
    });
  }

  #mishapsOf(call: Omit<OutgoingCall, 'number'>, number: number): readonly Mishap[] {
    if (this.#orders.size === 0) return [];
    let subject: string | undefined;
    const numbered: OutgoingCall = {
      ...{ number, port: call.port, method: call.method, step: call.step, fence: call.fence },
      // Written only for who reads it.
      get subject() {
        subject ??= call.subject;
        return subject;
      },
    };
    return [...this.#orders].flatMap((order) => order(numbered) ?? []);
  }
}

async function befallen<Answer>(mishap: Mishap, passage: Passage<Answer>): Promise<Answer> {
  const { instance, carryOut } = passage;
  if (mishap instanceof Error) throw mishap;
  if (typeof mishap === 'function') return await mishap(passage);
  if (mishap === 'dies before') instance.end();
  return await instance.within(async () => {
    try {
      return await carryOut();
    } finally {
      if (mishap === 'dies after') instance.end();
    }
  });
}
