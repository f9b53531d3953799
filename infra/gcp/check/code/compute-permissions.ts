import type { Compute } from '../../../../shared/compute/compute.ts';

const OPERATION = {
  global: 'compute.globalOperations.get',
  region: 'compute.regionOperations.get',
  zone: 'compute.zoneOperations.get',
} as const;

/** Whoever changes what is on a network needs this of the network, too. */
const OF_NETWORK = 'compute.networks.updatePolicy';

const PATCH_SUBNET = ['compute.subnetworks.get', 'compute.subnetworks.update', OPERATION.region] as const;

const CHANGE_ALIASES = [
  'compute.instances.get',
  'compute.instances.updateNetworkInterface',
  'compute.subnetworks.use',
  OPERATION.zone,
] as const;

/**
 * IAM permissions that each method of the port needs: those that the API's reference names under "IAM Permissions" for the
 * calls that `shared/compute/google` makes for it, waiting for the operation included. The type keeps this complete: a new
 * method of the port does not compile before it stands here.
 */
export const PERMISSIONS: Readonly<Record<keyof Compute, readonly string[]>> = {
  project: ['compute.projects.get'],
  network: ['compute.networks.get'],
  subnets: ['compute.subnetworks.list'],
  subnet: ['compute.subnetworks.get'],
  routes: ['compute.routes.list'],
  instances: ['compute.instances.list'],
  countInstances: ['compute.instances.list'],
  firewallRule: ['compute.firewalls.get'],
  createDualStackSubnet: [
    'compute.subnetworks.create',
    'compute.subnetworks.get',
    OF_NETWORK,
    OPERATION.region,
  ],
  enableExternalIpv6: PATCH_SUBNET,
  disableIpv6: PATCH_SUBNET,
  deleteSubnet: ['compute.subnetworks.delete', OF_NETWORK, OPERATION.region],
  setRoutesOverlap: PATCH_SUBNET,
  addSecondaryRange: PATCH_SUBNET,
  removeSecondaryRange: PATCH_SUBNET,
  addAlias: CHANGE_ALIASES,
  removeAlias: CHANGE_ALIASES,
  deleteRoute: ['compute.routes.delete', OF_NETWORK, OPERATION.global],
  // Of the instance that is the route's next hop.
  createRoute: ['compute.routes.create', 'compute.instances.use', OF_NETWORK, OPERATION.global],
  putFirewallRule: [
    'compute.firewalls.create',
    'compute.firewalls.get',
    'compute.firewalls.update',
    OF_NETWORK,
    OPERATION.global,
  ],
  deleteFirewallRule: ['compute.firewalls.delete', OF_NETWORK, OPERATION.global],
};
