import { systemClock } from '../../../../shared/clock.ts';
import { openReflections } from '../../../../shared/reflect/memory.ts';
import type { DocumentQuery, Documents } from '../../../../shared/store/documents.ts';
import { MigrationStore } from '../../../../shared/store/migration-store.ts';
import { sourceFiles } from './sources.ts';

/** A field that documents of a collection are asked for by. */
export interface QueriedField {
  readonly collection: string;
  readonly field: string;
}

/** What the store asks for, found out by asking it: its lists go to documents that write down each query and hold nothing. */
export async function queriedFields(): Promise<readonly QueriedField[]> {
  const fields: QueriedField[] = [];
  const documents: Documents = {
    get: async () => undefined,
    commit: async () => [],
    list: async (collection: string, { where }: DocumentQuery = {}) => {
      if (where !== undefined) fields.push({ collection, field: where.field });
      return [];
    },
  };
  const store = new MigrationStore({ documents, clock: systemClock, newId: () => 'none' });
  await store.findByShoot('garden-core/api');
  await store.active();
  await store.history('none');
  await store.podRoutes('none');
  await openReflections(documents);
  return fields;
}

const QUERY = /\bfield:\s*'([^']+)',\s*equals\b/g;

/** Every field that stands in a query anywhere in the product, whoever makes it. */
export function fieldsInQueries(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [path, text] of sourceFiles(root, ['shared', 'functions'])) {
    for (const [, field = ''] of text.matchAll(QUERY)) found.set(field, path);
  }
  return found;
}

/**
 * Of a document `holds/${…}`, of one below another, `${migrationPath(id)}/history/${…}`, or of the only one, path:
 * 'watch/garden', X_PATH = 'fleet/rollout'.
 */
const COLLECTION =
  /`(?:\$\{\w+Path\([^)]*\)\}\/)?([a-z][A-Za-z]*)\/\$\{|\$\{\w+Path\([^)]*\)\}\/([a-z][A-Za-z]*)`|(?:\bpath: |_PATH = )'([a-z][A-Za-z]*)\/[^/']+'/g;

/** Collections that the product keeps documents in. */
export function collections(root: string): ReadonlySet<string> {
  const folders = ['shared/store', 'shared/engine', 'shared/watch', 'shared/reflect'];
  const found = new Set<string>();
  for (const [, text] of sourceFiles(root, folders)) {
    for (const [, written, listed, only] of text.matchAll(COLLECTION)) {
      const collection = written ?? listed ?? only;
      if (collection !== undefined) found.add(collection);
    }
  }
  return found;
}
