import type { Block } from './addresses.ts';
import { blockSize } from './addresses.ts';

/** A block of a network's address space that a NIC holds: its primary address or one alias IP range. */
export interface Holding {
  readonly start: number;
  readonly end: number;
  /** The instance's path and the NIC's name, `…/instances/I#nic0`. */
  readonly owner: string;
}

/** Who holds which addresses of one network. Holdings never overlap; they are kept in address order. */
export class AddressBook {
  readonly #holdings: Holding[] = [];

  hold(holding: Holding): void {
    this.#holdings.splice(this.#firstEndingAtOrAfter(holding.start), 0, holding);
  }

  release(holding: Holding): void {
    const index = this.#firstEndingAtOrAfter(holding.start);
    const found = this.#holdings[index];
    if (found?.start === holding.start && found.owner === holding.owner) this.#holdings.splice(index, 1);
  }

  /** The holdings that share an address with the block, in order. */
  overlapping(block: { readonly start: number; readonly end: number }): readonly Holding[] {
    const from = this.#firstEndingAtOrAfter(block.start);
    let to = from;
    while ((this.#holdings[to]?.start ?? Number.POSITIVE_INFINITY) <= block.end) to += 1;
    return this.#holdings.slice(from, to);
  }

  /**
   * The first aligned block of the given size in `range` that no NIC holds and that is not among `reserved`.
   * @returns undefined when there is none.
   */
  firstFree(
    range: Block,
    prefix: number,
    reserved: readonly { readonly start: number; readonly end: number }[] = [],
  ): Block | undefined {
    const size = blockSize(prefix);
    const taken = [...this.overlapping(range), ...reserved].sort((one, other) => one.start - other.start);
    let start = range.start;
    for (const { start: from, end } of taken) {
      if (from >= start + size) break;
      if (end >= start) start = Math.ceil((end + 1) / size) * size;
    }
    return start + size - 1 <= range.end ? { start, end: start + size - 1, prefix } : undefined;
  }

  #firstEndingAtOrAfter(address: number): number {
    let low = 0;
    let high = this.#holdings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const holding = this.#holdings[middle];
      if (holding !== undefined && holding.end < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
