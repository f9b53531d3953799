import { ValueType } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  MeterProvider,
  MetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { CARRIER_NAMES, type NodesByCarrier } from '../../migration/nodes-by-carrier.ts';
import { PHASES } from '../../view/phase.ts';
import type { Batch } from '../buffer.ts';
import type { FleetFigures } from '../sink.ts';

/** Seconds: a run ends by itself after some 200, and is ended after 540. */
const BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 90, 120, 150, 200, 250, 300, 400, 540];

const PHASES_UNDER_WAY = PHASES.filter((phase) => phase !== 'succeeded' && phase !== 'led back');

/** Metrics of one process; what it was told becomes data points when it is collected. */
export interface Meters {
  tell(batch: Batch): void;
  collect(): Promise<readonly ResourceMetrics[]>;
}

/**
 * `counted` says which instance counts; `standing` is one resource for all of them, since what they say of the fleet is about the
 * same thing whoever says it: the next instance continues the series of the one before it.
 */
export function meters(resources: { readonly counted: Resource; readonly standing: Resource }): Meters {
  const counted = new Collector(AggregationTemporality.CUMULATIVE);
  // Else the reader repeats what a gauge said last.
  const standing = new Collector(AggregationTemporality.DELTA);
  const counting = meterOf(resources.counted, counted);
  const seconds = counting.createHistogram('shoot_dualstack.step.seconds', {
    unit: 's',
    description: 'Seconds that runs of steps took.',
    advice: { explicitBucketBoundaries: BUCKETS },
  });
  const lost = counting.createCounter('shoot_dualstack.lost_node_seconds', {
    unit: 's',
    description: 'Seconds for which nodes were not reached, as the probes of route migration measured it.',
  });
  const points = standingPoints(meterOf(resources.standing, standing));
  return {
    tell(batch) {
      for (const { step, outcome, seconds: each } of batch.runs) seconds.record(each, { step, outcome });
      for (const { step, seconds: each } of batch.lost) lost.add(each, { step });
      points(batch);
    },
    collect: async () => {
      const all = [await counted.collect(), await standing.collect()];
      return all.flatMap(({ resourceMetrics }) =>
        resourceMetrics.scopeMetrics.length === 0 ? [] : [resourceMetrics],
      );
    },
  };
}

/** States are told once and then forgotten: an instance that has heard nothing new must not repeat what may be over. */
function standingPoints(meter: ReturnType<typeof meterOf>): (batch: Batch) => void {
  let fleet: FleetFigures | undefined;
  const nodes = new Map<string, NodesByCarrier>();
  const reasons = new Set<string>();
  const gauge = (name: string, unit: string, description: string) =>
    meter.createObservableGauge(`shoot_dualstack.${name}`, { unit, description, valueType: ValueType.INT });
  const blocked = gauge('blocked', '{migration}', 'Migrations that are blocked now, by reason.');
  const migrations = gauge('migrations', '{migration}', 'Migrations that are under way now, by phase.');
  const carried = gauge(
    'nodes',
    '{node}',
    'Live nodes of a shoot whose routes are moved, by what carries them.',
  );
  meter.addBatchObservableCallback(
    (result) => {
      for (const [shoot, counts] of nodes) {
        for (const carrier of CARRIER_NAMES) result.observe(carried, counts[carrier], { carrier, shoot });
      }
      nodes.clear();
      if (fleet === undefined) return;
      for (const reason of fleet.blocked.keys()) reasons.add(reason);
      // A reason that is gone goes down to 0, or its last figure would stand for minutes.
      for (const reason of reasons) result.observe(blocked, fleet.blocked.get(reason) ?? 0, { reason });
      for (const phase of PHASES_UNDER_WAY) result.observe(migrations, fleet.phases[phase] ?? 0, { phase });
      fleet = undefined;
    },
    [blocked, migrations, carried],
  );
  return (batch) => {
    fleet = batch.fleet ?? fleet;
    for (const [shoot, counts] of batch.nodes) nodes.set(shoot, counts);
  };
}

function meterOf(resource: Resource, reader: MetricReader) {
  return new MeterProvider({ resource, readers: [reader] }).getMeter('shoot-dualstack');
}

/** Collects when it is asked, and never by itself: between two requests an instance stands still. */
class Collector extends MetricReader {
  constructor(temporality: AggregationTemporality) {
    super({ aggregationTemporalitySelector: () => temporality });
  }
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
