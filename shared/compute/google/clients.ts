import type { FirewallsClient } from '@google-cloud/compute/build/src/v1/firewalls_client.js';
import type { GlobalOperationsClient } from '@google-cloud/compute/build/src/v1/global_operations_client.js';
import type { InstancesClient } from '@google-cloud/compute/build/src/v1/instances_client.js';
import type { NetworksClient } from '@google-cloud/compute/build/src/v1/networks_client.js';
import type { ProjectsClient } from '@google-cloud/compute/build/src/v1/projects_client.js';
import type { RegionOperationsClient } from '@google-cloud/compute/build/src/v1/region_operations_client.js';
import type { RoutesClient } from '@google-cloud/compute/build/src/v1/routes_client.js';
import type { SubnetworksClient } from '@google-cloud/compute/build/src/v1/subnetworks_client.js';
import type { ZoneOperationsClient } from '@google-cloud/compute/build/src/v1/zone_operations_client.js';
import { withinDeadline } from '../../deadline.ts';
import { ComputeUnavailable } from '../errors.ts';
import type { Connection } from './connection.ts';
import { connectionOverTransports, connectionTo, connectionToGoogle, over } from './connection.ts';
import type { Transport } from './transport.ts';

/**
 * Google's clients, each loaded and built when it is first used: the whole package costs 1.5 s and 200 MB at start, one
 * client by its own path a third of that (gcp-compute-semantics.md §6.2). All share one authentication.
 */
export interface Clients {
  readonly projects: () => Promise<ProjectsClient>;
  readonly networks: () => Promise<NetworksClient>;
  readonly subnetworks: () => Promise<SubnetworksClient>;
  readonly routes: () => Promise<RoutesClient>;
  readonly instances: () => Promise<InstancesClient>;
  readonly firewalls: () => Promise<FirewallsClient>;
  readonly globalOperations: () => Promise<GlobalOperationsClient>;
  readonly regionOperations: () => Promise<RegionOperationsClient>;
  readonly zoneOperations: () => Promise<ZoneOperationsClient>;
  /** What all of them send through, for requests that they cannot send. */
  readonly connection: () => Promise<Connection>;
  /** Every call of a client is made within this, which says how its requests travel. */
  readonly sending: <Answer>(call: () => Promise<Answer>) => Promise<Answer>;
  /** The answer, if it comes within so much of the wall's time. @throws DeadlineExceeded */
  readonly withinTime: <Answer>(milliseconds: number, answer: Promise<Answer>) => Promise<Answer>;
}
type BuiltClients = Omit<Clients, 'sending' | 'withinTime'>;

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
    sending: (call) => call(),
    withinTime: (milliseconds, answer) => withinDeadline('the request', milliseconds, answer),
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
    sending: (call) => over(transport, call),
    withinTime: (_milliseconds, answer) => answer,
  };
}

/**
 * Loads and builds what {@link clientsOver} uses, once in a process. Otherwise the first call of each client does it, and
 * reads files meanwhile, which no virtual clock waits for.
 */
export async function loadClientsOverTransports(): Promise<void> {
  await Promise.all(Object.values(clientsOverTransports).map((load) => load()));
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

/** Makes it at the first call and hands out the same one from then on; one that failed is made again. */
function once<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
