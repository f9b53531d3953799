import type { ResourcePath, Scope } from './links.ts';
import type { OperationStore } from './operations.ts';
import type { Project } from './project.ts';
import type { RateGroup } from './quotas.ts';

/** One call of a method: what its address, its query and its body said. */
export interface Call {
  /** Values of the `{…}` segments of the method's path, by name; `project` has been checked. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Pick<URLSearchParams, 'get'>;
  /** The parsed JSON body; undefined when there was none. */
  readonly body: unknown;
  /** True when the caller takes partial results of a list (gcp-compute-semantics.md §5). */
  readonly acceptsPartialResults: boolean;
}

/** A change that was accepted. Its effect comes when the operation is done. */
export interface Mutation {
  readonly operationType: string;
  readonly scope: Scope;
  readonly target: ResourcePath;
  /** The resource's id, also of one that is only about to exist. */
  readonly targetId: string;
  /** The network the target is in, when it must not have an operation in flight either. */
  readonly network?: ResourcePath;
  /** Whether another operation on the target stands in the way; true unless said otherwise. */
  readonly waitsForTarget?: boolean;
  /** Checks again, then changes the project. A {@link ComputeError} thrown here becomes the operation's error. */
  effect(): void;
}

export type Outcome =
  | { readonly body: object }
  | { readonly mutation: Mutation }
  /** HTTP 304: the request would change nothing. */
  | { readonly unchanged: true };

/** What a method works with. */
export interface Place {
  readonly project: Project;
  readonly operations: OperationStore;
  /** Zones and regions that do not answer, e.g. `zones/europe-west1-b`. */
  readonly unreachable: ReadonlySet<string>;
}

/** One method of the API, as its discovery document names it. */
export interface Method {
  /** `routes.delete` */
  readonly id: string;
  readonly verb: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/compute/v1/`, e.g. `projects/{project}/global/routes/{route}`. */
  readonly path: string;
  readonly quota: RateGroup;
  /** Answers the call or throws a {@link ComputeError}. */
  run(place: Place, call: Call): Outcome | Promise<Outcome>;
}

/** The value of a path parameter. @throws Error when the method's path has none of that name: a defect of the method. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the method's path has no {${name}}`);
  return value;
}
