/** Somebody who waits for an instant of a virtual clock. */
export interface Sleeper {
  /** Milliseconds since the epoch. */
  readonly wakeAt: number;
  /** Falls asleep later than those with a smaller number; of two who wake at one instant, that one wakes later. */
  readonly order: number;
  /** How long it asked to sleep. */
  readonly milliseconds: number;
  wake: () => void;
  /** It was interrupted: nobody needs to wake it any more. */
  gone: boolean;
}

/** Below this size there is nothing to win by throwing out those who are gone. */
const WORTH_SWEEPING = 1_000;

/** Sleepers by the instant at which they wake: a binary heap, since a world of thousands of nodes has tens of thousands. */
export class Sleepers {
  #heap: Sleeper[] = [];
  #gone = 0;

  add(sleeper: Sleeper): void {
    this.#heap.push(sleeper);
    this.#rise(this.#heap.length - 1);
  }

  /** Takes an interrupted sleeper out; it stays in the heap until its turn comes or most of the heap is like it. */
  drop(sleeper: Sleeper): void {
    if (sleeper.gone) return;
    sleeper.gone = true;
    this.#gone += 1;
    if (this.#heap.length < WORTH_SWEEPING || this.#gone * 2 < this.#heap.length) return;
    // A sorted list is a heap.
    this.#heap = this.#heap.filter(({ gone }) => !gone).sort(byTurn);
    this.#gone = 0;
  }

  /** The one who wakes first, taken out if that is no later than the given instant. */
  takeFirst(noLaterThan: number): Sleeper | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || (!first.gone && first.wakeAt > noLaterThan)) return undefined;
      this.#removeFirst();
      if (!first.gone) {
        first.gone = true;
        return first;
      }
      this.#gone -= 1;
    }
  }

  /** All who are asleep, in the order in which they fell asleep. */
  inOrder(): readonly Sleeper[] {
    return this.#heap.filter(({ gone }) => !gone).sort((one, other) => one.order - other.order);
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >>> 1;
      if (!this.#swappedIfEarlier(at, parent)) return;
      at = parent;
    }
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      const earlier = this.#isEarlier(right, left) ? right : left;
      if (!this.#swappedIfEarlier(earlier, at)) return;
      at = earlier;
    }
  }

  #isEarlier(one: number, other: number): boolean {
    const [first, second] = [this.#heap[one], this.#heap[other]];
    return first !== undefined && second !== undefined && byTurn(first, second) < 0;
  }

  #swappedIfEarlier(child: number, parent: number): boolean {
    const [lower, upper] = [this.#heap[child], this.#heap[parent]];
    if (lower === undefined || upper === undefined || byTurn(lower, upper) >= 0) return false;
    this.#heap[child] = upper;
    this.#heap[parent] = lower;
    return true;
  }
}

function byTurn(one: Sleeper, other: Sleeper): number {
  return one.wakeAt - other.wakeAt || one.order - other.order;
}
