import type { CollectionPath, DocumentQuery, Documents, VersionedDocument } from './documents.ts';

interface PagedQuery extends Omit<DocumentQuery, 'after'> {
  readonly limit: number;
  readonly pages?: number;
}

/**
 * What is made of each document that the query asks for, in the order of their ids, read page by page. Repeatable: it only reads.
 *
 * @param query `limit`: documents in one page; `pages`: at most so many are read.
 * @param read gives undefined for a document that is left out; what it throws ends the reading.
 * @throws StoreUnavailable
 */
export async function pageByPage<Item>(
  documents: Documents,
  collection: CollectionPath,
  { pages = Number.POSITIVE_INFINITY, ...query }: PagedQuery,
  read: (document: VersionedDocument) => Item | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | undefined;
  for (let count = 0; count < pages; count += 1) {
    const page = await documents.list(collection, { ...query, ...(after !== undefined && { after }) });
    for (const document of page) {
      const item = read(document);
      if (item !== undefined) items.push(item);
    }
    if (page.length < query.limit) break;
    after = page.at(-1)?.id;
  }
  return items;
}
