/**
 * Every method of Google's clients that the adapter calls, by the name of the client in `Clients`. The types of the clients
 * are made of this list, so that no other method can be called; and bundles hold the descriptors of these methods and no
 * others (`infra/gcp/bundle`), of which the whole would cost half a second and 200 MB (gcp-compute-semantics.md §6.2).
 */
export const METHODS = {
  projects: ['get'],
  networks: ['get'],
  subnetworks: ['get', 'insert', 'patch', 'delete'],
  routes: ['list', 'insert', 'delete'],
  instances: ['get', 'updateNetworkInterface'],
  firewalls: ['get', 'list', 'insert', 'patch', 'update', 'delete'],
  globalOperations: ['wait'],
  regionOperations: ['wait'],
  zoneOperations: ['wait'],
} as const;

/** The same for what is called below the typed methods: lists over all scopes, see `aggregated.ts`. */
export const INNER_METHODS = {
  subnetworks: ['aggregatedList'],
  instances: ['aggregatedList'],
} as const;
