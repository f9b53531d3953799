import type { Clock } from '../clock.ts';
import type { Reachability } from '../kubernetes/reachability.ts';

/** What the looks of one run came to. */
export interface Looks {
  readonly looks: number;
  /** Of nodes that were reached again. */
  readonly lostNodeSeconds: number;
  /** Of nodes that were not reached at their last look: up to that look. */
  readonly lostNodeSecondsSofar: number;
  readonly unreached: number;
}

interface Known {
  reachedAt: number | undefined;
  outage: { readonly since: number; lastLookAt: number } | undefined;
}

/**
 * Measures by the looks that a step makes anyway for how long nodes were not reached: from a node's last success to its next one,
 * where a look in between found it lost. So an outage that was seen counts whole, with the pauses before and after; one that
 * began and ended between two looks was not seen and does not count. A node that was never reached within the run counts from the
 * look that found it so.
 */
export class Probes {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #nodes = new Map<string, Known>();
  #looks = 0;
  #lostMs = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** The port, of which every look is counted. */
  over(reachability: Reachability): Reachability {
    return {
      prepare: () => reachability.prepare(),
      remove: () => reachability.remove(),
      unreached: async (nodes) => {
        const unreached = await reachability.unreached(nodes);
        this.#looked(nodes, new Set(unreached));
        return unreached;
      },
    };
  }

  sofar(): Looks {
    const open = [...this.#nodes.values()].flatMap(({ outage }) => outage ?? []);
    const openMs = open.reduce((sum, { since, lastLookAt }) => sum + lastLookAt - since, 0);
    return {
      looks: this.#looks,
      lostNodeSeconds: this.#lostMs / 1_000,
      lostNodeSecondsSofar: openMs / 1_000,
      unreached: open.length,
    };
  }

  #looked(nodes: readonly { readonly name: string }[], unreached: ReadonlySet<string>): void {
    const now = this.#clock.now();
    this.#looks += 1;
    for (const { name } of nodes) {
      const known = this.#nodes.get(name) ?? { reachedAt: undefined, outage: undefined };
      this.#nodes.set(name, known);
      if (unreached.has(name)) {
        known.outage ??= { since: known.reachedAt ?? now, lastLookAt: now };
        known.outage.lastLookAt = now;
      } else {
        if (known.outage !== undefined) this.#lostMs += now - known.outage.since;
        known.outage = undefined;
        known.reachedAt = now;
      }
    }
  }
}
