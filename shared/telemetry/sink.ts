import type { NodesByCarrier } from '../migration/nodes-by-carrier.ts';
import type { Phase } from '../view/phase.ts';
import type { FinishedSpan } from './span.ts';

/** How the migrations that are under way stand. */
export interface FleetFigures {
  readonly phases: Readonly<Partial<Record<Phase, number>>>;
  /** By reason. */
  readonly blocked: ReadonlyMap<string, number>;
}

/** One run of a step. */
export interface RunFigures {
  readonly step: string;
  readonly outcome: string;
  readonly seconds: number;
}

/** Takes in what was seen, and sends it where the settings say. Nothing but {@link flush} takes time, and nothing throws. */
export interface Sink {
  span(span: FinishedSpan): void;
  fleet(figures: FleetFigures): void;
  run(figures: RunFigures): void;
  nodes(shoot: string, counts: NodesByCarrier): void;
  /** 0 is told too: a figure that was never told is not known. */
  lostNodeSeconds(step: string, seconds: number): void;
  /** Resolves when all was sent, or the bound is reached; with `everything` also what is not due yet. */
  flush(options: { readonly everything: boolean }): Promise<void>;
}
