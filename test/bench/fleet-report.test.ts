import { expect, test } from 'vitest';
import { COLLECTION, NOBODY } from '../../infra/local/bench/fleet/attribution.ts';
import { fleetBenchReport, fleetBenchText } from '../../infra/local/bench/fleet/report.ts';
import type { FleetReport } from '../../infra/local/fleet/report.ts';

const FLEET: FleetReport = {
  result: 'Succeeded',
  ending: 'over',
  shoots: 10,
  nodesPerShoot: 3,
  projects: 1,
  seeds: 1,
  standings: { succeeded: 10, 'led back': 0, blocked: 0, 'under way': 0, 'not begun': 0 },
  blocked: [],
  lostNodeSeconds: { overlap: 0 },
  nodesLeftUnreached: 0,
  stepRuns: 100,
  deliveries: {},
  failedDeliveries: 0,
  simulatedSeconds: 3_600,
  wallSeconds: 9,
  cpuSeconds: 9,
  migrationsPerSecond: 1,
  peakMemoryMiB: 200,
};
const REFERENCE = { emptyRun: 1_000, readAndWrite: 20, emptyRuns: 70 };

const seconds = (engine: number) =>
  new Map([
    ['engine', engine],
    ['store and bus', 10],
    ['steps', 10],
    ['adapters', 20 - engine],
    ['simulators', 50],
    [NOBODY, 10],
    [COLLECTION, 20],
  ]);

test('the engine’s share is of all time but that in which memory was collected', () => {
  const report = fleetBenchReport(FLEET, { seconds: seconds(8), cpuSeconds: 60 }, REFERENCE);
  expect(report.engine).toEqual({
    percent: 8,
    percentWithStoreAndBus: 18,
    percentOfProduct: 20,
    // Eight of a hundred and twenty seconds of the wall are four of the sixty that this thread ran.
    microsecondsPerRun: 40_000,
  });
});

test.each([
  [10, 'Succeeded', true],
  [11, 'Succeeded', false],
  [5, 'Incomplete', false],
] as const)('a share of %i %% in a fleet that %s is within the target: %s', (engine, result, reached) => {
  const input = { seconds: seconds(engine), cpuSeconds: 120 };
  const report = fleetBenchReport({ ...FLEET, result }, input, REFERENCE);
  expect(report.target.reached).toBe(reached);
  expect(fleetBenchText(report)).toContain(reached ? '\nreached    ' : '\nNOT reached');
});
