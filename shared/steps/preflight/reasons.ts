import type { Reasons } from '../../migration/outcome.ts';

/** What may speak against a migration, or has to be known before it. */
export const REASONS = {
  PreflightBlocked: 'Checks found what a human has to clear away before anything is touched.',

  ShootNotUnderstood: 'Fields of the Shoot are missing or wrong.',
  ShootChanged: 'The Shoot is not any more what the migration was started for.',
  FamiliesNotDualStack: 'The Shoot does not ask for IPv4 and IPv6.',
  ProviderNotSupported:
    'Shoots of other providers have neither routes nor alias IP ranges of Compute Engine.',
  NetworkPluginNotSupported: 'How this network plugin becomes dual-stack is not known here.',
  OverlayNotOff: 'Pods behind an overlay have no routes that could become alias IP ranges.',
  CalicoIpam: 'Calico’s own IPAM ignores the pod CIDRs of nodes.',
  KubernetesVersionNotStated: 'Whether Kubernetes is recent enough cannot be seen.',
  KubernetesTooOld: 'Its cloud-controller-manager cannot allocate both families.',
  Hibernated: 'The cluster sleeps.',
  RightsMissing:
    'Roles in the shoot, at its control plane or in its garden lack rights that a later step needs.',
  RightsNotKnown: 'An API server does not say whether the rights are there.',

  NetworkMissing: 'The shoot’s VPC network does not exist.',
  NetworkInAutoMode:
    'Auto-mode networks cannot have IPv6 subnets; switching to custom mode is the owner’s decision.',
  NetworkIsLegacy: 'Legacy networks have neither subnets nor alias IP ranges.',
  NetworkTierStandard: 'External IPv6 exists in the premium tier only.',
  NodesSubnetMissing: 'The subnet of the shoot’s nodes does not exist; the names do not fit this cluster.',
  SubnetInTheWay: 'A subnet of that name exists, but in another network or with another range.',
  NodesSubnetAlreadyDualStack:
    'Routes and ranges may overlap on an IPv4-only subnet only, and the nodes subnet is dual-stack.',
  OverlapAlreadyAllowed: 'Somebody allowed the nodes subnet to overlap routes.',

  RangesOverlap: 'Ranges of the shoot overlap each other.',
  PodRangeTaken: 'Another subnet of the network overlaps the pod CIDR.',
  ServiceRangeTaken: 'Another subnet of the network overlaps the service CIDR.',
  NodeRangeTaken: 'Another subnet of the network overlaps the nodes’ CIDR.',
  OtherClusterInRange: 'Another cluster of the network has pods in this one’s ranges.',
  ForeignRouteInPodCidr:
    'A route that is not ours lies in the pod CIDR; it is not touched, and stands in the way.',
  RouteInServiceCidr: 'A route lies in the service CIDR and keeps the services subnet from being created.',
  ForeignRangeInTheWay: 'A secondary range that is not ours overlaps the pod CIDR.',
  PodRangeDiffers:
    'The secondary range for pods exists with another CIDR; it cannot be changed, only removed.',
  PodRangeAlreadyThere: 'The secondary range for pods covers nodes that are still carried by routes.',

  NoNodes: 'The cluster has no nodes.',
  NodeWithoutPodCidr: 'Nodes are joining that nobody has given a pod CIDR yet.',
  PodCidrNotUnique: 'Two Nodes claim the same pod CIDR.',
  PodCidrOutside: 'A Node’s pod CIDR lies outside the shoot’s.',
  NodeWithoutInstance: 'A Node has no instance in the nodes subnet.',
  NodeNotReady: 'Of a node that is not ready it cannot be shown that its pods are reached.',
  ForeignAlias:
    'An instance’s first alias IP range is not its pod CIDR; the cloud-controller-manager would take it for that.',
  GuestAgentNotKnown: 'Whether guest agents leave alias IP ranges to the pods shows only in the guests.',
  NodeRolloutNotUnderstood: 'The Shoot’s annotations about the rollout of its nodes are wrong.',
  InPlacePool: 'Gardener refuses to roll pools that are updated in place.',
  EvictionNotAllowed: 'Draining a node waits for budgets that allow no eviction.',
  NetworkPluginDiffers:
    'The cluster does not run the agents of the network plugin that the Shoot says, and of no other.',
  NetworkPluginObstructed:
    'The network plugin, as it runs, encapsulates packets or gives out addresses regardless of the nodes’ pod CIDRs.',
  CloudControllerManagerMissing: 'The cluster has no cloud-controller-manager.',
  RouteControllerOff: 'The route controller is off or being changed although pod routes exist.',

  NodeWithoutRoute: 'A node is carried by nothing: other nodes do not reach its pods.',
  RouteWithoutNode: 'A pod route leads to an instance that is no Node.',
  TwoRoutesForOneRange: 'Two pod routes have the same destination.',
  RouteAndNodeDisagree: 'A pod route leads elsewhere than the Node’s own pod CIDR says.',
  RouteWithTags: 'Hybrid routing ignores routes with network tags.',
  RouteLeavesRegion: 'Hybrid routing drops packets whose next hop is in another region.',

  StaticRoutesNearLimit: 'Nodes that join may get no route any more.',
  HybridEnvelopeExceeded: 'The network is larger than what Google advises for hybrid subnets.',
  AliasLimitReached: 'A NIC has as many alias IP ranges as it can have.',
  RangeLimitReached: 'The nodes subnet has as many secondary ranges as it can have.',
  PodRangeFull: 'No block of the pod CIDR is left for a new node.',

  WishNotFollowed: 'The strategy that an operator asked for does not fit; nothing else is done unasked.',
  NoStrategyFits: 'Each of the strategies is ruled out by something.',
  TrafficLossNotAcknowledged: 'cutover takes traffic from every node for a while, and nobody agreed to that.',
} as const satisfies Reasons;

export type Reason = keyof typeof REASONS;
