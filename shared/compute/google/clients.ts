import type { FirewallsClient } from '@google-cloud/compute/build/src/v1/firewalls_client.js';
import type { GlobalOperationsClient } from '@google-cloud/compute/build/src/v1/global_operations_client.js';
import type { InstancesClient } from '@google-cloud/compute/build/src/v1/instances_client.js';
import type { NetworksClient } from '@google-cloud/compute/build/src/v1/networks_client.js';
import type { RegionOperationsClient } from '@google-cloud/compute/build/src/v1/region_operations_client.js';
import type { RoutesClient } from '@google-cloud/compute/build/src/v1/routes_client.js';
import type { SubnetworksClient } from '@google-cloud/compute/build/src/v1/subnetworks_client.js';
import type { ZoneOperationsClient } from '@google-cloud/compute/build/src/v1/zone_operations_client.js';
import type { GoogleAuth, PassThroughClient } from 'google-auth-library';
import { ComputeUnavailable } from '../errors.ts';

/**
 * Google's clients, each loaded and built when it is first used: the whole package costs 1.5 s and 200 MB at start, one
 * client by its own path a third of that (gcp-compute-semantics.md §6.2). All share one authentication.
 */
export interface Clients {
  readonly networks: () => Promise<NetworksClient>;
  readonly subnetworks: () => Promise<SubnetworksClient>;
  readonly routes: () => Promise<RoutesClient>;
  readonly instances: () => Promise<InstancesClient>;
  readonly firewalls: () => Promise<FirewallsClient>;
  readonly globalOperations: () => Promise<GlobalOperationsClient>;
  readonly regionOperations: () => Promise<RegionOperationsClient>;
  readonly zoneOperations: () => Promise<ZoneOperationsClient>;
}

const clientsByEndpoint = new Map<string | undefined, Clients>();

/**
 * Without `endpoint` Google itself with the default credentials; with one a server that asks for none. Shared by all
 * adapters of a process: to build them again for each migration would cost half a second every time.
 */
export function googleClients(endpoint: string | undefined): Clients {
  const clients = clientsByEndpoint.get(endpoint) ?? newClients(endpoint);
  clientsByEndpoint.set(endpoint, clients);
  return clients;
}

function newClients(endpoint: string | undefined): Clients {
  const options = once(() => clientOptions(endpoint));
  return {
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

/** As far as the clients' own type for it, which takes no property that is present and undefined. */
type ClientOptions = {
  auth?: GoogleAuth;
  authClient?: PassThroughClient;
  apiEndpoint?: string;
  protocol?: string;
  port?: number;
};

async function clientOptions(endpoint: string | undefined): Promise<ClientOptions> {
  const { GoogleAuth, PassThroughClient } = await import('google-auth-library');
  if (endpoint === undefined) {
    return { auth: new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/compute'] }) };
  }
  const { protocol, hostname, port } = new URL(endpoint);
  const scheme = protocol.slice(0, -1);
  return {
    apiEndpoint: hostname,
    protocol: scheme,
    port: Number(port) || (scheme === 'http' ? 80 : 443),
    authClient: new PassThroughClient(),
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
