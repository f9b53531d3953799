import { z } from 'zod';
import { STRATEGIES } from '../../../shared/migration/plan.ts';

/** Who is measured: the product's strategies, and the order that it is compared with. */
export const REFERENCE = 'gardener' as const;
/** The same order where no quota stands in its way, for sizes at which the quotas keep it from its end. */
export const UNLIMITED_REFERENCE = 'gardener-unlimited' as const;
export const REFERENCES = [REFERENCE, UNLIMITED_REFERENCE] as const;
export const CONTENDERS = [...REFERENCES, ...STRATEGIES] as const;
export type Contender = (typeof CONTENDERS)[number];
export type Reference = (typeof REFERENCES)[number];

export function isReference(contender: Contender): contender is Reference {
  return REFERENCES.some((reference) => reference === contender);
}

/** One case of the benchmark: a contender at a cluster size. */
export const caseSchema = z.object({
  nodes: z.number().int().min(1),
  strategy: z.enum(CONTENDERS),
  seed: z.number().int().min(0),
});
export type BenchCase = z.infer<typeof caseSchema>;

/** What was measured of one case. Seconds are simulated unless the name says otherwise. */
export const figuresSchema = caseSchema.extend({
  /** `done`, or why it did not come to its end. */
  outcome: z.string(),
  /** Summed over all nodes: the time in which packets to a live node's pod CIDR did not arrive. */
  lostNodeSeconds: z.number(),
  longestNodeGapSeconds: z.number(),
  /** Nodes that were still not reached when the case was over and had been given ten more minutes. */
  nodesLeftUnreached: z.number().int(),
  /** Calls to Compute Engine in the route migration, by what they are for. */
  mutationsPerNode: z.number(),
  readsPerNode: z.number(),
  operationCallsPerNode: z.number(),
  /** From the first to the last call of the route migration; of `rollover` without the rollout of the nodes. */
  simulatedSeconds: z.number(),
  /** The same with the rollout of the nodes, where that is part of it. */
  withRolloutSeconds: z.number().nullable(),
  lowerBoundSeconds: z.number(),
  /** The part of the lower bound that is prescribed waiting. */
  soakSeconds: z.number(),
  /** Runs of functions up to the end of the route migration, without the scheduler's ticks; of the reference its attempts. */
  functionRuns: z.number().int(),
  longestRunSeconds: z.number(),
});
export type MeasuredFigures = z.infer<typeof figuresSchema>;

/** With what the case cost on this machine. */
export const costedSchema = figuresSchema.extend({ peakRssMb: z.number(), wallSeconds: z.number() });
export type Figures = z.infer<typeof costedSchema>;
