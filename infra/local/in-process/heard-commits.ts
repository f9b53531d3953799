import type { Documents, Fields, Write } from '../../../shared/store/documents.ts';

/** The store, with what it has just applied told of, whole. */
export function heardCommits(documents: Documents, heard: (writes: readonly Write[]) => void): Documents {
  return {
    get: (path) => documents.get(path),
    list: (collection, query) => documents.list(collection, query),
    commit: async (writes) => {
      const versions = await documents.commit(writes);
      heard(writes);
      return versions;
    },
  };
}

/** The store, with every write to a migration's own document told of. */
export function heardMigrations(
  documents: Documents,
  heard: (written: { readonly path: string; readonly fields: Fields }) => void,
): Documents {
  return heardCommits(documents, (writes) => {
    for (const write of writes) {
      if (write.kind !== 'delete' && isMigration(write.path)) heard(write);
    }
  });
}

const COLLECTION = 'migrations/';

function isMigration(path: string): boolean {
  return path.startsWith(COLLECTION) && !path.includes('/', COLLECTION.length);
}
