import type { Compute } from '../compute/compute.ts';
import type { Cluster, ManagerHold } from '../kubernetes/cluster.ts';
import type { Garden } from '../kubernetes/garden.ts';
import type { GardenShoots } from '../kubernetes/garden-shoots.ts';
import type { Reachability } from '../kubernetes/reachability.ts';
import type { Migration } from '../migration/migration.ts';

/** The way to everything outside that a step reads or changes, opened for one migration. */
export interface Ports {
  readonly compute: Compute;
  readonly cluster: Cluster;
  readonly garden: Garden;
  readonly reachability: Reachability;
  /** Undefined where nobody but us changes the cloud-controller-manager. */
  readonly managerHold?: ManagerHold | undefined;
}

/**
 * Opens the ports to one migration's project and cluster, for one run: when `signal` aborts, calls that are under way
 * are given up.
 */
export type OpenPorts = (migration: Migration, signal: AbortSignal) => Promise<Ports>;

/** The garden as a whole: where changes of Shoots are looked for, and what is written back to them. */
export interface GardenConnection {
  /** Calls that are under way are given up when `signal` aborts. @throws GardenTrouble `NoAccess`. */
  open(signal: AbortSignal): Promise<GardenShoots>;
  /** Which are watched. */
  readonly namespaces: readonly string[] | 'all';
  /** GCP projects of the Shoots in a namespace, where they are not in the engine's own. */
  readonly projects: ReadonlyMap<string, string>;
  /** Whether constraints are written into `status.constraints` too. */
  readonly writesConstraints: boolean;
}
