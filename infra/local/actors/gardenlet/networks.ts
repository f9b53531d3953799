import { nodesSubnetName, servicesSubnetName } from '../context.ts';
import type { Infrastructure } from '../world.ts';
import type { Shoot } from './shoot.ts';

/** A shoot's ranges, IPv4 first: what Gardener writes to `status.networking`. */
export interface ShootNetworks {
  readonly nodes: readonly string[];
  readonly pods: readonly string[];
  readonly services: readonly string[];
}

/**
 * What the infrastructure gives to the shoot: the nodes subnet's /64 for nodes and pods, and the first /108
 * of the services subnet's, a whole /64 being too large for the API server (gardener-gcp-flow.md §1.4). IPv4
 * only while one of the two is missing.
 *
 * @returns undefined for a workerless shoot.
 */
export async function shootNetworks(
  infrastructure: Infrastructure,
  technicalId: string,
  shoot: Shoot,
): Promise<ShootNetworks | undefined> {
  const { networking } = shoot.spec;
  if (networking === undefined) return undefined;
  const { nodes, pods, services, ipFamilies } = networking;
  const [nodesSubnet, servicesSubnet] = await Promise.all([
    infrastructure.subnet(nodesSubnetName(technicalId)),
    infrastructure.subnet(servicesSubnetName(technicalId)),
  ]);
  const nodesIpv6 = nodesSubnet?.ipv6Range;
  const servicesIpv6 = servicesSubnet?.ipv6Range?.replace(/\/64$/, '/108');
  if (!ipFamilies.includes('IPv6') || nodesIpv6 === undefined || servicesIpv6 === undefined) {
    return { nodes: [nodes], pods: [pods], services: [services] };
  }
  return { nodes: [nodes, nodesIpv6], pods: [pods, nodesIpv6], services: [services, servicesIpv6] };
}
