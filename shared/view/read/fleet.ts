import type { Migration } from '../../migration/migration.ts';
import { DocumentNotUnderstood } from '../../store/document-not-understood.ts';
import { type Documents, MAX_LIST, type VersionedDocument } from '../../store/documents.ts';
import { readMigration } from '../../store/migration-store.ts';
import { pageByPage } from '../../store/page-by-page.ts';
import type { Unreadable } from '../fleet.ts';

/** What the store has of migrations; what cannot be read is told of, and holds nothing up. */
export interface Migrations {
  readonly migrations: readonly Migration[];
  readonly unreadable: readonly Unreadable[];
}

/** More migrations than anybody has; a list that goes on and on is a store that does not keep its word. */
const MOST_PAGES = 200;

/**
 * All migrations that are under way, or all that have ended: page by page, one read of the store for each migration.
 *
 * @throws StoreUnavailable
 */
export async function readMigrations(documents: Documents, active: boolean): Promise<Migrations> {
  const migrations: Migration[] = [];
  const unreadable: Unreadable[] = [];
  const query = { where: { field: 'active', equals: active }, limit: MAX_LIST, pages: MOST_PAGES };
  for (const read of await pageByPage(documents, 'migrations', query, readOrTell)) {
    if ('trouble' in read) unreadable.push(read);
    else migrations.push(read);
  }
  return { migrations, unreadable };
}

/** The migration in a document, or what is wrong with the document. */
export function readOrTell(document: VersionedDocument): Migration | Unreadable {
  try {
    return readMigration(document);
  } catch (error) {
    if (!(error instanceof DocumentNotUnderstood)) throw error;
    const { shootKey } = document.fields;
    return {
      id: document.id,
      ...(typeof shootKey === 'string' && { shoot: shootKey.slice(0, 200) }),
      trouble: error.message,
    };
  }
}
