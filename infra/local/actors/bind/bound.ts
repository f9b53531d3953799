import type { GardenCluster, ShootCluster } from '../world.ts';

/** The shoot's cluster, laid over an API server: the simulator's (`cluster.ts`) or any, over HTTP (`http/cluster.ts`). */
export interface BoundCluster extends ShootCluster {
  /**
   * A kube-controller-manager is there that taints nodes by their conditions and notices kubelets that fell silent: no actor
   * plays that part then.
   */
  readonly runsNodeLifecycleController: boolean;
  /** Lets go of the API server; calls under way may reject. Repeatable. */
  close(): Promise<void> | void;
}

/** The garden cluster, laid over an API server. */
export interface BoundGarden extends GardenCluster {
  close(): Promise<void> | void;
}
