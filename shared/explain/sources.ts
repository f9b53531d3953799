import type { ReasonName } from './parts.ts';

/** Where a reason, or its wording, comes from when it is not our own: as the code that gives it cites it. */
export const SOURCES: Readonly<Partial<Record<ReasonName, string>>> = {
  FamiliesChangeNotSupported: 'Gardener, pkg/api/core/validation/shoot.go, validateIPFamiliesUpdate',
  OverlayNotOff:
    'Gardener, networking-calico and networking-cilium: overlay with dual-stack; provider-gcp PR 1185',
  CalicoIpam: 'Gardener, networking-calico validation of ipam.type',
  InPlacePool: 'Gardener, pkg/api/core/validation/shoot.go: no manual rollout of in-place pools',
  NodesNotMigrated: 'Gardener, pkg/gardenlet/operation/botanist/dualstackmigration.go',
  NodesMigrated: 'Gardener, pkg/gardenlet/operation/botanist/dualstackmigration.go',
  DNSServiceMigration: 'Gardener, pkg/gardenlet/operation/botanist/dualstackmigration.go',
  EmergencyStop: 'Gardener, shoot.gardener.cloud/emergency-stop-reconciliations (gardener#12712)',
  ShootIgnored: 'Gardener, shoot.gardener.cloud/ignore',
  ShootFailed: 'Gardener, gardener.cloud/operation=retry',
  NetworkInAutoMode: 'Compute Engine: auto-mode networks have no IPv6 subnets',
  NetworkTierStandard: 'Compute Engine: external IPv6 exists in the premium tier only',
  NodesSubnetAlreadyDualStack:
    'Compute Engine, hybrid subnets: allowSubnetCidrRoutesOverlap on IPv4-only subnets',
  RouteWithTags: 'Compute Engine, hybrid subnets: routes with network tags are ignored',
  RouteLeavesRegion: 'Compute Engine, hybrid subnets: next hops in the same region',
  HybridEnvelopeExceeded:
    'Compute Engine, hybrid subnets: 25 subnets, 130 instances, 300 custom routes per network',
  RouteWithoutNode: 'cloud-provider-gcp, gce_routes.go: description k8s-node-route',
  ForeignAlias: 'cloud-provider-gcp: the first alias IP range is taken for the pod CIDR',
  BudgetNeverAllows: 'Kubernetes, PodDisruptionBudget and the Eviction API',
  PodUnderSeveralBudgets: 'Kubernetes, Eviction API: more than one PodDisruptionBudget is an error',
  PinnedAddressOutsideRange: 'Gardener #12170: the address that Gardener pins to kube-dns',
  CoreDnsRolloutStuck: 'Kubernetes, Deployment condition Progressing: ProgressDeadlineExceeded',
};
