import type { Migration } from '../../migration/migration.ts';

/** When the way back was asked for: tells one request from an earlier one that was refused. */
export function requestOf({ abort, createdAt }: Pick<Migration, 'abort' | 'createdAt'>): string {
  return abort?.requestedAt ?? createdAt;
}
