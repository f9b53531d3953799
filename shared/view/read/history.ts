import type { MigrationStore } from '../../store/migration-store.ts';
import { type HistoryPage, historyLine } from '../history.ts';

/**
 * Up to `limit` (at most 500) entries after number `after`, -1 for the beginning. `next` is there when the page is full.
 *
 * @throws StoreUnavailable
 */
export async function readHistory(
  migrations: Pick<MigrationStore, 'historyAfter'>,
  id: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<HistoryPage> {
  const found = await migrations.historyAfter(id, after, limit);
  const last = found.at(-1);
  return {
    migration: id,
    entries: found.flatMap(({ n, entry }) => (entry === undefined ? [] : [historyLine(n, entry)])),
    unreadable: found.flatMap(({ n, entry }) => (entry === undefined ? [n] : [])),
    ...(last !== undefined && found.length === limit && { next: last.n }),
  };
}
