import { z } from 'zod';
import { type WorkerPool, workerPoolSchema } from './worker-pool.ts';

/**
 * Annotations on the Shoot with which its owner says how single-stack nodes are replaced. Read anew each time, so that the
 * owner may think of something else in the middle.
 */
export const NODE_ROLLOUT = {
  mode: 'shoot-dualstack/node-rollout',
  pools: 'shoot-dualstack/node-rollout-pools',
  surge: 'shoot-dualstack/node-rollout-surge',
} as const;

/** In every round the pods of each node that is being drained are listed side by side. */
const MOST_SURGE = 50;

export type NodeRollout =
  /** Nothing is replaced; the owner does it in their own way and time. */
  | { readonly mode: 'owner' }
  /** Gardener's `rollout-workers`, of these pools or, undefined, of every one that has single-stack nodes. */
  | { readonly mode: 'gardener'; readonly pools: readonly string[] | undefined }
  /** Node by node: cordoned, evicted, handed to the machine controller; never more than `surge` out at once. */
  | { readonly mode: 'drain'; readonly pools: readonly string[] | undefined; readonly surge: number }
  /** What the annotations say cannot be understood, or names what does not exist: `field: found, expected`. */
  | { readonly mode: 'invalid'; readonly problems: readonly string[] };

/** What matters of a Shoot when its nodes are replaced. */
export interface ShootRollout {
  readonly rollout: NodeRollout;
  readonly workers: readonly WorkerPool[];
  /** Asked to sleep, or still asleep: Gardener rolls nothing then. */
  readonly hibernated: boolean;
}

const manifestSchema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).nullish() }),
  spec: z.object({
    hibernation: z.object({ enabled: z.boolean().nullish() }).nullish(),
    provider: z.object({ workers: z.array(workerPoolSchema).nullish() }),
  }),
  status: z.object({ hibernated: z.boolean().nullish() }).nullish(),
});

/** Reads a Shoot manifest as far as the rollout of its nodes goes. Never throws: what is wrong stands in the result. */
export function readShootRollout(manifest: unknown): ShootRollout {
  const parsed = manifestSchema.safeParse(manifest);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return { rollout: { mode: 'invalid', problems }, workers: [], hibernated: false };
  }
  const { metadata, spec, status } = parsed.data;
  const workers = spec.provider.workers ?? [];
  return {
    rollout: rolloutIn(metadata.annotations ?? {}, workers),
    workers,
    hibernated: spec.hibernation?.enabled === true || status?.hibernated === true,
  };
}

function rolloutIn(
  annotations: Readonly<Record<string, string>>,
  workers: readonly WorkerPool[],
): NodeRollout {
  const problems: string[] = [];
  const wrong = (annotation: string, expected: string) => {
    // An annotation may be a quarter of a megabyte.
    const found = JSON.stringify(annotations[annotation]?.slice(0, 100));
    problems.push(`metadata.annotations[${annotation}]: found ${found}, expected ${expected}`);
  };
  const mode = annotations[NODE_ROLLOUT.mode]?.trim() ?? 'gardener';
  if (!['owner', 'gardener', 'drain'].includes(mode)) wrong(NODE_ROLLOUT.mode, 'owner, gardener or drain');
  const pools = annotations[NODE_ROLLOUT.pools]?.split(',').map((name) => name.trim());
  const known = workers.map(({ name }) => name);
  // One name that is misspelt would leave its pool as it is without a word.
  if (pools?.some((name) => !known.includes(name))) {
    wrong(NODE_ROLLOUT.pools, `some of the worker pools ${known.join(', ')}, separated by commas`);
  }
  const surge = (annotations[NODE_ROLLOUT.surge] ?? '1').trim();
  if (!/^[1-9]\d?$/.test(surge) || Number(surge) > MOST_SURGE) {
    wrong(NODE_ROLLOUT.surge, `a number of nodes from 1 to ${MOST_SURGE}`);
  }
  if (problems.length > 0) return { mode: 'invalid', problems };
  if (mode === 'owner') return { mode };
  return mode === 'drain' ? { mode, pools, surge: Number(surge) } : { mode: 'gardener', pools };
}
