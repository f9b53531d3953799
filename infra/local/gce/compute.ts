import { alreadyExists, ComputeError, invalid, notFound, notReady } from './core/errors.ts';
import type { Fault } from './core/faults.ts';
import { ConnectionDropped, Faults, faultError } from './core/faults.ts';
import type { LatencyProfile } from './core/latency.ts';
import { answerDuration, operationDuration } from './core/latency.ts';
import type { Call, Method, Mutation, Place } from './core/method.ts';
import type { Fate } from './core/operations.ts';
import { OperationStore } from './core/operations.ts';
import type { Project } from './core/project.ts';
import { checkConcurrentOperations, RateMeter } from './core/quotas.ts';
import type { Operation } from './core/resources.ts';

/** Who calls: a client over the wire, or an actor of the simulated world. */
export type Caller = 'clients' | 'actors';

/** What the API answers: a status and, except for 304, a JSON body. */
export interface Answer {
  readonly status: 200 | 304;
  readonly body?: object;
  /** The operation that the call started, or had started before with the same requestId. */
  readonly operation?: Operation;
}

/** Calls by clients, by method id; those by actors of the simulated world are not in here. */
export interface CallCounts {
  readonly byMethod: Readonly<Record<string, number>>;
  readonly mutating: number;
  readonly total: number;
}

/**
 * Compute Engine without the wire: carries out one call of one method, with latency, quotas, repeats and planned faults.
 * The HTTP server and the world's actors both come through here.
 */
export class Compute {
  readonly project: Project;
  readonly operations: OperationStore;
  readonly faults: Faults;
  /** Zones and regions that do not answer, e.g. `zones/europe-west1-b`; may be changed at any time. */
  readonly unreachable = new Set<string>();
  readonly #latency: LatencyProfile;
  readonly #rate = new RateMeter();
  readonly #counts = new Map<string, number>();
  #mutating = 0;
  /** The counts by method, put in order when somebody asked last; undefined as soon as one of them is another. */
  #byMethod: CallCounts['byMethod'] | undefined;

  constructor(project: Project, latency: LatencyProfile) {
    this.project = project;
    this.#latency = latency;
    this.operations = new OperationStore(project);
    this.faults = new Faults((name) => this.operations.release(name));
  }

  /** @throws ComputeError when the API refuses, ConnectionDropped when a fault says so. */
  async call(method: Method, call: Call, caller: Caller): Promise<Answer> {
    if (caller === 'clients') this.#count(method);
    const kind = method.quota === 'writes' ? 'request' : 'read';
    await this.project.timeline.sleep(answerDuration(this.#latency, kind, this.project.random));
    this.project.timeline.settle();
    const fault = this.faults.strike(method.id, () => pathText(method, call), caller);
    refuseBefore(fault);
    const { project } = this;
    this.#checkPlace(call, kind);
    this.#rate.spend(project.quotas, method.quota, project.timeline.now(), project.number);
    const answer = await this.#carryOut(method, call, fault);
    refuseAfter(fault);
    return answer;
  }

  /** The project as a read of it finds it: after the time a read takes. Not counted, not limited. */
  async read(): Promise<Project> {
    const { project } = this;
    await project.timeline.sleep(answerDuration(this.#latency, 'read', project.random));
    project.timeline.settle();
    return project;
  }

  counts(): CallCounts {
    this.#byMethod ??= Object.freeze(Object.fromEntries([...this.#counts].sort(byName)));
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    return { byMethod: this.#byMethod, mutating: this.#mutating, total };
  }

  stop(): void {
    this.project.timeline.stop();
    this.operations.stop();
  }

  #count(method: Method): void {
    this.#counts.set(method.id, (this.#counts.get(method.id) ?? 0) + 1);
    if (method.quota === 'writes') this.#mutating += 1;
    this.#byMethod = undefined;
  }

  #checkPlace(call: Call, kind: string): void {
    const { project: id, region, zone } = call.params;
    if (id !== undefined && id !== this.project.id) throw notFound(`projects/${id}`);
    if (region !== undefined && !this.project.regions.includes(region)) {
      throw invalid('region', region, 'Unknown region.');
    }
    if (zone !== undefined && !this.project.zones.includes(zone))
      throw invalid('zone', zone, 'Unknown zone.');
    const scope = zone === undefined ? `regions/${region}` : `zones/${zone}`;
    if (kind === 'read' && this.unreachable.has(scope)) {
      throw new ComputeError(503, 'backendError', `Backend Error: ${scope} cannot be reached`);
    }
  }

  async #carryOut(method: Method, call: Call, fault: Fault | undefined): Promise<Answer> {
    const repeat = method.quota === 'writes' ? requestOf(method, call) : undefined;
    const before =
      repeat === undefined ? undefined : this.operations.repeated(repeat.requestId, repeat.request);
    if (before !== undefined) return { status: 200, body: before, operation: before };
    const place: Place = {
      project: this.project,
      operations: this.operations,
      unreachable: this.unreachable,
    };
    const outcome = await method.run(place, call);
    if ('unchanged' in outcome) return { status: 304 };
    if ('body' in outcome) return { status: 200, body: outcome.body };
    const { mutation } = outcome;
    this.#checkReady(mutation);
    checkConcurrentOperations({
      quotas: this.project.quotas,
      operations: this.operations,
      scope: mutation.scope,
      method: method.id,
      project: this.project.id,
      metadataKey: this.project.switches.quotaErrorMetadataKey,
    });
    const duration = operationDuration(this.#latency, method.id, this.project.random);
    const operation = this.operations.start(method.id, mutation, duration, fateOf(fault), repeat);
    return { status: 200, body: operation, operation };
  }

  /** gcp-compute-semantics.md §1.5: 400 while the target, or its network, has an operation in flight. */
  #checkReady(mutation: Mutation): void {
    const mode = this.project.switches.resourceNotReady;
    const busy = this.operations.inFlight(mutation.target);
    if (busy === 'insert' && mutation.operationType === 'insert') throw alreadyExists(mutation.target);
    if (mode === 'off') return;
    if (busy !== undefined && mutation.waitsForTarget !== false) throw notReady(mutation.target);
    const { network } = mutation;
    if (
      mode === 'target-and-network' &&
      network !== undefined &&
      this.operations.inFlight(network) !== undefined
    ) {
      throw notReady(network);
    }
  }
}

function byName([one]: readonly [string, number], [other]: readonly [string, number]): number {
  return one < other ? -1 : 1;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A valid UUID, the zero UUID not supported (gcp-compute-semantics.md §4.2). */
function requestOf(method: Method, call: Call): { requestId: string; request: string } | undefined {
  const requestId = call.query.get('requestId');
  if (requestId === null || requestId === '') return undefined;
  if (!UUID.test(requestId) || /^[0-]+$/.test(requestId)) {
    throw invalid('requestId', requestId, 'Must be a UUID other than the zero UUID.');
  }
  return { requestId, request: JSON.stringify([method.id, call.params, call.body]) };
}

function pathText(method: Method, call: Call): string {
  return method.path.replace(/\{(\w+)\}/g, (_, name: string) => call.params[name] ?? '');
}

function refuseBefore(fault: Fault | undefined): void {
  if (fault?.kind === 'http-error' && fault.effect !== 'after') throw faultError(fault);
  if (fault?.kind === 'drop-connection' && fault.effect !== 'after') throw new ConnectionDropped();
}

function refuseAfter(fault: Fault | undefined): void {
  if (fault?.kind === 'http-error') throw faultError(fault);
  if (fault?.kind === 'drop-connection') throw new ConnectionDropped();
}

function fateOf(fault: Fault | undefined): Fate {
  if (fault?.kind === 'hang') return { kind: 'hangs', milliseconds: fault.milliseconds };
  return fault?.kind === 'operation-error'
    ? { kind: 'fails', error: faultError(fault) }
    : { kind: 'succeeds' };
}
