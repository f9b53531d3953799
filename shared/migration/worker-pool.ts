import { z } from 'zod';

/** Kubernetes' IntOrString: so many nodes, or a share of the pool, e.g. `25%`. */
const EXPECTED = 'expected a number of nodes or a share of the pool ("25%")';
const nodesOrShare = z.union(
  [z.int(EXPECTED).min(0, EXPECTED), z.string().regex(/^(100|[1-9]?\d)%$/, EXPECTED)],
  EXPECTED,
);
type NodesOrShare = z.infer<typeof nodesOrShare>;

/** What Gardener sets where nothing is stated (`pkg/apis/core/v1beta1/defaults_shoot.go`). */
const DEFAULT_MAX_SURGE = 1;
const DEFAULT_MAX_UNAVAILABLE = 0;

/** An entry of `spec.provider.workers`, as far as it says how its nodes are replaced and how many at once. */
export const workerPoolSchema = z
  .object({
    name: z.string(),
    maxSurge: nodesOrShare.nullish(),
    maxUnavailable: nodesOrShare.nullish(),
    updateStrategy: z.string().nullish(),
  })
  .transform(({ name, maxSurge, maxUnavailable, updateStrategy }) => ({
    name,
    maxSurge: maxSurge ?? DEFAULT_MAX_SURGE,
    maxUnavailable: maxUnavailable ?? DEFAULT_MAX_UNAVAILABLE,
    ...(updateStrategy ? { updateStrategy } : {}),
  }));
export type WorkerPool = z.infer<typeof workerPoolSchema>;

/** Whether Gardener updates the pool's machines where they are instead of replacing them. */
export function isInPlace({ updateStrategy }: WorkerPool): boolean {
  return updateStrategy === 'AutoInPlaceUpdate' || updateStrategy === 'ManualInPlaceUpdate';
}

/**
 * Nodes that the owner lets Gardener replace at once, over all pools: what each may have too many and too few. At least
 * one. `sizes` are the pools' present numbers of nodes by name; as in Kubernetes, a share of the surge is rounded up, one
 * of the unavailable down.
 */
export function nodesAtOnce(pools: readonly WorkerPool[], sizes: ReadonlyMap<string, number>): number {
  const sum = pools.reduce((total, { name, maxSurge, maxUnavailable }) => {
    const size = sizes.get(name) ?? 0;
    return total + Math.ceil(nodesOf(maxSurge, size)) + Math.floor(nodesOf(maxUnavailable, size));
  }, 0);
  return Math.max(1, sum);
}

function nodesOf(amount: NodesOrShare, poolSize: number): number {
  return typeof amount === 'number' ? amount : (Number.parseInt(amount, 10) * poolSize) / 100;
}
