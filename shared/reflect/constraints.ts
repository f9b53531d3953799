import { z } from 'zod';
import { CONSTRAINT_TYPES, type Constraint } from '../migration/constraints.ts';
import type { Migration } from '../migration/migration.ts';

const named = z.object({ type: z.enum(CONSTRAINT_TYPES) });
const worded = z.object({ type: z.string(), status: z.unknown(), reason: z.unknown(), message: z.unknown() });

/** What `status.constraints` is to say of a migration; once it has ended nothing. */
export function wantedConstraints({ active, constraints }: Migration): readonly Constraint[] {
  return active ? constraints : [];
}

/** Those among a Shoot's constraints that a dual-stack migration has, whoever wrote them. */
export function migrationConstraints(present: readonly unknown[]): readonly unknown[] {
  return present.filter((each) => named.safeParse(each).success);
}

/** `status.constraints` with ours in the place of those of a migration, and all others as they are. */
export function withConstraints(
  present: readonly unknown[],
  ours: readonly Constraint[],
): readonly unknown[] {
  return [...present.filter((each) => !named.safeParse(each).success), ...ours];
}

/**
 * Their wording, without the times: Gardener's own API server keeps seconds, and where Gardener itself says the same there is
 * nothing to be said.
 */
export function wordingOf(constraints: readonly unknown[]): unknown {
  const words = constraints.map((each) => {
    const { type, status, reason, message } = worded.parse(each);
    return { type, status, reason, message };
  });
  return words.toSorted((a, b) => a.type.localeCompare(b.type));
}
