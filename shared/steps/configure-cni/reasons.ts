import type { Reasons } from '../../migration/outcome.ts';

/** Why the network plugin does not give out both families yet. */
export const REASONS = {
  ControlPlaneNotDualStack:
    'The API server does not accept dual-stack Services yet; Gardener gives it the second service range when it reconciles the shoot.',
  CalicoRollingOut: 'calico-node is restarted node by node with the new configuration.',
  NodesIpv6RangeMissing: 'The nodes subnet shows no IPv6 range, from which pods would get theirs.',
} as const satisfies Reasons;
export type Reason = keyof typeof REASONS;
