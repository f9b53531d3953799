import type { ReasonName } from './parts.ts';

/**
 * What a human does about a reason, as far as that is the same wherever it is met. What a block says itself goes before this: it
 * names the objects. Reasons that are not here ask nothing of anybody, or only what is said with them.
 */
export const REMEDIES: Readonly<Partial<Record<ReasonName, string>>> = {
  // The engine's.
  ComputeEngineRefused:
    'Remove the cause that the message names (permissions, quota, policy, a resource in the way), then retry the step.',
  ClusterRefused:
    'Remove the cause that the message names (a role, an admission policy), then retry the step.',
  WaitsInVain: 'Find out what keeps it, then retry the step; it is waited for anew then.',
  RunsDie: 'Look at the memory and the log of the function, then retry the step.',
  DeliveriesExhausted: 'Remove the cause of the last failure, then retry the step.',
  OutsideMaintenanceWindow: 'Nothing: it goes on by itself. To begin now, run the step by hand.',
  NoAnswer: 'Nothing at first: it is tried every ten minutes. See whether cloud or cluster have an outage.',

  // Access.
  GardenForbids:
    'Apply the roles of infra/kubernetes/garden, bound to whom the functions are there, then retry the step.',
  GardenRefuses:
    'Remove the cause, or give the functions a kubeconfig of the shoot (SHOOT_KUBECONFIG_SECRET), then retry.',
  ShootNotInGarden:
    'See whether the functions ask the right garden; if the Shoot was deleted, nothing is left to do.',
  NoViewerAccess: 'Set PLAN_ACCESS to admin, then retry the step.',
  SecretNotReadable:
    'Let the functions’ service accounts read the secret that the message names, then retry the step.',
  CredentialsNotTaken: 'Store a kubeconfig that is good where the setting points to, then retry the step.',
  NoAccess: 'Set the variable that the message names, then retry the step.',

  // The preflight's.
  PreflightBlocked: 'Clear away what the plan’s blocking findings name, then retry the preflight.',
  RightsMissing: 'Apply the roles of infra/kubernetes that the finding names, then retry the preflight.',
  OverlayNotOff:
    'Set overlay.enabled to false in spec.networking.providerConfig and let Gardener reconcile the shoot first.',
  CalicoIpam:
    'Let pods get their addresses from the pod CIDRs of their nodes (host-local) and roll the nodes first.',
  KubernetesTooOld: 'Update Kubernetes first.',
  Hibernated: 'Wake the shoot up, then retry the preflight.',
  NetworkInAutoMode:
    'Switch it to custom mode (gcloud compute networks update --switch-to-custom-subnet-mode), if its owner agrees.',
  NetworkMissing: 'Check project and infrastructureConfig.networks.vpc of the shoot.',
  NodesSubnetMissing: 'Check region and technical ID of the shoot.',
  SubnetInTheWay: 'Rename or remove the subnet; it is not the one that belongs to this shoot.',
  NoStrategyFits:
    'Clear away what rules the strategies out, as the plan says of each, then retry the preflight.',
  WishNotFollowed:
    'Wish for another strategy, or clear away what the plan says against this one, then retry the preflight.',
  TrafficLossNotAcknowledged:
    'Acknowledge the loss of traffic if the owner agrees, or ask for another strategy.',

  // Routes.
  NoFreeBlock: 'Free an aligned block of the pod CIDR, or ask for another strategy.',
  RangeRefused: 'Remove what stands in the way of the range, then retry the step.',
  PodCidrTaken:
    'Delete the newer of the two machines: its alias takes the packets for the other one’s pods. Then retry the step.',
  AliasTakesTraffic:
    'Look for a guest agent that takes aliases (`ip route show table local`, proto 66; `ip_aliases = false` in /etc/default/instance_configs.cfg ends it), then retry the step.',
  NodesSubnetAlreadyDualStack:
    'Set its stack type back to IPV4_ONLY (possible with external IPv6), then retry the step.',
  PodRangeDiffers: 'Remove the range if nothing uses it.',
  ForeignRangeInTheWay: 'Remove it, if its owner agrees.',
  ForeignRouteInPodCidr:
    'Find out whose it is and remove it or choose another destination; it is never touched from here.',
  RouteAndNodeDisagree: 'Delete the route if it is a leftover; the node’s own pod CIDR is what counts.',
  PodCidrNotUnique: 'Delete one of the two nodes; it comes back with another range.',
  ForeignAlias: 'Remove that alias or replace the node.',
  RouteReappeared: 'Find out what made it, end that, and delete the route; then retry the step.',
  NodeNotReached:
    'Compare aliases, firewall and the guest agent of these nodes with those of others, then retry the step.',

  // Nodes.
  NoNodes: 'Nothing is wrong; it goes on once the cluster has nodes.',
  RolloutNotUnderstood: 'Correct the Shoot’s annotations, then retry the step.',
  OwnerRollsNodes:
    'The owner replaces the nodes, or says otherwise by the annotation shoot-dualstack/node-rollout.',
  PoolsLeftOut: 'The owner replaces these nodes, or names their pools.',
  ShootFailed:
    'Remove the cause that the Shoot’s status names and annotate it with gardener.cloud/operation=retry.',
  InPlacePool: 'Set the annotation shoot-dualstack/node-rollout to drain or owner, then retry the step.',
  RolloutHadNoEffect:
    'See in the Shoot’s status whether the rollouts ended well, and in the machine classes (seed) whether they ask for IPV4_IPV6; then retry the step.',
  BudgetBlocksEviction:
    'Bring the budget’s pods to health, or relax the budget, if it does not pass by itself.',
  BudgetNeverAllows:
    'Add replicas, or let the budget allow one pod less (maxUnavailable at least 1, minAvailable below the replicas); then retry the step.',
  PodUnderSeveralBudgets: 'Leave one budget for these pods, then retry the step.',
  DrainTimedOut:
    'Bring the budgets’ pods to health or relax the budgets; see which finalizer or grace period holds a terminating pod. Then retry the step.',
  CordonedByOthers: 'Whoever cordoned the nodes drains them, or takes that back.',
  NodesNotReady: 'See why the nodes are not Ready.',
  NodesUnmanaged: 'Replace these nodes by hand.',
  SuccessorMissing: 'See in the Machines (seed) and the Nodes’ events why none joins, then retry the step.',
  SuccessorSingleStack:
    'See why the machine classes (seed) do not ask for IPV4_IPV6 although the nodes subnet is dual-stack; then retry the step.',

  // Network plugin and DNS.
  NodesIpv6RangeMissing:
    'Somebody turned the nodes subnet back to IPV4_ONLY; make it dual-stack again, then retry the step.',
  NetworkPluginMissing:
    'Let Gardener bring the network plugin back, or install its agents where Gardener does, then retry the step.',
  NetworkPluginUnclear: 'Remove what is left of the plugin that is not in use, then retry the step.',
  ConfigurationUndone: 'Find out why it is written back, then retry the step.',
  ConfigurationContradicts: 'Correct the object that is named, then retry the step.',
  RolloutHeld:
    'Let the agents be replaced (updateStrategy RollingUpdate, or no longer paused), or delete them one node after another, then retry the step.',
  CoreDnsScaledToZero:
    'Scale it up (kubectl -n kube-system scale deployment coredns --replicas=2), then retry the step.',
  CoreDnsPaused:
    'Find out who paused it, resume it (kubectl -n kube-system rollout resume deployment coredns), then retry the step.',
  CoreDnsRolloutStuck:
    'Clear away what keeps the new pods from becoming ready; the old ones answer as long. Then retry the step.',
  CoreDnsStillSingleStack:
    'Look at the network plugin’s pod on their nodes, then delete these pods and retry the step.',
  KubeDnsWithoutSelector: 'Restore its selector (k8s-app: kube-dns), then retry the step.',
  KubeDnsNotIpv4First: 'Restore the Service with its IPv4 cluster IP first, and none or an IPv6 one second.',
  ServicesRangeMissing: 'Restore the services subnet’s dual-stack state, then retry the step.',
  PinnedAddressOutsideRange:
    'Let Gardener reconcile the shoot until its ranges and the API server’s agree, then retry the step.',

  // The rollout's.
  WaitsForRollout: 'Nothing: it is let in when its turn comes. To begin now, run the step by hand.',
  CanaryBlocked:
    'Clear away what blocks the canary and retry its step; then let the rollout go on (goOn), which also goes on without it.',
  CanaryLedBack: 'See in its history why; then let the rollout go on (goOn), or name another canary.',
  ShootsBlocked:
    'Clear away what blocks the shoots and retry their steps, or leave them; then let the rollout go on (goOn).',
  StoppedByOperator: 'Let the rollout go on (goOn) when it is time.',
  RolloutStopped: 'Look at what it stopped for; then let it go on (goOn).',
  RolloutNotReadable: 'Set the policy anew.',
  EverythingPaused: 'Resume everything when it is time.',
  CanaryUnknown: 'Let the owner of the canary ask for dual-stack, or set a policy without it.',

  // Asked for and not done.
  Blocked: 'Clear away what blocks the migration, then retry the step by hand.',
  Paused: 'Resume the migration.',
  NotTheCurrentStep: 'Run the current step instead.',
  PlanBeingMade: 'Ask again when the preflight is done.',

  // Somebody wants a standstill.
  EmergencyStop: 'Nothing: it goes on when the operators of the garden end the stop.',
  ShootIgnored: 'Take the annotation away when the shoot may be changed again.',
  ShootHibernated: 'Nothing: it goes on when the shoot is awake.',
  SeedNotReadable:
    'Let the functions read the seed (infra/kubernetes/garden/status.yaml), or do without the check.',
};
