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

  put(path: ResourcePath, resource: T): void {
    this.#resources.set(path, resource);
  }

  delete(path: ResourcePath): boolean {
    return this.#resources.delete(path);
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
