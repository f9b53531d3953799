import type { Fields, Json, Write } from '../../../../shared/store/documents.ts';

/** A document before and after a write; undefined where there is none. */
export interface StoredChange {
  readonly path: string;
  readonly before: Fields | undefined;
  readonly after: Fields | undefined;
}

/** The raw documents of a world, followed write by write; what they mean is read by the laws themselves. */
export class StoredDocuments {
  readonly #documents = new Map<string, Fields>();
  #migrationPath: string | undefined;

  apply(write: Write): StoredChange {
    const { path } = write;
    const before = this.#documents.get(path);
    if (write.kind === 'delete') {
      this.#documents.delete(path);
      return { path, before, after: undefined };
    }
    this.#documents.set(path, write.fields);
    if (isMigration(path)) this.#migrationPath = path;
    return { path, before, after: write.fields };
  }

  get(path: string): Fields | undefined {
    return this.#documents.get(path);
  }

  /** Path of the one migration that was last written. */
  get migrationPath(): string | undefined {
    return this.#migrationPath;
  }

  get migration(): Fields | undefined {
    return this.#migrationPath === undefined ? undefined : this.#documents.get(this.#migrationPath);
  }

  /** The record of a pod route of that migration. */
  routeRecord(name: string): Fields | undefined {
    return this.#documents.get(`${this.#migrationPath}/routes/${name}`);
  }

  *under(prefix: string): Generator<readonly [path: string, fields: Fields]> {
    for (const entry of this.#documents) if (entry[0].startsWith(prefix)) yield entry;
  }
}

export function isMigration(path: string): boolean {
  return path.startsWith('migrations/') && path.indexOf('/', 'migrations/'.length) < 0;
}

/** What stands at the end of the keys; undefined where something on the way is no object. */
export function at(value: unknown, ...keys: readonly (string | number)[]): unknown {
  let found: unknown = value;
  for (const key of keys) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}

/** A text at the end of the keys, else the empty one. */
export function textAt(value: unknown, ...keys: readonly (string | number)[]): string {
  const found = at(value, ...keys);
  return typeof found === 'string' ? found : '';
}

export function numberAt(value: unknown, ...keys: readonly (string | number)[]): number | undefined {
  const found = at(value, ...keys);
  return typeof found === 'number' ? found : undefined;
}

export function listAt(value: unknown, ...keys: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...keys);
  return Array.isArray(found) ? found : [];
}

/** An instant as it is stored, in milliseconds; undefined when there is none. */
export function instantAt(value: unknown, ...keys: readonly (string | number)[]): number | undefined {
  const text = textAt(value, ...keys);
  return text === '' ? undefined : Date.parse(text);
}

export type { Fields, Json };
