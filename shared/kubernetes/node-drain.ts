import type { Timestamp } from '../clock.ts';
import type { ClusterNode, DisruptionBudget } from './cluster.ts';

/**
 * The part of the port to the shoot's cluster that empties nodes and has them replaced, one by one. Every change is made only
 * to the very object that was read (by UID), never over somebody else's change, and may be repeated.
 */
export interface NodeDrain {
  /** As `Cluster.nodes`, with what matters before a node is touched. */
  nodes(): Promise<readonly DrainableNode[]>;
  /** Every PodDisruptionBudget, with all that tells whether it lets a pod go. */
  budgets(): Promise<readonly EvictionBudget[]>;
  /** Pods that have to be off the node before it goes, terminating ones too; not those of DaemonSets nor mirror pods. */
  podsOn(node: string, budgets: readonly EvictionBudget[]): Promise<readonly DrainablePod[]>;
  /** Such pods of all nodes that the budget counts. */
  podsUnder(budget: EvictionBudget, budgets: readonly EvictionBudget[]): Promise<readonly DrainablePod[]>;
  /** Keeps new pods off the node and marks that as ours. Nothing happens to a node that somebody else cordoned, or that leaves. */
  cordon(node: NodeIdentity, since: Timestamp): Promise<void>;
  /** Takes our cordon back; somebody else's stays. */
  uncordon(node: NodeIdentity): Promise<void>;
  /** Has the machine-controller-manager delete the node's machine and make a successor. */
  handOver(node: NodeIdentity): Promise<void>;
  /**
   * Asks for the pod's eviction with its own grace period; pods that do not run, or no longer, are simply deleted by that.
   *
   * @throws ClusterUnavailable when no answer came; the pod may be leaving all the same.
   */
  evict(pod: DrainablePod): Promise<Eviction>;
}

export interface NodeIdentity {
  readonly name: string;
  readonly uid: string;
}

export interface DrainableNode extends ClusterNode, NodeIdentity {
  readonly createdAt: Timestamp;
  readonly schedulable: boolean;
  /** No taint of a node that is only just joining keeps pods off it, as one does until its CNI runs. */
  readonly settled: boolean;
  /** Since when it is cordoned by us; undefined when it is not, or by somebody else. */
  readonly cordonedAt: string | undefined;
  /** The machine-controller-manager was told to replace it. */
  readonly handedOver: boolean;
  /** The machine-controller-manager does not say that it has no machine for it. */
  readonly managed: boolean;
}

export interface DrainablePod {
  /** `namespace/name` */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly terminating: boolean;
  /** Running, or not known: only such a pod's eviction asks a budget. */
  readonly running: boolean;
  readonly ready: boolean;
  /** It has a controller, which makes another one; without, its eviction is its end. */
  readonly comesBack: boolean;
  /** Those that count it. */
  readonly budgets: readonly EvictionBudget[];
}

export interface EvictionBudget extends DisruptionBudget {
  readonly namespace: string;
  /** Label selector as list requests take it; undefined for one that selects no pod. */
  readonly selector: string | undefined;
  readonly selects: (labels: Readonly<Record<string, string>>) => boolean;
  readonly desiredHealthy: number;
  readonly currentHealthy: number;
  /** Whether its controller has seen its present spec. Until then it allows nothing. */
  readonly observed: boolean;
  /** `unhealthyPodEvictionPolicy: AlwaysAllow` */
  readonly letsUnreadyGo: boolean;
}

export type Eviction =
  | { readonly kind: 'leaving' }
  | { readonly kind: 'gone' }
  /** Not now; the API server's own words. */
  | { readonly kind: 'refused'; readonly message: string };
