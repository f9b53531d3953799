import { ComputeError } from './errors.ts';

/** What goes wrong. */
export type FaultKind =
  /** The caller gets this HTTP error; with `effect: 'after'` the request was carried out all the same. */
  | {
      readonly kind: 'http-error';
      readonly code: number;
      readonly reason: string;
      readonly message?: string;
      readonly effect?: 'none' | 'after';
    }
  /** The connection breaks without an answer, before (`none`) or after the request was carried out. */
  | { readonly kind: 'drop-connection'; readonly effect?: 'none' | 'after' }
  /** The request is accepted with HTTP 200; its operation ends with this error and without effect. */
  | {
      readonly kind: 'operation-error';
      readonly reason: string;
      readonly code?: number;
      readonly message?: string;
    }
  /** The operation does not end (until `faults.release`), or after so many simulated milliseconds. */
  | { readonly kind: 'hang'; readonly milliseconds?: number };

export type Fault = FaultKind & {
  /** Method id, e.g. `routes.delete`. */
  readonly method: string;
  /** Which of the matching calls from now on: the first is 1 (the default); `'every'` for all of them. */
  readonly call?: number | 'every';
  /** Only calls whose path contains this, e.g. an instance's name. */
  readonly path?: string;
  /** Whose calls: over the wire (default), the world's own, or both. */
  readonly of?: 'clients' | 'actors' | 'all';
};

/** The faults that tests have asked for. */
export class Faults {
  readonly #planned: { readonly fault: Fault; seen: number }[] = [];
  readonly #release: (operation: string) => void;

  constructor(release: (operation: string) => void) {
    this.#release = release;
  }

  /** Plans a fault. Returns a function that takes it back. */
  add(fault: Fault): () => void {
    const planned = { fault, seen: 0 };
    this.#planned.push(planned);
    return () => {
      const index = this.#planned.indexOf(planned);
      if (index >= 0) this.#planned.splice(index, 1);
    };
  }

  clear(): void {
    this.#planned.length = 0;
  }

  /** Lets an operation that hangs end, with its effect. `operation` is its name. */
  release(operation: string): void {
    this.#release(operation);
  }

  /** Counts the call and returns the fault that strikes it, if one does. */
  strike(method: string, pathOfCall: () => string, caller: 'clients' | 'actors'): Fault | undefined {
    if (this.#planned.length === 0) return undefined;
    const path = pathOfCall();
    let struck: Fault | undefined;
    for (const planned of this.#planned) {
      const { fault } = planned;
      const of = fault.of ?? 'clients';
      if (fault.method !== method || !path.includes(fault.path ?? '')) continue;
      if (of !== 'all' && of !== caller) continue;
      planned.seen += 1;
      if (fault.call === 'every' || planned.seen === (fault.call ?? 1)) struck ??= fault;
    }
    return struck;
  }
}

/** Thrown instead of an answer: the server breaks the connection. */
export class ConnectionDropped extends Error {
  constructor() {
    super('the connection was dropped by a planned fault');
    this.name = 'ConnectionDropped';
  }
}

/** The error a fault answers with. */
export function faultError(fault: { code?: number; reason: string; message?: string }): ComputeError {
  return new ComputeError(fault.code ?? 400, fault.reason, fault.message ?? `Planned fault: ${fault.reason}`);
}
