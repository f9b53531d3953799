import type { Reasons } from '../../migration/outcome.ts';

/** Why there is no way back, and what it waits for or is stopped by. */
export const ABORT_REASONS = {
  DualStackNodes:
    'Nodes have pod CIDRs of both families, which cannot be taken from a Node: the way is forward.',
  RolloutBegun:
    'Gardener replaces the nodes by dual-stack ones, which nobody can call off: the way is forward.',
  LaterStepsBegun: 'Steps after the nodes’ rollout have changed the cluster: the way is forward.',
  WouldNeedGap: 'Nodes would be without route and alias for a while: the way without a gap is forward.',
  ControllerNotRestorable:
    'The cloud-controller-manager had been found with arguments that this step cannot give back to it.',
  NodesSubnetMissing: 'The subnet of the shoot’s nodes does not exist; the names do not fit this cluster.',
  PodCidrNotUnique: 'Two Nodes claim the same pod CIDR; whose it is only a human can tell.',
  OverlapRefused:
    'The nodes subnet may not overlap routes (any more), so no route can be put beside its alias.',
  OverlapSettling:
    'The nodes subnet was just allowed to overlap routes; the network is given a minute before anything depends on it.',
  RouteRefused: 'A route was refused; no alias was taken off, and the aliases carry the nodes.',
  CloudControllerManagerRollingOut:
    'The cloud-controller-manager is told to manage routes again; its new pod is not there yet.',
  RoutesMissing: 'Nodes have no route yet; the cloud-controller-manager makes the missing ones.',
  RoutesSettling: 'The last route was made just now; the network is given time before the first alias goes.',
  ForeignRouteInTheWay: 'A route of another owner would take a node’s traffic once its alias is off.',
  RouteOfAnotherNode:
    'A pod route to another instance has the same range as a node; it goes with that instance.',
  NodeNotReached: 'Without its alias a node’s pods were not reached; it got the alias back.',
  NoNodeReady: 'No node is ready, so none can show that its route carries it without its alias.',
  AliasesInUse: 'Instances that are joining or leaving hold alias IP ranges of the secondary range for pods.',
  ServicesSubnetInUse: 'Something uses the services subnet, which the migration had made.',
} as const satisfies Reasons;

export type AbortReason = keyof typeof ABORT_REASONS;
