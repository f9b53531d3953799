import { z } from 'zod';

/** More at once than anybody watches; a policy with more means that it wants none. */
const MOST_AT_ONCE = 1_000;
/** Each of them is looked up until it has succeeded. */
const MOST_CANARIES = 20;

const count = z
  .int(`expected a whole number from 1 to ${MOST_AT_ONCE}`)
  .min(1, `expected a whole number from 1 to ${MOST_AT_ONCE}`)
  .max(MOST_AT_ONCE, `expected a whole number from 1 to ${MOST_AT_ONCE}`);

const canary = z
  .string()
  .regex(/^[a-z0-9-]{1,63}\/[a-z0-9-]{1,63}$/, 'expected "namespace/name", e.g. "garden-core/canary"');

/**
 * How many migrations may be under way at once, and which come first. It starts none: owners do, by `ipFamilies`. It lets those
 * that have a plan go on to their first change, one after the other.
 */
export const rolloutPolicySchema = z.strictObject({
  canaries: z
    .array(canary)
    .max(MOST_CANARIES, `expected at most ${MOST_CANARIES} shoots`)
    .refine((list) => new Set(list).size === list.length, 'expected no shoot twice')
    .readonly()
    .default([])
    .describe('Shoots, `namespace/name`, all of which have to be dual-stack before any other is let in.'),
  atOnce: count.describe('Migrations that may be under way at once.'),
  perProject: count.optional().describe('Of them in one GCP project.'),
  perNamespace: count.optional().describe('Of them in one namespace of the garden, a Gardener project’s.'),
  perSeed: count.optional().describe('Of them with their control planes on one seed.'),
  stopAfterBlocked: count
    .default(1)
    .describe('So many of those that it let in are blocked: nothing more is let in until somebody says so.'),
  resumePerMinute: count
    .optional()
    .describe('How many go on each minute after everything was paused, where the resumption does not say.'),
});
export type RolloutPolicy = z.infer<typeof rolloutPolicySchema>;
