import type { Block } from '../core/addresses.ts';
import { blockSize, contains } from '../core/addresses.ts';

interface Entry<T> {
  readonly block: Block;
  readonly values: Set<T>;
}

/** Values under IPv4 prefixes, several under one prefix if need be: what a router looks destinations up in. */
export class PrefixTable<T> {
  /** By prefix length, then by first address. */
  readonly #lengths = new Map<number, Map<number, Entry<T>>>();
  /** The lengths that there are, the longest first. */
  #longestFirst: readonly number[] = [];

  add(block: Block, value: T): void {
    const entries = this.#lengths.get(block.prefix) ?? new Map();
    if (entries.size === 0) {
      this.#lengths.set(block.prefix, entries);
      this.#sortLengths();
    }
    const entry = entries.get(block.start) ?? { block, values: new Set<T>() };
    entries.set(block.start, entry);
    entry.values.add(value);
  }

  delete(block: Block, value: T): void {
    const entries = this.#lengths.get(block.prefix);
    const entry = entries?.get(block.start);
    entry?.values.delete(value);
    if (entry?.values.size === 0) entries?.delete(block.start);
    if (entries?.size === 0) {
      this.#lengths.delete(block.prefix);
      this.#sortLengths();
    }
  }

  /** The prefixes that contain the address, the longest first. */
  *containing(address: number): Generator<{ readonly block: Block; readonly values: ReadonlySet<T> }> {
    for (const length of this.#longestFirst) {
      const entry = this.#lengths
        .get(length)
        ?.get(Math.floor(address / blockSize(length)) * blockSize(length));
      if (entry !== undefined) yield entry;
    }
  }

  /** The values under prefixes that share an address with the block. */
  overlapping(block: Block): Set<T> {
    const around = [...this.containing(block.start)].filter((entry) => contains(entry.block, block));
    return new Set([...around, ...this.#inside(block)].flatMap(({ values }) => [...values]));
  }

  /** The prefixes strictly inside the block. */
  inside(block: Block): Block[] {
    return this.#inside(block).map((entry) => entry.block);
  }

  #sortLengths(): void {
    this.#longestFirst = [...this.#lengths.keys()].sort((one, other) => other - one);
  }

  #inside(block: Block): Entry<T>[] {
    const found: Entry<T>[] = [];
    for (const [length, entries] of this.#lengths) {
      if (length <= block.prefix) continue;
      const positions = 2 ** (length - block.prefix);
      if (positions > entries.size) {
        for (const entry of entries.values()) if (contains(block, entry.block)) found.push(entry);
        continue;
      }
      for (let start = block.start; start <= block.end; start += blockSize(length)) {
        const entry = entries.get(start);
        if (entry !== undefined) found.push(entry);
      }
    }
    return found;
  }
}
