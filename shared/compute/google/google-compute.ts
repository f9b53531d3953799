import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Compute } from '../compute.ts';
import { googleAliases } from './aliases.ts';
import { Api } from './api.ts';
import type { Clients } from './calls.ts';
import { clientsOver, googleClients } from './clients.ts';
import { googleFirewalls } from './firewalls.ts';
import { googleInstances } from './instances.ts';
import { googleNetworks } from './networks.ts';
import { ListedNics } from './nics.ts';
import { googleRoutes } from './routes.ts';
import { googleSubnets } from './subnets.ts';
import type { Transport } from './transport.ts';

export interface GoogleComputeOptions {
  readonly project: string;
  readonly region: string;
  /** Times the pauses between retries and between looks at an operation. */
  readonly clock: Clock;
  readonly log?: Logger;
  /** Another server than Google's, e.g. `http://127.0.0.1:1234`; it is asked without credentials. */
  readonly endpoint?: string;
  /** Answers all requests in place of a server, without sockets, credentials and timers; `endpoint` then means nothing. */
  readonly transport?: Transport;
  /** Stands in for Google's clients as a whole; `transport` and `endpoint` then mean nothing. */
  readonly clients?: Clients;
  /** Ends calls, waits and pauses; they then throw its reason. What was asked for may still happen. */
  readonly signal?: AbortSignal;
  /** A number in [0, 1) that spreads the pauses. */
  readonly random?: () => number;
  /** A new UUID for each change; random ones when left out. */
  readonly newRequestId?: () => string;
}

/**
 * The port {@link Compute} over Compute Engine's v1 API. Cheap to make: Google's clients are loaded when first used.
 *
 * Calls are patient: busy resources, rate quotas, server errors and broken connections are tried again for a minute or
 * some before they surface as ComputeUnavailable.
 */
export function googleCompute(options: GoogleComputeOptions): Compute {
  const { project, region, clock, log, signal, random, newRequestId = randomUUID } = options;
  const clients = options.clients ?? clientsOf(options);
  const api = new Api({ project, region, clock, log, signal, random, newRequestId, clients });
  const listed = new ListedNics();
  return {
    ...googleNetworks(api),
    ...googleSubnets(api),
    ...googleRoutes(api),
    ...googleInstances(api, listed),
    ...googleAliases(api, listed),
    ...googleFirewalls(api),
  };
}

function clientsOf({ transport, endpoint }: GoogleComputeOptions): Clients {
  return transport === undefined ? googleClients(endpoint) : clientsOver(transport);
}
