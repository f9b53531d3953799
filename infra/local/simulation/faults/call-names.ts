/**
 * Calls of a migration by what is asked of whom, with about how often a small cluster's makes each: where a random fault may
 * lie. One that lies behind the last call of its kind never strikes.
 */
export const CALLS: Readonly<Record<string, number>> = {
  'documents list': 20,
  'documents get': 130,
  'documents commit': 110,
  'bus publish': 12,
  'garden get shoots': 30,
  'garden patch shoots': 2,
  'compute firewalls.get': 20,
  'compute firewalls.insert': 2,
  'compute firewalls.patch': 1,
  'compute networks.get': 10,
  'compute subnetworks.aggregatedList': 1,
  'compute subnetworks.get': 70,
  'compute subnetworks.insert': 1,
  'compute subnetworks.patch': 5,
  'compute routes.list': 18,
  'compute routes.delete': 6,
  'compute instances.aggregatedList': 18,
  'compute instances.updateNetworkInterface': 6,
  'compute regionOperations.wait': 6,
  'compute globalOperations.wait': 7,
  'compute zoneOperations.wait': 5,
  'cluster create selfsubjectaccessreviews': 30,
  'cluster list nodes': 40,
  'cluster list pods': 40,
  'cluster list replicasets': 20,
  'cluster list endpointslices': 5,
  'cluster get daemonsets': 40,
  'cluster get deployments': 25,
  'cluster get services': 6,
  'cluster create services': 40,
  'cluster patch deployments': 2,
  'cluster patch configmaps': 1,
  'cluster patch daemonsets': 1,
  'cluster patch services': 1,
  'reachability prepare': 8,
  'reachability unreached': 40,
  'reachability remove': 1,
};

/** Those that change something at Compute Engine. */
export const COMPUTE_MUTATIONS: readonly string[] = Object.keys(CALLS).filter((name) =>
  /^compute .*\.(insert|patch|delete|updateNetworkInterface)$/.test(name),
);

/** Those to the store, the bus, the cloud and the clusters: what can be refused or lose its connection. */
export const REMOTE_CALLS: readonly string[] = Object.keys(CALLS).filter(
  (name) => !name.startsWith('reachability'),
);
