import { nodesAtOnce, type WorkerPool } from './worker-pool.ts';

/** Seconds until a new machine has joined and an old one is drained and gone: an estimate, no figure is published. */
export const NODE_REPLACEMENT_SECONDS = 240;

/**
 * Seconds that Gardener takes to roll these pools, when every node takes as long as it usually does. A pool's nodes are all
 * replaced, whatever they have; pools roll at the same time. `sizes` are the present numbers of nodes by pool.
 */
export function rolloutSeconds(pools: readonly WorkerPool[], sizes: ReadonlyMap<string, number>): number {
  const turns = pools.map((pool) => Math.ceil((sizes.get(pool.name) ?? 0) / nodesAtOnce([pool], sizes)));
  return Math.max(0, ...turns) * NODE_REPLACEMENT_SECONDS;
}
