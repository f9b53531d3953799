import type { FirewallsClient } from '@google-cloud/compute/build/src/v1/firewalls_client.js';
import type { GlobalOperationsClient } from '@google-cloud/compute/build/src/v1/global_operations_client.js';
import type { InstancesClient } from '@google-cloud/compute/build/src/v1/instances_client.js';
import type { NetworksClient } from '@google-cloud/compute/build/src/v1/networks_client.js';
import type { ProjectsClient } from '@google-cloud/compute/build/src/v1/projects_client.js';
import type { RegionOperationsClient } from '@google-cloud/compute/build/src/v1/region_operations_client.js';
import type { RoutesClient } from '@google-cloud/compute/build/src/v1/routes_client.js';
import type { SubnetworksClient } from '@google-cloud/compute/build/src/v1/subnetworks_client.js';
import type { ZoneOperationsClient } from '@google-cloud/compute/build/src/v1/zone_operations_client.js';
import type { INNER_METHODS, METHODS } from './methods.ts';

/** How a single request is sent. */
export interface RequestOptions {
  /** No retries of the client's own: it would time them by the wall clock, and would not repeat what we do. */
  readonly retry: null;
  /**
   * No deadline of the client's own: the timer that it arms for one stays when the answer is there, and with it the answer,
   * lists of thousands included. {@link Clients.within} keeps the time.
   */
  readonly timeout: number;
  /** Lists are paged here, because the client's own paging hides warnings and unreachable zones. */
  readonly autoPaginate: false;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** What a client resolves with: its answer first, of a list also the whole of it third. */
export type Answered = readonly [unknown, ...unknown[]];

/** Some methods of one of Google's clients: its requests, and of its answers only what is relied on. */
type Calls<Client, Name extends keyof Client> = {
  readonly [Key in Name]: Client[Key] extends (request: infer Request, ...rest: never[]) => unknown
    ? (request: Request, options: RequestOptions) => Promise<Answered>
    : never;
};

/** A list over all scopes, only in the client's inner calls: its typed method drops `unreachables`. */
export interface AllScopes {
  readonly innerApiCalls: { readonly [Key in InnerMethod]?: InstancesClient['innerApiCalls'][string] };
}
type InnerMethod = (typeof INNER_METHODS)[keyof typeof INNER_METHODS][number];

/** The methods of `methods.ts`. */
type Called<Name extends keyof typeof METHODS> = (typeof METHODS)[Name][number];

type Load<Client> = () => Promise<Client>;

/**
 * What the adapter needs of Google's clients; they have it, each loaded when it is first used, and so may what stands in
 * for them. What a call throws is read by `client-errors.ts`.
 */
export interface Clients {
  readonly projects: Load<Calls<ProjectsClient, Called<'projects'>>>;
  readonly networks: Load<Calls<NetworksClient, Called<'networks'>>>;
  readonly subnetworks: Load<Calls<SubnetworksClient, Called<'subnetworks'>> & AllScopes>;
  readonly routes: Load<Calls<RoutesClient, Called<'routes'>>>;
  readonly instances: Load<Calls<InstancesClient, Called<'instances'>> & AllScopes>;
  readonly firewalls: Load<Calls<FirewallsClient, Called<'firewalls'>>>;
  readonly globalOperations: Load<Calls<GlobalOperationsClient, Called<'globalOperations'>>>;
  readonly regionOperations: Load<Calls<RegionOperationsClient, Called<'regionOperations'>>>;
  readonly zoneOperations: Load<Calls<ZoneOperationsClient, Called<'zoneOperations'>>>;
  /**
   * Sends what a client cannot send, and resolves with the text of the answer.
   *
   * @throws ErrorAnswer; whatever kept an answer from coming.
   */
  readonly patch: (patch: Patch, signal: AbortSignal | undefined) => Promise<string>;
  /**
   * Makes a call of a client, which is given the signal to send its request with.
   *
   * @throws DeadlineExceeded when no answer comes within so much of the wall's time, if that counts here; whatever the call
   * throws, once `signal` aborts, too.
   */
  readonly within: <Answer>(
    milliseconds: number,
    signal: AbortSignal | undefined,
    call: (signal: AbortSignal | undefined) => Promise<Answer>,
  ) => Promise<Answer>;
}

/** A PATCH whose body is sent as it stands. */
export interface Patch {
  /** Segments below `/compute/v1/`, not encoded. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly body: object;
}
