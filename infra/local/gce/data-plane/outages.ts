/** A time in which packets to a live node's pod CIDR did not arrive. Instants in simulated milliseconds. */
export interface Gap {
  readonly node: string;
  readonly from: number;
  readonly to: number;
  /** Why they did not, at the beginning of the gap. */
  readonly why: string;
}

/** Adds up gaps. An instant at which traffic is lost and found again leaves none. */
export class Outages {
  readonly #closed: Gap[] = [];
  readonly #open = new Map<string, { readonly from: number; readonly why: string }>();

  lost(node: string, at: number, why: string): void {
    if (!this.#open.has(node)) this.#open.set(node, { from: at, why });
  }

  found(node: string, at: number): void {
    const open = this.#open.get(node);
    if (open === undefined) return;
    this.#open.delete(node);
    if (at > open.from) this.#closed.push({ node, from: open.from, to: at, why: open.why });
  }

  isLost(node: string): boolean {
    return this.#open.has(node);
  }

  /** Closed gaps, and the open ones as they stand at `now`. */
  gaps(now: number): Gap[] {
    const open = [...this.#open].map(([node, { from, why }]) => ({ node, from, to: now, why }));
    return [...this.#closed, ...open.filter(({ from, to }) => to > from)];
  }
}
