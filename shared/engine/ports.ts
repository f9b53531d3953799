import type { Compute } from '../compute/compute.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import type { Garden } from '../kubernetes/garden.ts';
import type { Reachability } from '../kubernetes/reachability.ts';
import type { Migration } from '../migration/migration.ts';

/** The way to everything outside that a step reads or changes, opened for one migration. */
export interface Ports {
  readonly compute: Compute;
  readonly cluster: Cluster;
  readonly garden: Garden;
  readonly reachability: Reachability;
}

/**
 * Opens the ports to one migration's project and cluster, for one run: when `signal` aborts, calls that are under way
 * are given up.
 */
export type OpenPorts = (migration: Migration, signal: AbortSignal) => Promise<Ports>;
