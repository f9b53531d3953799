import type { Finding } from '../../../migration/plan.ts';
import type { Check, Scene } from './check.ts';
import {
  hybridEnvelopeIsKept,
  nicsHaveRoom,
  podRangeHasRoom,
  routeQuotaIsFar,
  subnetHasRoom,
} from './limits.ts';
import {
  networkExists,
  networkIsCustomMode,
  networkIsNotLegacy,
  nodesSubnetExists,
  nodesSubnetIsIpv4Only,
  overlapFlagIsOff,
  servicesSubnetIsOurs,
  tierIsPremium,
} from './network.ts';
import { networkPluginIsAsStated, networkPluginIsReady } from './network-plugin.ts';
import {
  cloudControllerManagerIsThere,
  clusterHasNodes,
  evictionsAreAllowed,
  guestAgentLeavesAliases,
  nodesAreReady,
  nodesHaveInstances,
  nodesHavePodCidrs,
  podCidrStandsFirst,
  podCidrsAreUnique,
  podCidrsLieInThePodRange,
  routeControllerRuns,
} from './nodes.ts';
import {
  nodesClearOfSubnets,
  noForeignRouteInPods,
  noForeignSecondaryRange,
  noRouteInServices,
  otherClustersAreDisjoint,
  podRangeIsFree,
  podsClearOfSubnets,
  rangesAreDisjoint,
  servicesClearOfSubnets,
} from './ranges.ts';
import { rightsAreGranted } from './rights.ts';
import { nodeRolloutIsPossible } from './rollout.ts';
import {
  nodesHaveRoutes,
  oneRoutePerRange,
  routesAgreeWithNodes,
  routesAreUntagged,
  routesHaveNodes,
  routesStayInTheRegion,
} from './routes.ts';
import {
  familiesAskForDualStack,
  ipamIsHostLocal,
  kubernetesIsRecent,
  networkPluginIsKnown,
  overlayIsOff,
  providerIsGcp,
  shootIsAwake,
  shootIsTheSame,
  shootIsUnderstood,
} from './shoot.ts';

/** What can be said even of a cluster that the functions may not look at. */
const WITHOUT_A_LOOK = {
  // Nothing can be said of a manifest with missing or wrong fields.
  'shoot-is-understood': shootIsUnderstood,
  // The migration's own idea of region, network and ranges is as old as the migration.
  'shoot-is-the-same': shootIsTheSame,
  // Only [IPv4] → [IPv4, IPv6] is migrated, and the owner may have changed their mind.
  'families-ask-for-dual-stack': familiesAskForDualStack,
  // Routes and alias IP ranges are Compute Engine's.
  'provider-is-gcp': providerIsGcp,
  // How other network plugins become dual-stack is not known here.
  'network-plugin-is-known': networkPluginIsKnown,
  // Pods behind an overlay have no route that could become an alias.
  'overlay-is-off': overlayIsOff,
  // Calico's own IPAM gives out addresses regardless of the node's pod CIDR.
  'ipam-is-host-local': ipamIsHostLocal,
  // Older cloud-controller-managers cannot allocate both families.
  'kubernetes-is-recent': kubernetesIsRecent,
  // A sleeping cluster cannot be looked at; waking it is its owner's decision.
  'shoot-is-awake': shootIsAwake,
  // A right that is missing would be found missing with the routes moved and the nodes replaced.
  'rights-are-granted': rightsAreGranted,
} as const satisfies Readonly<Record<string, Check>>;

/** Every check by its name, in the order in which they are shown. The list is the documentation. */
export const CHECKS = {
  ...WITHOUT_A_LOOK,

  // Without the network nothing else is found.
  'network-exists': networkExists,
  // Subnets of auto-mode networks cannot have IPv6.
  'network-is-custom-mode': networkIsCustomMode,
  // Legacy networks have no subnets at all.
  'network-is-not-legacy': networkIsNotLegacy,
  // External IPv6 exists in the premium tier only.
  'tier-is-premium': tierIsPremium,
  // Names that do not fit mean another cluster's subnet, or none.
  'nodes-subnet-exists': nodesSubnetExists,
  // A subnet of the services' name with another range is somebody else's.
  'services-subnet-is-ours': servicesSubnetIsOurs,
  // Hybrid routing, and so overlap, is for IPv4-only subnets.
  'nodes-subnet-is-ipv4-only': nodesSubnetIsIpv4Only,
  // Whoever set the flag may rely on it, and overlap takes it away at its end.
  'overlap-flag-is-off': overlapFlagIsOff,

  // Gardener requires it, and everything else relies on it.
  'ranges-are-disjoint': rangesAreDisjoint,
  // The pod CIDR becomes a secondary range: no other range of the VPC may overlap it.
  'pods-clear-of-subnets': podsClearOfSubnets,
  // The service CIDR becomes a subnet's primary range.
  'services-clear-of-subnets': servicesClearOfSubnets,
  // Nodes' addresses are unique in a VPC.
  'nodes-clear-of-subnets': nodesClearOfSubnets,
  // In a shared VPC another cluster's pod routes may lead into these ranges.
  'other-clusters-are-disjoint': otherClustersAreDisjoint,
  // A foreign route would be overruled by the range, and keeps the overlap from ending.
  'no-foreign-route-in-pods': noForeignRouteInPods,
  // A route inside the service CIDR keeps the services subnet from being created.
  'no-route-in-services': noRouteInServices,
  // Other people's secondary ranges are not ours to remove.
  'no-foreign-secondary-range': noForeignSecondaryRange,
  // A secondary range cannot be changed or grown, only removed while unused.
  'pod-range-is-free': podRangeIsFree,

  // An empty cluster cannot show that it became dual-stack.
  'cluster-has-nodes': clusterHasNodes,
  // A node that is joining gets its pod CIDR from the route controller's allocator, or never.
  'nodes-have-pod-cidrs': nodesHavePodCidrs,
  // Two nodes with one range: only a human can tell whose it is.
  'pod-cidrs-are-unique': podCidrsAreUnique,
  // An alias must lie in the secondary range.
  'pod-cidrs-lie-in-the-pod-range': podCidrsLieInThePodRange,
  // Only an instance in the nodes subnet can get an alias out of its range.
  'nodes-have-instances': nodesHaveInstances,
  // Of a node that is not ready it cannot be shown that it is reached.
  'nodes-are-ready': nodesAreReady,
  // The cloud-controller-manager takes the first alias for the pod CIDR.
  'pod-cidr-stands-first': podCidrStandsFirst,
  // A guest agent that takes aliases for its own cuts its node's pods off.
  'guest-agent-leaves-aliases': guestAgentLeavesAliases,
  // The rollout of the nodes hangs on budgets that allow no eviction.
  'evictions-are-allowed': evictionsAreAllowed,
  // Two plugins, or another than the Shoot says: which one would have to be configured is a guess.
  'network-plugin-is-as-stated': networkPluginIsAsStated,
  // An overlay or an IPAM of its own that is in force shows in the cluster alone.
  'network-plugin-is-ready': networkPluginIsReady,
  // After the routes were moved it would be late to learn that nobody can replace the nodes.
  'node-rollout-is-possible': nodeRolloutIsPossible,
  // It gives new nodes their pod CIDRs, before as after.
  'cloud-controller-manager-is-there': cloudControllerManagerIsThere,
  // Nodes that join while it is off have no route.
  'route-controller-runs': routeControllerRuns,

  // A node that nothing carries is cut off already, and its owner may not know.
  'nodes-have-routes': nodesHaveRoutes,
  // A leftover route stands in the way of ranges until it is collected.
  'routes-have-nodes': routesHaveNodes,
  // Packets are divided between two routes for one range.
  'one-route-per-range': oneRoutePerRange,
  // An alias for the node's pod CIDR would not replace a route for another range.
  'routes-agree-with-nodes': routesAgreeWithNodes,
  // Hybrid routing falls back to untagged routes only.
  'routes-are-untagged': routesAreUntagged,
  // Hybrid routing drops packets whose next hop is in another region.
  'routes-stay-in-the-region': routesStayInTheRegion,

  // A node that joins beyond the quota has no route.
  'route-quota-is-far': routeQuotaIsFar,
  // Google's advice for hybrid subnets ends at a size that clusters exceed.
  'hybrid-envelope-is-kept': hybridEnvelopeIsKept,
  // A NIC takes so many aliases and no more.
  'nics-have-room': nicsHaveRoom,
  // A subnet takes so many secondary ranges and no more.
  'subnet-has-room': subnetHasRoom,
  // New nodes need ranges of their own while the old ones still have theirs.
  'pod-range-has-room': podRangeHasRoom,
} as const satisfies Readonly<Record<string, Check>>;

export type CheckName = keyof typeof CHECKS;

/** What every check found, in their order. Pure. */
export function findingsIn(scene: Scene): readonly Finding[] {
  // No nodes seen are not no nodes.
  const checks = scene.facts.closed ? WITHOUT_A_LOOK : CHECKS;
  return Object.entries<Check>(checks).flatMap(([name, check]) => {
    const judgement = check(scene);
    return judgement === undefined ? [] : [{ check: name, ...judgement }];
  });
}
