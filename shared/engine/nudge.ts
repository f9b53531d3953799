import { z } from 'zod';
import { CAUSES, type Who } from '../migration/history.ts';
import { type Migration, migrationId } from '../migration/migration.ts';
import { STRATEGIES } from '../migration/plan.ts';
import type { Engine } from './engine.ts';

export const shootKey = z
  .string()
  .regex(/^[a-z0-9-]{1,63}\/[a-z0-9-]{1,63}$/, 'expected "namespace/name", e.g. "garden-core/api"');

/** Fields of what an operator may say of a migration, in a nudge or with the change that starts it. */
export const wishFields = {
  /** Traffic may be lost; without it `cutover` does not begin. */
  acknowledgeTrafficLoss: z.literal(true, 'expected true, or nothing').optional(),
  strategy: z.enum(STRATEGIES).optional(),
};

/**
 * The body of a message on a step's topic. It says at which migration to look, never what to believe about it. An
 * operator in an emergency types no more than `{"shoot":"garden-core/api"}`.
 */
export const nudgeSchema = z.strictObject({
  shoot: shootKey,
  ...wishFields,
  /** Set by the engine; guards against a nudge for an earlier migration of the same shoot. */
  migration: migrationId.optional(),
  /** Who sent it. A message that does not say comes from an operator's shell. */
  cause: z.enum(CAUSES).default('operator'),
});

/** The body of a message on the topic `abort`: nothing of how to go forth has a meaning there. */
export const abortSchema = nudgeSchema.omit({ acknowledgeTrafficLoss: true, strategy: true });

/** `who` is what the edge found out about the operator; a message’s body cannot say it. */
export type Nudge = z.infer<typeof nudgeSchema> & { readonly who?: Who | undefined };
export type Wishes = Pick<Nudge, 'acknowledgeTrafficLoss' | 'strategy'>;

/** The migration that the nudge is about; undefined also when it names another shoot's. */
export async function migrationOf(
  { migrations }: Pick<Engine, 'migrations'>,
  nudge: Nudge,
): Promise<Migration | undefined> {
  const migration =
    nudge.migration === undefined
      ? await migrations.findByShoot(nudge.shoot)
      : await migrations.get(nudge.migration);
  return migration?.shoot.key === nudge.shoot ? migration : undefined;
}
