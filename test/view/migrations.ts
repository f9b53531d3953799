import type { Migration } from '../../shared/migration/migration.ts';
import { startedMigration } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';

/** A migration as the store has it just after it was started, with these changes. */
export async function migrationWith(changes: Partial<Migration> = {}): Promise<Migration> {
  return { ...(await startedMigration(testEngine())), ...changes };
}

export const AT = '2026-03-01T22:30:00.000Z' as Migration['createdAt'];
export const NOW = Date.parse(AT);

/** So many seconds after {@link AT}. */
export function later(seconds: number): Migration['createdAt'] {
  return new Date(NOW + seconds * 1_000).toISOString() as Migration['createdAt'];
}
