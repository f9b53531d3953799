import type { Migration } from '../../../shared/migration/migration.ts';
import type { Documents } from '../../../shared/store/documents.ts';
import { readMigration } from '../../../shared/store/migration-store.ts';
import { heardMigrations } from './heard-commits.ts';

/** Follows the one migration of a world as it is stored, so that a condition on it costs nothing but a look. */
export class MigrationWatch {
  #latest: Migration | undefined;

  /** As it was after the last write to it; undefined before there is one. */
  get latest(): Migration | undefined {
    return this.#latest;
  }

  /** The store, with every write to a migration noticed. */
  over(documents: Documents): Documents {
    return heardMigrations(documents, (written) => {
      this.#latest = readMigration(written);
    });
  }
}

/** It succeeded, was led back, or is blocked. */
export function hasEnded(migration: Migration | undefined): boolean {
  return migration !== undefined && (!migration.active || migration.status.kind === 'blocked');
}

/** For messages: `check-nodes blocked: BudgetNeverAllows, …`. */
export function standing(migration: Migration | undefined): string {
  if (migration === undefined) return 'no migration was started';
  const { status, position } = migration;
  const why = 'reason' in status ? `: ${status.reason}, ${status.message}` : '';
  return `${position} ${status.kind}${why}`;
}
