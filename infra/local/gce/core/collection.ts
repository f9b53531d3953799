import type { ResourcePath } from './links.ts';

/** The resources of one kind, by path, in the order in which they came. */
export class Collection<T> {
  readonly #resources = new Map<ResourcePath, T>();

  get(path: ResourcePath): T | undefined {
    return this.#resources.get(path);
  }

  has(path: ResourcePath): boolean {
    return this.#resources.has(path);
  }

  /** Returns what was there before. */
  put(path: ResourcePath, resource: T): T | undefined {
    const before = this.#resources.get(path);
    this.#resources.set(path, resource);
    return before;
  }

  /** Returns what was there. */
  delete(path: ResourcePath): T | undefined {
    const before = this.#resources.get(path);
    this.#resources.delete(path);
    return before;
  }

  values(): T[] {
    return [...this.#resources.values()];
  }

  entries(): IterableIterator<[ResourcePath, T]> {
    return this.#resources.entries();
  }

  get size(): number {
    return this.#resources.size;
  }
}
