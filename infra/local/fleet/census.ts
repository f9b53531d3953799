import type { Migration } from '../../../shared/migration/migration.ts';
import type { Documents, Fields, Json } from '../../../shared/store/documents.ts';
import { readMigration } from '../../../shared/store/migration-store.ts';
import { heardMigrations } from '../in-process/heard-commits.ts';

/** Where a shoot's migration stands. */
export type Standing = 'succeeded' | 'led back' | 'blocked' | 'under way';

/** Told of a migration that has come to another standing. */
export type StandingListener = (migration: Migration, standing: Standing) => void;

/** A migration's document as it was last written. */
interface Kept {
  readonly path: string;
  readonly fields: Fields;
  readonly standing: Standing;
}

/**
 * Every migration of a fleet as it was last stored, and how many stand where. It follows what is written, so that
 * asking costs nothing, however many there are; what was written is read only for who asks.
 */
export class Census {
  /** By the shoot's key; a shoot's newest migration takes the place of the one before. */
  readonly #migrations = new Map<string, Kept>();
  readonly #counts: Record<Standing, number> = { succeeded: 0, 'led back': 0, blocked: 0, 'under way': 0 };
  readonly #listeners = new Set<StandingListener>();

  /** The store, with every write to a migration noticed. */
  over(documents: Documents): Documents {
    return heardMigrations(documents, (written) => this.#take(written));
  }

  of(shootKey: string): Migration | undefined {
    const kept = this.#migrations.get(shootKey);
    return kept && readMigration(kept);
  }

  migrations(): Iterable<Migration> {
    return this.#migrations.values().map(readMigration);
  }

  /** Shoots whose newest migration stands there. */
  count(standing: Standing): number {
    return this.#counts[standing];
  }

  /** Returns a function that ends that. */
  onStanding(listener: StandingListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #take({ path, fields }: Pick<Kept, 'path' | 'fields'>): void {
    const { shootKey: key } = fields;
    if (typeof key !== 'string') throw new Error(`${path} was written without its shoot`);
    const before = this.#migrations.get(key);
    const standing = standingOf(fields);
    this.#migrations.set(key, { path, fields, standing });
    if (before?.standing === standing && before.path === path) return;
    if (before !== undefined) this.#counts[before.standing] -= 1;
    this.#counts[standing] += 1;
    for (const listener of this.#listeners) listener(readMigration({ path, fields }), standing);
  }
}

function standingOf({ active, status }: Fields): Standing {
  const kind = kindOf(status);
  if (kind === 'blocked') return 'blocked';
  if (active === true) return 'under way';
  return kind === 'aborted' ? 'led back' : 'succeeded';
}

function kindOf(status: Json | undefined): Json | undefined {
  return typeof status === 'object' && status !== null && 'kind' in status ? status.kind : undefined;
}
