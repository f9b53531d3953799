import type { Reception } from '../in-process/edge.ts';

/** What the functions of a fleet were given to do. */
export class Figures {
  readonly #deliveries = new Map<string, number>();
  #runs = 0;
  #failed = 0;

  /** Runs of steps that came to an outcome, or handed over. */
  get stepRuns(): number {
    return this.#runs;
  }

  /** Deliveries that will come again. */
  get failedDeliveries(): number {
    return this.#failed;
  }

  /** Deliveries by topic. */
  get deliveries(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#deliveries);
  }

  delivered(topic: string, reception: Reception): void {
    this.#deliveries.set(topic, (this.#deliveries.get(topic) ?? 0) + 1);
    if (reception.kind === 'failed') this.#failed += 1;
    if (reception.kind === 'acknowledged' && isRun(reception.result)) this.#runs += 1;
  }
}

function isRun(result: object): boolean {
  return 'kind' in result && result.kind === 'ran';
}
