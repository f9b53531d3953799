import { z } from 'zod';
import { CAUSES } from '../migration/history.ts';

/**
 * The body of a message on a step's topic. It says at which migration to look, never what to believe about it. An
 * operator in an emergency types no more than `{"shoot":"garden-core/api"}`.
 */
export const nudgeSchema = z.strictObject({
  shoot: z
    .string()
    .regex(/^[a-z0-9-]{1,63}\/[a-z0-9-]{1,63}$/, 'expected "namespace/name", e.g. "garden-core/api"'),
  /** Set by the engine; guards against a nudge for an earlier migration of the same shoot. */
  migration: z.string().max(200).optional(),
  /** Who sent it. A message that does not say comes from an operator's shell. */
  cause: z.enum(CAUSES).default('operator'),
});

export type Nudge = z.infer<typeof nudgeSchema>;
