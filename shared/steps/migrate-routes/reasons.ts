import type { Reasons } from '../../migration/outcome.ts';

/** Why routes are not (all) moved, and what stands in the way. */
export const REASONS = {
  OverlapSettling:
    'The nodes subnet was just allowed to overlap routes; the network is given a minute before the range follows.',
  AliasesSettling:
    'Alias IP ranges were just added; the network is given time to take them in before a route goes.',
  NodesJoining:
    'Nodes are joining that have no pod CIDR yet; the route controller still has to give them one.',
  RouteWithoutNode: 'A pod route leads to an instance that is no Node; it goes when the instance goes.',
  CloudControllerManagerRollingOut:
    'The cloud-controller-manager is told to leave routes alone; its old pod, which still creates them, is not gone yet.',
  NodesSubnetMissing: 'The subnet of the shoot’s nodes does not exist; the names do not fit this cluster.',
  NodesSubnetAlreadyDualStack:
    'Routes and ranges may overlap on an IPv4-only subnet only, and the nodes subnet is dual-stack while pod routes exist.',
  PodRangeDiffers:
    'The secondary range for pods exists with another CIDR; it cannot be changed, only removed.',
  ForeignRangeInTheWay: 'A secondary range that is not ours overlaps the pod CIDR.',
  ForeignRouteInPodCidr:
    'A route that is not ours lies in the pod CIDR; it is not touched, and stands in the way.',
  RouteAndNodeDisagree: 'A pod route leads elsewhere than the Node’s own pod CIDR says.',
  PodCidrNotUnique: 'Two Nodes claim the same pod CIDR.',
  ForeignAlias:
    'An instance’s first alias IP range is not its pod CIDR; the cloud-controller-manager would take it for that.',
  RouteReappeared:
    'A pod route that was deleted is there again; something other than the route controller made it.',
  NodeNotReached: 'After its route was deleted a node’s pods were not reached; the route was created again.',
} as const satisfies Reasons;

export type Reason = keyof typeof REASONS;
