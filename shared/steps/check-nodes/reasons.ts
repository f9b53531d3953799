import type { Reasons } from '../../migration/outcome.ts';

/** Why the nodes are not (all) dual-stack. */
export const REASONS = {
  NoNodes: 'The cluster has no nodes (scaled to zero), so nothing shows that new ones are dual-stack.',
  ShootHibernated:
    'The shoot sleeps or is waking up: it has no nodes, and Gardener refuses to roll its pools.',
  NodesJoining: 'All that is lacking is the pod CIDRs of nodes that are just joining.',
  RolloutNotUnderstood: 'The Shoot’s annotations about the rollout of its nodes are wrong; nothing is begun.',
  OwnerRollsNodes:
    'The owner replaces the nodes; they are looked at every few minutes and nothing is asked for.',
  PoolsLeftOut: 'What is single-stack is in pools that the owner left out, or in none of the Shoot’s.',
  OutsideMaintenanceWindow: 'Nodes are replaced only inside the shoot’s maintenance window.',
  RestOfWindowTooShort: 'What comes next fits into a maintenance window, but not into the rest of this one.',
  LongerThanWindow: 'The rollout fits into no maintenance window, so it begins with the next one.',

  ShootFailed:
    'The shoot’s last operation failed for good: until somebody has Gardener retry it, nothing that is asked for is taken up.',
  WorkersBusy: 'Gardener reconciles the shoot for another reason; the rollout follows that.',
  NodesRolling: 'Gardener replaces the nodes; new ones have a pod CIDR of each family.',
  InPlacePool:
    'Gardener refuses to roll pools that are updated in place, and nothing else changes a pod CIDR.',
  RolloutHadNoEffect:
    'Gardener has rolled a pool as often as makes sense, and it still has single-stack nodes.',

  MachineClassesFirst:
    'Gardener reconciles the shoot before the first node is drained, so that successors are made dual-stack.',
  NodesDraining: 'Pods are leaving a node that is being drained.',
  SuccessorsJoining: 'Nodes are out, as many as may be: their successors are being made.',
  BudgetBlocksEviction: 'A PodDisruptionBudget allows no eviction now; it is asked again and again.',
  BudgetNeverAllows:
    'A PodDisruptionBudget asks for as many healthy pods as there are, so that none may ever be evicted.',
  PodUnderSeveralBudgets: 'The API server evicts no pod that two PodDisruptionBudgets count.',
  DrainTimedOut:
    'A node could not be emptied in the time that Gardener would give it too; it takes pods again.',
  CordonedByOthers: 'Somebody else cordoned what is single-stack; that is theirs to undo or to drain.',
  NodesNotReady:
    'What is single-stack is not Ready: its pods cannot be drained, and the machine-controller-manager replaces it for that.',
  NodesUnmanaged:
    'What is single-stack has no machine, as the machine-controller-manager says: nobody would make a successor.',
  NodesMissing: 'As many nodes as may be out are out without our doing; none is added to them.',
  SuccessorMissing:
    'Long after a node was handed to the machine controller there are fewer nodes than before.',
  SuccessorSingleStack: 'The successor of a drained node is single-stack too; to go on would change nothing.',
} as const satisfies Reasons;
export type Reason = keyof typeof REASONS;
