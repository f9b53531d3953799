import { Collection } from './collection.ts';
import { ComputeError, invalid, notFound, notReady, operationError } from './errors.ts';
import type { ResourcePath, Scope } from './links.ts';
import { locality, resourcePath, scopePath, selfLink } from './links.ts';
import type { Mutation } from './method.ts';
import type { Project } from './project.ts';
import type { Operation } from './resources.ts';

interface Running {
  readonly method: string;
  readonly mutation: Mutation;
  readonly waiters: {
    readonly resolve: (operation: Operation) => void;
    readonly reject: (reason: Error) => void;
  }[];
}

/** What becomes of an operation that was accepted. */
export type Fate =
  | { readonly kind: 'succeeds' }
  | { readonly kind: 'fails'; readonly error: ComputeError }
  | { readonly kind: 'hangs'; readonly milliseconds: number | undefined };

interface Remembered {
  readonly path: ResourcePath;
  readonly request: string;
}

/** The operations of a project: started by mutations, done after their latency, kept for a while. */
export class OperationStore {
  readonly #project: Project;
  readonly #operations = new Collection<Operation>();
  readonly #running = new Map<ResourcePath, Running>();
  /** By place, and by place and method. */
  readonly #counts = new Map<string, number>();
  readonly #byTarget = new Map<ResourcePath, Set<ResourcePath>>();
  readonly #byRequestId = new Map<string, Remembered>();

  constructor(project: Project) {
    this.#project = project;
  }

  /** Starts the operation of a mutation; its effect comes after `duration` simulated milliseconds, if `fate` lets it. */
  start(
    method: string,
    mutation: Mutation,
    duration: number,
    fate: Fate,
    repeat?: { readonly requestId: string; readonly request: string },
  ): Operation {
    const project = this.#project;
    const now = project.timestamp();
    const name = project.identifiers.operationName(project.timeline.now());
    const path = resourcePath(project.id, mutation.scope, 'operations', name);
    const scopeLink = selfLink(`projects/${project.id}/${scopePath(mutation.scope)}`);
    const operation: Operation = {
      kind: 'compute#operation',
      id: project.identifiers.id(),
      name,
      operationType: mutation.operationType,
      status: 'RUNNING',
      progress: 0,
      insertTime: now,
      startTime: now,
      targetId: mutation.targetId,
      targetLink: selfLink(mutation.target),
      user: 'user@example.com',
      selfLink: selfLink(path),
      ...(mutation.scope.kind === 'regions' && { region: scopeLink }),
      ...(mutation.scope.kind === 'zones' && { zone: scopeLink }),
      ...(repeat !== undefined && { clientOperationId: repeat.requestId }),
    };
    this.#operations.put(path, operation);
    this.#running.set(path, { method, mutation, waiters: [] });
    this.#count(method, mutation, 1);
    this.#targeting(mutation.target).add(path);
    if (repeat !== undefined) this.#byRequestId.set(repeat.requestId, { path, request: repeat.request });
    const takes = fate.kind === 'hangs' ? fate.milliseconds : duration;
    if (takes !== undefined) {
      project.timeline.at(project.timeline.now() + takes, () => this.#finish(path, fate));
    }
    return operation;
  }

  /** The operation a request with this id has already started, while it is remembered (gcp-compute-semantics.md §4.2). */
  repeated(requestId: string, request: string): Operation | undefined {
    const remembered = this.#byRequestId.get(requestId);
    const operation = remembered === undefined ? undefined : this.#operations.get(remembered.path);
    if (remembered === undefined || operation === undefined) return undefined;
    if (remembered.request !== request && this.#project.switches.requestIdReuse === 'refused') {
      throw invalid('requestId', requestId, 'Simulator: this requestId was used for another request.');
    }
    return operation;
  }

  /** @throws ComputeError 404 when there is none, or no longer. */
  get(path: ResourcePath): Operation {
    const operation = this.#operations.get(path);
    if (operation === undefined) throw notFound(path);
    return operation;
  }

  list(scope: Scope): Operation[] {
    const prefix = `projects/${this.#project.id}/${scopePath(scope)}/operations/`;
    return [...this.#operations.entries()].flatMap(([path, operation]) =>
      path.startsWith(prefix) ? [operation] : [],
    );
  }

  /** Forgets a finished operation. @throws ComputeError 404 when there is none, 400 while it runs. */
  delete(path: ResourcePath): void {
    if (this.#running.has(path)) throw notReady(path);
    if (!this.#operations.delete(path)) throw notFound(path);
  }

  /** Resolves with the operation as it is when done. Rejects when the simulator stops first. */
  whenDone(path: ResourcePath): Promise<Operation> {
    const running = this.#running.get(path);
    if (running === undefined) return Promise.resolve(this.get(path));
    return new Promise((resolve, reject) => running.waiters.push({ resolve, reject }));
  }

  /** The type of an operation in flight on the target, if any. */
  inFlight(target: ResourcePath): string | undefined {
    for (const path of this.#byTarget.get(target) ?? []) return this.#operations.get(path)?.operationType;
    return undefined;
  }

  /** How many operations are in flight where the scope belongs, and how many of them the given method started. */
  countInFlight(scope: Scope, method: string): { readonly all: number; readonly ofMethod: number } {
    const place = locality(scope);
    return {
      all: this.#counts.get(place) ?? 0,
      ofMethod: this.#counts.get(`${place} ${method}`) ?? 0,
    };
  }

  /** Ends an operation that hangs, with its effect. */
  release(name: string): void {
    for (const [path, operation] of this.#operations.entries()) {
      if (operation.name === name && this.#running.has(path)) this.#finish(path, { kind: 'succeeds' });
    }
  }

  /** Nobody will be told of any end any more. */
  stop(): void {
    for (const { waiters } of this.#running.values()) {
      for (const { reject } of waiters) reject(new Error('the Compute Engine simulator was stopped'));
    }
    this.#running.clear();
  }

  #count(method: string, { scope }: Mutation, change: 1 | -1): void {
    const place = locality(scope);
    for (const key of [place, `${place} ${method}`]) {
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + change);
    }
  }

  #targeting(target: ResourcePath): Set<ResourcePath> {
    const operations = this.#byTarget.get(target) ?? new Set();
    this.#byTarget.set(target, operations);
    return operations;
  }

  #finish(path: ResourcePath, fate: Fate): void {
    const running = this.#running.get(path);
    if (running === undefined) return;
    const { method, mutation, waiters } = running;
    this.#running.delete(path);
    this.#count(method, mutation, -1);
    const targeting = this.#targeting(mutation.target);
    targeting.delete(path);
    if (targeting.size === 0) this.#byTarget.delete(mutation.target);
    const failure = fate.kind === 'fails' ? fate.error : this.#takeEffect(mutation);
    const operation: Operation = {
      ...this.get(path),
      status: 'DONE',
      progress: 100,
      endTime: this.#project.timestamp(),
      ...(failure !== undefined && operationError(failure)),
    };
    this.#operations.put(path, operation);
    this.#forgetLater(path, operation);
    for (const { resolve } of waiters) resolve(operation);
  }

  #takeEffect(mutation: Mutation): ComputeError | undefined {
    try {
      mutation.effect();
      return undefined;
    } catch (error) {
      if (error instanceof ComputeError) return error;
      throw error;
    }
  }

  #forgetLater(path: ResourcePath, operation: Operation): void {
    const retention = this.#project.switches.operationRetentionMs;
    if (retention === 0) return;
    this.#project.timeline.at(this.#project.timeline.now() + retention, () => {
      this.#operations.delete(path);
      if (operation.clientOperationId !== undefined) this.#byRequestId.delete(operation.clientOperationId);
    });
  }
}
