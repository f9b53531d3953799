import type { Reasons } from '../../migration/outcome.ts';

/** Why the network plugin does not give out both families yet. */
export const REASONS = {
  NodesIpv6RangeMissing: 'The nodes subnet shows no IPv6 range, from which pods would get theirs.',
  NetworkPluginMissing: 'The cluster runs the agents of no network plugin that is known here.',
  NetworkPluginUnclear: 'The cluster runs the agents of more than one network plugin.',
  NetworkPluginDiffers: 'The cluster runs another network plugin than the Shoot says.',
  OverlayOn: 'Packets between pods are encapsulated; IPv6 here needs the routes of the VPC itself.',
  IpamNotByNode: 'Pods get their addresses from somewhere else than their node’s pod CIDRs.',
  ConfigurationContradicts:
    'The network plugin’s configuration cannot be read, or contradicts IPv6 without NAT.',
  NoNodes: 'The cluster has no nodes, so nothing shows that the configuration works.',
  NodesNotDualStack:
    'A live node has no IPv6 pod CIDR: with the new configuration no pod would start there (Calico), or its agent (Cilium).',
  ControlPlaneNotDualStack:
    'The API server does not accept dual-stack Services yet; Gardener gives it the second service range when it reconciles the shoot.',
  ShootFailed:
    'Gardener has given the shoot’s last operation up, and reconciles again only when somebody tells it to retry.',
  GardenerReconciling:
    'Gardener reconciles the shoot, and configures the network plugin itself when all nodes are dual-stack; a write in between would be undone, and roll the agents twice.',
  ControllerHeldBack:
    'The cloud-controller-manager is handed back to Gardener when its control plane is rendered for both families.',
  ConfigurationUndone: 'Somebody undoes the configuration as often as it is written.',
  NetworkPluginRollingOut:
    'The agents of the network plugin are restarted node by node with the new configuration.',
  RolloutHeld:
    'Agents run with the earlier configuration, and their workload does not replace them by itself (OnDelete, paused).',
} as const satisfies Reasons;
export type Reason = keyof typeof REASONS;
