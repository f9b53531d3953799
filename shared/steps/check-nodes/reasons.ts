import type { Reasons } from '../../migration/outcome.ts';

/** Why the nodes are not (all) dual-stack. */
export const REASONS = {
  NoNodes:
    'The cluster has no nodes (hibernated, or scaled to zero), so nothing shows that new ones are dual-stack.',
  WorkersBusy:
    'Gardener is rolling the workers or reconciling the shoot for another reason; the rollout follows that.',
  NodesRolling: 'Gardener replaces the nodes; new ones have a pod CIDR of each family.',
} as const satisfies Reasons;
export type Reason = keyof typeof REASONS;
