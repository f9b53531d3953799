import { withinDeadline } from '../../deadline.ts';
import { once } from '../../once.ts';
import { ComputeUnavailable } from '../errors.ts';
import type { Clients, Patch } from './calls.ts';
import type { Connection } from './connection.ts';
import { connectionOverTransports, connectionTo, connectionToGoogle, over } from './connection.ts';
import type { Transport } from './transport.ts';

/**
 * Google's clients, each loaded and built when it is first used: the whole package costs 1.5 s and 200 MB at start, one
 * client by its own path a third of that (gcp-compute-semantics.md §6.2). All share one authentication.
 */
interface BuiltClients extends Omit<Clients, 'patch' | 'within'> {
  /** What all of them send through, for requests that they cannot send. */
  readonly connection: () => Promise<Connection>;
}

const clientsByEndpoint = new Map<string | undefined, BuiltClients>();

/**
 * Without `endpoint` Google itself with the default credentials; with one a server that asks for none. Shared by all
 * adapters of a process: to build them again for each migration would cost half a second every time.
 */
export function googleClients(endpoint: string | undefined): Clients {
  const connect = () => (endpoint === undefined ? connectionToGoogle() : connectionTo(endpoint));
  const clients = clientsByEndpoint.get(endpoint) ?? newClients(connect);
  clientsByEndpoint.set(endpoint, clients);
  return {
    ...clients,
    patch: (patch, signal) => sentOver(clients.connection, patch, signal),
    within: (milliseconds, signal, call) =>
      abortable(signal, (both) => withinDeadline('the request', milliseconds, call(both))),
  };
}

/** One set for all transports: to build one for each simulated world would cost 150 ms of CPU every time. */
const clientsOverTransports = newClients(connectionOverTransports);

/**
 * Clients whose requests the transport answers, without sockets, credentials and timers. A deadline would be one of the
 * wall's clock, which the other side of a transport need not live by.
 */
export function clientsOver(transport: Transport): Clients {
  return {
    ...clientsOverTransports,
    patch: (patch, signal) => sentOver(clientsOverTransports.connection, patch, signal),
    within: (_milliseconds, signal, call) => abortable(signal, (both) => over(transport, () => call(both))),
  };
}

/**
 * Loads and builds what {@link clientsOver} uses, once in a process. Otherwise the first call of each client does it, and
 * reads files meanwhile, which no virtual clock waits for.
 */
export async function loadClientsOverTransports(): Promise<void> {
  await Promise.all(Object.values(clientsOverTransports).map((load) => load()));
}

/** A call whose request ends with the given signal, and when the call has failed: nobody waits for its answer any more. */
async function abortable<Answer>(
  given: AbortSignal | undefined,
  call: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const failed = new AbortController();
  try {
    return await call(given === undefined ? failed.signal : AbortSignal.any([given, failed.signal]));
  } catch (error) {
    failed.abort();
    throw error;
  }
}

async function sentOver(
  connection: () => Promise<Connection>,
  { path, query, body }: Patch,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { origin, auth } = await connection();
  const url = `${origin}/compute/v1/${path.map(encodeURIComponent).join('/')}?${new URLSearchParams(query)}`;
  const response = await auth.fetch({
    url,
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    responseType: 'stream',
    ...(signal !== undefined && { signal }),
  });
  return await response.text();
}

function newClients(connect: () => Promise<Connection>): BuiltClients {
  const connection = once(connect);
  const options = async () => (await connection()).clientOptions;
  return {
    connection,
    projects: client(async () => {
      const { ProjectsClient } = await import('@google-cloud/compute/build/src/v1/projects_client.js');
      return new ProjectsClient(await options());
    }),
    networks: client(async () => {
      const { NetworksClient } = await import('@google-cloud/compute/build/src/v1/networks_client.js');
      return new NetworksClient(await options());
    }),
    subnetworks: client(async () => {
      const { SubnetworksClient } = await import('@google-cloud/compute/build/src/v1/subnetworks_client.js');
      return new SubnetworksClient(await options());
    }),
    routes: client(async () => {
      const { RoutesClient } = await import('@google-cloud/compute/build/src/v1/routes_client.js');
      return new RoutesClient(await options());
    }),
    instances: client(async () => {
      const { InstancesClient } = await import('@google-cloud/compute/build/src/v1/instances_client.js');
      return new InstancesClient(await options());
    }),
    firewalls: client(async () => {
      const { FirewallsClient } = await import('@google-cloud/compute/build/src/v1/firewalls_client.js');
      return new FirewallsClient(await options());
    }),
    globalOperations: client(async () => {
      const { GlobalOperationsClient } = await import(
        '@google-cloud/compute/build/src/v1/global_operations_client.js'
      );
      return new GlobalOperationsClient(await options());
    }),
    regionOperations: client(async () => {
      const { RegionOperationsClient } = await import(
        '@google-cloud/compute/build/src/v1/region_operations_client.js'
      );
      return new RegionOperationsClient(await options());
    }),
    zoneOperations: client(async () => {
      const { ZoneOperationsClient } = await import(
        '@google-cloud/compute/build/src/v1/zone_operations_client.js'
      );
      return new ZoneOperationsClient(await options());
    }),
  };
}

/**
 * The client, ready for use. It is initialised here and not by its first call, because there a failed look-up of
 * credentials becomes an unhandled rejection that ends the process (gcp-compute-semantics.md §6.3).
 */
function client<Client extends { initialize(): Promise<unknown> }>(
  build: () => Promise<Client>,
): () => Promise<Client> {
  return once(async () => {
    const built = await build();
    try {
      await built.initialize();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new ComputeUnavailable('authentication', why, { cause: error });
    }
    return built;
  });
}
