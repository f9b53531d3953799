import type { CollectionPath, DocumentQuery, Documents, VersionedDocument } from './documents.ts';

/**
 * What is made of each document that the query asks for, in the order of their ids, read page by page. Repeatable: it only reads.
 *
 * @param query `limit`: documents in one page.
 * @param read gives undefined for a document that is left out; what it throws ends the reading.
 * @throws StoreUnavailable
 */
export async function pageByPage<Item>(
  documents: Documents,
  collection: CollectionPath,
  query: Omit<DocumentQuery, 'after'> & { readonly limit: number },
  read: (document: VersionedDocument) => Item | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let after: string | undefined; ; ) {
    const page = await documents.list(collection, { ...query, ...(after !== undefined && { after }) });
    for (const document of page) {
      const item = read(document);
      if (item !== undefined) items.push(item);
    }
    if (page.length < query.limit) return items;
    after = page.at(-1)?.id;
  }
}
