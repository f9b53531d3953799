import type { Engine } from '../engine/engine.ts';
import type { Migration } from '../migration/migration.ts';
import type { Write } from '../store/documents.ts';
import type { MigrationChange } from '../store/migration-store.ts';

/**
 * Changes a migration and, in the same commit, a document of which this look has read the version: written by somebody else
 * since, both stay as they are. So two looks at once, or one that slept, never do together what one alone would not.
 *
 * Returns the migration as it then stands. Whether this was written is for the other document to tell: where an answer was lost, or
 * the migration had changed and `turn` found nothing left to do, nobody else knows.
 */
export async function writeWith(
  { migrations }: Pick<Engine, 'migrations'>,
  id: string,
  turn: (current: Migration) => MigrationChange | undefined,
  write: Write,
): Promise<Migration | undefined> {
  let tried = false;
  return await migrations.change(id, (current) => {
    // Refused once: by the migration or by the other document, which has to be read again first.
    if (tried) return undefined;
    tried = true;
    const change = turn(current);
    return change && { ...change, writes: [...(change.writes ?? []), write] };
  });
}
