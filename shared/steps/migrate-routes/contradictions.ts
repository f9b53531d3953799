import type { SecondaryRange } from '../../compute/compute.ts';
import { overlap, readCidr } from '../../migration/cidr.ts';
import { POD_RANGE_NAME } from '../infrastructure-names.ts';
import type { CarryingNode, ClusterRoutes, PodRoute, Survey } from './survey.ts';

/** What cannot be as it is: found before the migration, in each round of it and on the way back, and told in their words. */

/** Nodes that have one pod CIDR between them, in groups of two or more. */
export function nodesSharingPodCidr(nodes: readonly CarryingNode[]): readonly (readonly CarryingNode[])[] {
  return [...Map.groupBy(nodes, ({ podCidr }) => podCidr).values()].filter((owners) => owners.length > 1);
}

/** Pod routes that lead elsewhere than the pod CIDR of the node behind them says. */
export function disagreeingRoutes({
  nodes,
  podRoutes,
}: Pick<Survey, 'nodes' | 'podRoutes'>): readonly PodRoute[] {
  const podCidrs = new Map(nodes.map(({ instance, podCidr }) => [instance.name, podCidr]));
  return podRoutes.filter(({ route, destination }) => {
    const podCidr = podCidrs.get(route.nextHop.name);
    return podCidr !== undefined && podCidr !== destination;
  });
}

/** Nodes whose first alias is not their pod CIDR: the cloud-controller-manager takes `aliasIpRanges[0]` for that. */
export function nodesWithForeignAliasFirst(nodes: readonly CarryingNode[]): readonly CarryingNode[] {
  return nodes.filter(({ instance, podCidr }) => {
    const [first] = instance.aliases;
    return first !== undefined && first.range !== podCidr;
  });
}

/** Secondary ranges of the nodes subnet that are not ours and overlap the pod CIDR. */
export function rangesInTheWay({
  nodesSubnet,
  target,
}: Pick<ClusterRoutes, 'nodesSubnet' | 'target'>): readonly SecondaryRange[] {
  const others = nodesSubnet?.secondaryRanges.filter(({ name }) => name !== POD_RANGE_NAME) ?? [];
  return others.filter(({ range }) => {
    const cidr = readCidr(range, 'IPv4');
    return cidr !== undefined && overlap(cidr, target.pods);
  });
}
