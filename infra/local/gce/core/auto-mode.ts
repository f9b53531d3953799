import { addressText, blockSize, knownBlock } from './addresses.ts';
import { regional, selfLink } from './links.ts';
import type { Project } from './project.ts';
import type { Network } from './resources.ts';
import { subnetworkOf } from './subnetworks.ts';

/**
 * What an auto-mode network comes with: in each region one /20 of 10.128.0.0/9, named as the network (the recorded
 * default network). Regions that already have a subnetwork of it are left alone.
 */
export function addAutoSubnetworks(project: Project, network: Network): void {
  if (!network.autoCreateSubnetworks) return;
  const first = knownBlock('10.128.0.0/9').start;
  const taken = new Set(project.subnetworksOf(network.selfLink).map(({ region }) => region));
  for (const [index, region] of project.regions.entries()) {
    if (taken.has(selfLink(`projects/${project.id}/regions/${region}`))) continue;
    const ipCidrRange = `${addressText(first + index * blockSize(20))}/20`;
    const body = { name: network.name, network: network.selfLink, ipCidrRange };
    project.putSubnetwork(subnetworkOf(project, regional(region), body));
  }
}
