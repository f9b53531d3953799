import type { ClusterNode } from '../../kubernetes/cluster.ts';
import type { Garden } from '../../kubernetes/garden.ts';
import type { DrainableNode, DrainablePod } from '../../kubernetes/node-drain.ts';
import type { MaintenanceWindow } from '../../migration/maintenance-window.ts';
import type { ShootRollout } from '../../migration/node-rollout.ts';
import type { Marks } from './marks.ts';

export interface NodeFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** None where the shoot sleeps: then nobody can be asked. */
  readonly nodes: readonly ClusterNode[];
  readonly shoot: ShootRollout;
  readonly garden: Awaited<ReturnType<Garden['state']>>;
  /** Undefined means always open. */
  readonly window: MaintenanceWindow | undefined;
  /** This run was asked for by hand: what it begins need not wait for the window. */
  readonly byOperator: boolean;
  readonly marks: Marks;
  /** Read only where nodes are to be drained, or were begun to be. */
  readonly drain: DrainFacts | undefined;
}

export interface DrainFacts {
  readonly nodes: readonly DrainableNode[];
  /** On the nodes that we cordoned: what has to leave. */
  readonly pods: readonly DrainablePod[];
  /** Of any node: pods under budgets that can never let one go. */
  readonly neverEvicted: readonly DrainablePod[];
}
