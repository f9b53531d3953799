import { ApiError } from '../rules/errors.ts';

/** What is asked of the server, in the words of its audit log. */
export interface ApiRequest {
  readonly verb: Verb;
  /** `pods`, `deployments.apps`, with the subresource behind a slash: `pods/eviction`. */
  readonly resource: string;
  readonly namespace: string;
  /** Empty for a list, a watch or a create. */
  readonly name: string;
}

/** A request, or the question whether it would be allowed; that may be about any verb. */
export type Access = Omit<ApiRequest, 'verb'> & { readonly verb: string };

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export interface Fault {
  /** Which requests count; every given field must be equal. */
  readonly match?: Partial<ApiRequest>;
  /** The how-manieth matching request fails, counted from now; 1 is the next. */
  readonly nth?: number;
  /** Whether it fails before anything happened or after its effect. */
  readonly when: 'before' | 'after';
  /** The HTTP status to answer with, or no answer at all. */
  readonly answer: number | 'connection-lost';
}

/** The server did not answer: the connection was refused or broke. What was asked may have happened. */
export class ConnectionLost extends Error {
  constructor() {
    super('the connection to the API server was lost');
    this.name = 'ConnectionLost';
  }
}

/**
 * Everything that comes from outside passes here, over HTTP or in process: requests are counted, and faults are played
 * as they were ordered. The controllers do not pass; they belong to the cluster.
 */
export class RequestGate {
  readonly #counts = new Map<string, number>();
  readonly #watches = new Set<() => void>();
  #forbidden: Partial<Access>[] = [];
  #faults: { readonly fault: Fault; left: number }[] = [];
  #away = false;

  /** Performs the request, unless a fault is due. */
  pass<Result>(request: ApiRequest, perform: () => Result): Result {
    this.#reachable();
    const counter = `${request.verb} ${request.resource}`;
    this.#counts.set(counter, (this.#counts.get(counter) ?? 0) + 1);
    const due = this.#dueFaults(request);
    for (const fault of due) if (fault.when === 'before') fail(fault);
    try {
      return perform();
    } finally {
      // Thrown from here, a fault takes the place of the answer, whatever that was.
      for (const fault of due) if (fault.when === 'after') fail(fault);
    }
  }

  /** Requests so far by verb and resource, e.g. `patch services`. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  failRequest(fault: Fault): void {
    this.#faults.push({ fault, left: fault.nth ?? 1 });
  }

  /** From now on whoever comes over HTTP, or as if so, may not do what has every given field equal. */
  forbid(access: Partial<Access>): void {
    this.#forbidden.push(access);
  }

  forbids(access: Access): boolean {
    return this.#forbidden.some((forbidden) => matches(forbidden, access));
  }

  clearFaults(): void {
    this.#faults = [];
    this.#forbidden = [];
  }

  /** While away, every request and watch breaks, as against a server that is down. */
  setAway(away: boolean): void {
    this.#away = away;
    if (away) this.dropWatches();
  }

  get away(): boolean {
    return this.#away;
  }

  /** Breaks the connection of every watch, without a last event. */
  dropWatches(): void {
    for (const close of [...this.#watches]) close();
  }

  /** Announces an open watch; the answer takes the announcement back. */
  openWatch(close: () => void): () => void {
    this.#watches.add(close);
    return () => this.#watches.delete(close);
  }

  #reachable(): void {
    if (this.#away) throw new ConnectionLost();
  }

  #dueFaults(request: ApiRequest): Fault[] {
    const matching = this.#faults.filter(({ fault }) => matches(fault.match ?? {}, request));
    for (const entry of matching) entry.left -= 1;
    this.#faults = this.#faults.filter(({ left }) => left > 0);
    return matching.filter(({ left }) => left === 0).map(({ fault }) => fault);
  }
}

function matches(wanted: Partial<Access>, request: Access): boolean {
  return (
    (wanted.verb ?? request.verb) === request.verb &&
    (wanted.resource ?? request.resource) === request.resource &&
    (wanted.namespace ?? request.namespace) === request.namespace &&
    (wanted.name ?? request.name) === request.name
  );
}

function fail({ answer }: Fault): never {
  if (answer === 'connection-lost') throw new ConnectionLost();
  throw new ApiError(answer, REASONS[answer] ?? 'InternalError', `fault ordered by a test: HTTP ${answer}`);
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  422: 'Invalid',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};
