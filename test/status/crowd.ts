import { toFields } from '../../shared/frozen-json.ts';
import { parseCidr } from '../../shared/migration/cidr.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import type { PodRouteRecord } from '../../shared/migration/pod-route.ts';
import type { Documents, Fields, Write } from '../../shared/store/documents.ts';

/** Stores migrations of so many shoots, made after one. */
export async function storeMigrations(
  documents: Documents,
  pattern: Migration,
  count: number,
  changes: (index: number) => Partial<Migration> = () => ({}),
): Promise<void> {
  await storeAll(
    documents,
    Array.from({ length: count }, (_, index) => {
      const name = `shoot-${String(index).padStart(5, '0')}`;
      const shoot = { ...pattern.shoot, name, key: `garden-core/${name}`, uid: `uid-${index}` };
      const migration = { ...pattern, id: `m-${name}`, shoot, ...changes(index) };
      return [`migrations/${migration.id}`, toFields({ ...migration, shootKey: shoot.key })] as const;
    }),
  );
}

/** Stores records of so many nodes’ pod routes. */
export async function storeRoutes(documents: Documents, { id }: Migration, count: number): Promise<void> {
  await storeAll(
    documents,
    Array.from({ length: count }, (_, index) => {
      const record: PodRouteRecord = {
        name: `route-${String(index).padStart(5, '0')}`,
        instance: `node-${String(index).padStart(5, '0')}`,
        zone: `europe-west1-${'bcd'.charAt(index % 3)}`,
        podCidr: parseCidr(`10.${Math.floor(index / 256)}.${index % 256}.0/24`),
        network: 'n',
        priority: 1000,
        description: 'k8s-node-route',
        state: index % 2 === 0 ? 'recorded' : 'verified',
        orphaned: false,
        recordedAt: '2026-03-01T22:30:00.000Z' as PodRouteRecord['recordedAt'],
      };
      return [`migrations/${id}/routes/${record.name}`, toFields(record)] as const;
    }),
  );
}

async function storeAll(documents: Documents, all: readonly (readonly [string, Fields])[]): Promise<void> {
  for (let from = 0; from < all.length; from += 300) {
    const writes = all
      .slice(from, from + 300)
      .map(([path, fields]): Write => ({ kind: 'put', path, fields }));
    await documents.commit(writes);
  }
}
