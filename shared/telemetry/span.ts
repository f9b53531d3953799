import type { Sender } from './w3c.ts';

/** A span that is over, in the form in which everything but the exporter knows it. Instants are milliseconds since the epoch. */
export interface FinishedSpan {
  readonly traceId: string;
  /** Undefined where nothing will ever point to it: then it gets one of no meaning. */
  readonly spanId: string | undefined;
  readonly parent: Sender | undefined;
  readonly name: string;
  readonly kind: 'internal' | 'consumer';
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** The run before this one. */
  readonly after?: string | undefined;
  /** What went wrong, as it may be put on record; a block, a wait or a refusal is no error. */
  readonly error?: string | undefined;
  readonly parts?: readonly Part[];
}

/** What was done within a span, in the order in which it was done. */
export interface Part {
  readonly kind: 'act' | 'wait';
  readonly what: string;
  readonly startedAt: number;
  readonly endedAt: number;
}
