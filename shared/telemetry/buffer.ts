import type { Logger } from 'pino';
import { withinDeadline } from '../deadline.ts';
import { describeError } from '../engine/errors.ts';
import type { NodesByCarrier } from '../migration/nodes-by-carrier.ts';
import { once } from '../once.ts';
import type { FleetFigures, RunFigures, Sink } from './sink.ts';
import type { FinishedSpan } from './span.ts';

/** What was seen since the last flush. */
export interface Batch {
  readonly spans: readonly FinishedSpan[];
  readonly runs: readonly RunFigures[];
  readonly lost: readonly { readonly step: string; readonly seconds: number }[];
  /** As last told; undefined when it was not. */
  readonly fleet: FleetFigures | undefined;
  /** By shoot, as last told. */
  readonly nodes: ReadonlyMap<string, NodesByCarrier>;
}

/** Brings a batch to where the settings say. */
export interface Exporter {
  /** @throws whatever came in the way; the batch may have arrived all the same. */
  send(batch: Batch, options: { readonly everything: boolean }): Promise<void>;
  /** Gives up what is under way, connections included. It may be used again afterwards. */
  giveUp(): void;
}

export interface BufferOptions {
  /** Made when there is something to send for the first time: an instance that has nothing to tell loads nothing. */
  readonly load: () => Promise<Exporter>;
  readonly log: Logger;
  /** Milliseconds of wall time that a flush takes at most. */
  readonly boundMs: number;
  /** After a failure nobody waits for the exporter for so long. */
  readonly quietMs: number;
  /** Milliseconds of a clock that only goes forth. */
  readonly now: () => number;
}

/** Spans that wait while nobody takes them; the oldest ones go first. */
const MOST_WAITING = 2_000;

/**
 * Keeps what was seen until it is flushed. A collector that is down, slow or hostile costs an instance one bounded flush now and
 * then, what it did not take, and one line in the log for all of that.
 */
export function bufferedSink({ load, log, boundMs, quietMs, now }: BufferOptions): Sink {
  const exporter = once(load);
  let batch = empty();
  let droppedUnsent = 0;
  let quietUntil = Number.NEGATIVE_INFINITY;

  /** Returns whether the oldest one had to go. */
  function keep<Entry>(entries: Entry[], entry: Entry): boolean {
    entries.push(entry);
    if (entries.length <= MOST_WAITING) return false;
    entries.shift();
    return true;
  }

  async function send(sent: Batch, everything: boolean): Promise<void> {
    const to = await exporter();
    await to.send(sent, { everything });
  }

  return {
    span: (span) => {
      if (keep(batch.spans, span)) droppedUnsent += 1;
    },
    run: (figures) => void keep(batch.runs, figures),
    lostNodeSeconds: (step, seconds) => void keep(batch.lost, { step, seconds }),
    fleet: (figures) => {
      batch.fleet = figures;
    },
    nodes: (shoot, counts) => void batch.nodes.set(shoot, counts),
    async flush({ everything }) {
      if (isEmpty(batch) && !everything) return;
      if (!everything && now() < quietUntil) return;
      const sent = batch;
      const before = droppedUnsent;
      batch = empty();
      droppedUnsent = 0;
      try {
        await withinDeadline('the export of traces and metrics', boundMs, send(sent, everything));
        if (before > 0) log.warn({ spans: before }, 'spans waited too long for their turn, and are dropped');
      } catch (error) {
        quietUntil = now() + quietMs;
        const spans = sent.spans.length + before;
        log.warn(
          { spans, error: describeError(error) },
          'traces and metrics were not taken, and are dropped',
        );
        exporter()
          .then((to) => to.giveUp())
          .catch(() => undefined);
      }
    },
  };
}

interface Growing {
  readonly spans: FinishedSpan[];
  readonly runs: RunFigures[];
  readonly lost: { readonly step: string; readonly seconds: number }[];
  fleet: FleetFigures | undefined;
  readonly nodes: Map<string, NodesByCarrier>;
}

function empty(): Growing {
  return { spans: [], runs: [], lost: [], fleet: undefined, nodes: new Map() };
}

function isEmpty({ spans, runs, lost, fleet, nodes }: Batch): boolean {
  return spans.length + runs.length + lost.length + nodes.size === 0 && fleet === undefined;
}
