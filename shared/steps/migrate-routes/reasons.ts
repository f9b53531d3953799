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
  NoFreeBlock:
    'The strategy rollover needs an unused, aligned block of the pod CIDR for all new nodes, and there is none.',
  TrafficLossNotAcknowledged:
    'The strategy cutover loses pod traffic for a while; nothing is begun before an operator says that it may.',
  RangeRefused: 'In the gap the range was refused; every route was created again.',
  PodCidrTaken:
    'A VM made in the middle was given the pod CIDR of a node that had no alias yet; two cannot have it.',
  AliasTakesTraffic:
    'With its alias beside its route a node was not reached, which is what a guest agent does that takes aliases for its own.',
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
  NodeNotReached:
    'A node’s pods are not reached; what was taken from it was given back, and nothing further is taken.',
} as const satisfies Reasons;

export type Reason = keyof typeof REASONS;
