/** What is to happen at an instant. */
export interface Due {
  readonly at: number;
  readonly action: () => void;
  cancelled: boolean;
}

interface Queued {
  readonly due: Due;
  /** What is due at the same instant happens in the order in which it came. */
  readonly order: number;
}

/** What is still to happen, the earliest first: a binary heap, as tens of thousands of entries are in it at a time. */
export class DueQueue {
  readonly #heap: Queued[] = [];
  #order = 0;

  get first(): Due | undefined {
    return this.#heap[0]?.due;
  }

  add(due: Due): void {
    this.#order += 1;
    this.#heap.push({ due, order: this.#order });
    this.#rise(this.#heap.length - 1);
  }

  takeFirst(): Due | undefined {
    const [first] = this.#heap;
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    return first?.due;
  }

  clear(): void {
    this.#heap.length = 0;
  }

  #rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      if (!this.#isEarlier(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const child = this.#isEarlier(left + 1, left) ? left + 1 : left;
      if (!this.#isEarlier(child, index)) return;
      this.#swap(index, child);
      index = child;
    }
  }

  #isEarlier(one: number, other: number): boolean {
    const a = this.#heap[one];
    const b = this.#heap[other];
    if (a === undefined || b === undefined) return false;
    return a.due.at < b.due.at || (a.due.at === b.due.at && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    const a = this.#heap[one];
    const b = this.#heap[other];
    if (a === undefined || b === undefined) return;
    this.#heap[one] = b;
    this.#heap[other] = a;
  }
}
