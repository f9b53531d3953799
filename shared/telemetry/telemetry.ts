import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { describeError } from '../engine/errors.ts';
import type { NudgeResult } from '../engine/run-step.ts';
import type { Delivered, Nudged, RunTelemetry, Telemetry } from '../engine/telemetry.ts';
import type { Migration } from '../migration/migration.ts';
import { CARRIER_NAMES, type NodesByCarrier } from '../migration/nodes-by-carrier.ts';
import { rootSpanIdOf, traceIdOf } from '../migration/trace.ts';
import { beginningOf } from '../secrets.ts';
import { fleetFigures } from './fleet.ts';
import { LINES } from './lines.ts';
import { type NudgeEnding, WatchedRun } from './run.ts';
import type { Sink } from './sink.ts';
import { type UnderWay, underWay, whileUnderWay } from './under-way.ts';
import { type Sender, senderIn } from './w3c.ts';

export interface TelemetryOptions {
  /** GCP project that log lines and their trace are in. */
  readonly project: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
  /** Where spans and metrics go; undefined: nowhere, and log lines are all there is. */
  readonly sink?: Sink | undefined;
}

/**
 * Watches the engine of one process: every log line of a run gets its trace, every figure becomes a log line, and with a sink spans
 * and metrics too, of the same numbers.
 */
export function watchEngine(options: TelemetryOptions): Telemetry {
  const { clock, log, sink } = options;
  return {
    delivery: (delivered, work) => watchDelivery(options, delivered, work),
    nudge: (nudged, work) => watchNudge(options, nudged, work),
    fleet: (active) =>
      aside(log, () => {
        const figures = fleetFigures(active, clock.now());
        for (const [phase, count] of Object.entries(figures.phases)) log.info({ phase, count }, LINES.phase);
        for (const [reason, count] of figures.blocked) log.info({ reason, count }, LINES.blocked);
        sink?.fleet(figures);
      }),
    flush: async (how = { everything: false }) => await sink?.flush(how),
  };
}

/** Whoever only watches must not fail what is watched: a mistake here is a line in the log, and no more. */
function aside(log: Logger, tell: () => void): void {
  try {
    tell();
  } catch (error) {
    log.error({ error: describeError(error) }, 'what was seen could not be told; the work goes on');
  }
}

/** A message about a migration has a span, also one that sets off no run: an intake, a pause, a dead letter. */
async function watchDelivery<Result extends object>(
  { clock, log, sink }: TelemetryOptions,
  { name, attributes }: Delivered,
  work: () => Promise<Result>,
): Promise<Result> {
  const startedAt = clock.now();
  const current: UnderWay = { logFields: undefined, attributes, told: false };
  return await whileUnderWay(current, async () => {
    const result = await work();
    aside(log, () => {
      const { migration, kind } = { migration: undefined, kind: 'dealt with', ...result };
      if (typeof migration !== 'string' || current.told) return;
      sink?.span({
        traceId: traceIdOf(migration),
        spanId: undefined,
        parent: senderIn(attributes, migration) ?? rootOf(migration),
        name,
        kind: 'consumer',
        startedAt,
        endedAt: clock.now(),
        attributes: {
          'shoot_dualstack.migration': migration,
          'shoot_dualstack.outcome': beginningOf(String(kind), 100),
        },
      });
    });
    return result;
  });
}

async function watchNudge(
  options: TelemetryOptions,
  nudged: Nudged,
  work: (run: RunTelemetry) => Promise<NudgeResult>,
): Promise<NudgeResult> {
  const { clock, log, sink } = options;
  const { migration } = nudged;
  const around = underWay();
  if (around !== undefined) around.told = true;
  const sender = around && senderIn(around.attributes, migration.id);
  const current: UnderWay = around ?? { logFields: undefined, attributes: {}, told: true };
  current.logFields = fieldsOf(options, nudged);
  const linesDue = dueLines(clock);
  const run = new WatchedRun({
    clock,
    nudged,
    sender,
    onClaimed: (spanId) => {
      current.logFields = fieldsOf(options, nudged, spanId);
    },
    onNodes: (count) =>
      aside(log, () => {
        const { key: shoot } = migration.shoot;
        const counts = count();
        sink?.nodes(shoot, counts);
        if (!linesDue(counts)) return;
        for (const carrier of CARRIER_NAMES)
          log.info({ shoot, carrier, count: counts[carrier] }, LINES.nodes);
      }),
  });
  const tellOf = (ending: NudgeEnding) => aside(log, () => tell(options, nudged, run, ending));
  return await whileUnderWay(current, async () => {
    let result: NudgeResult;
    try {
      result = await work(run);
    } catch (error) {
      tellOf({ kind: 'failed', error });
      throw error;
    }
    tellOf(result);
    return result;
  });
}

/** A minute is what a chart shows as one point; rounds that change nothing may follow each other faster. */
const BETWEEN_LINES_MS = 60_000;

/** Whether the nodes are worth lines again: they have changed, or a minute has passed. */
function dueLines(clock: Pick<Clock, 'now'>): (counts: NodesByCarrier) => boolean {
  let shown = '';
  let shownAt = Number.NEGATIVE_INFINITY;
  return (counts) => {
    const now = JSON.stringify(counts);
    if (now === shown && clock.now() - shownAt < BETWEEN_LINES_MS) return false;
    shown = now;
    shownAt = clock.now();
    return true;
  };
}

function tell(
  { log, sink }: TelemetryOptions,
  { migration, step }: Nudged,
  run: WatchedRun,
  ending: NudgeEnding,
) {
  const { outcome, reason, seconds, span, rootSpan } = run.ended(ending);
  sink?.span(span);
  if (rootSpan !== undefined) sink?.span(rootSpan);
  if (!run.held) return;
  const about = { shoot: migration.shoot.key, step };
  log.info({ ...about, outcome, reason, seconds }, LINES.run);
  sink?.run({ step, outcome, seconds });
  const { looks, lostNodeSeconds, lostNodeSecondsSofar, unreached } = run.probes.sofar();
  if (looks === 0) return;
  // A node that is not reached to the end may be one that left; a step that blocks has made sure that it did not.
  const lost = lostNodeSeconds + (outcome === 'blocked' ? lostNodeSecondsSofar : 0);
  log.info({ ...about, looks, lostNodeSeconds: lost, unreached }, LINES.probes);
  sink?.lostNodeSeconds(step, lost);
}

/** As Cloud Logging names them (https://docs.cloud.google.com/logging/docs/structured-logging). */
function fieldsOf(
  { project, sink }: TelemetryOptions,
  { migration, step }: Pick<Nudged, 'step'> & { readonly migration: Pick<Migration, 'id' | 'shoot'> },
  spanId?: string,
): Readonly<Record<string, unknown>> {
  return {
    'logging.googleapis.com/trace': `projects/${project}/traces/${traceIdOf(migration.id)}`,
    ...(spanId !== undefined && { 'logging.googleapis.com/spanId': spanId }),
    'logging.googleapis.com/trace_sampled': sink !== undefined,
    'logging.googleapis.com/labels': { migration: migration.id, shoot: migration.shoot.key, step },
  };
}

function rootOf(migrationId: string): Sender {
  return { spanId: rootSpanIdOf(migrationId), tracestate: undefined };
}
