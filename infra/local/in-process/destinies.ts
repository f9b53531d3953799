import type { Destiny, Fate, PortCall } from './port-calls.ts';

/** What befalls the calls of a world's functions, as its tests have ordered. */
export class Destinies {
  readonly #orders = new Set<Destiny>();

  /** The first order that has something to say of the call decides; all of them hear of it. */
  of(call: PortCall): Fate | undefined {
    let fate: Fate | undefined;
    for (const order of this.#orders) {
      const said = order(call);
      fate ??= said;
    }
    return fate;
  }

  /** Asks `destiny` about every call from now on. Returns a function that ends that. */
  onCall(destiny: Destiny): () => void {
    this.#orders.add(destiny);
    return () => this.#orders.delete(destiny);
  }

  /**
   * Kills the instance that makes the `nth` matching call (the first when left out) `before` it or `after` its effect;
   * another instance goes on. Resolves when that has happened.
   */
  killAt(matches: (call: PortCall) => boolean, when: 'before' | 'after', nth = 1): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let seen = 0;
    const end = this.onCall((call) => {
      if (!matches(call)) return undefined;
      seen += 1;
      if (seen !== nth) return undefined;
      end();
      resolve();
      return when === 'before' ? 'dies before' : 'dies after';
    });
    return promise;
  }
}
