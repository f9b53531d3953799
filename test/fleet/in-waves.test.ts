import { expect, test } from 'vitest';
import { startFleet } from '../../infra/local/fleet/fleet.ts';
import { ledAs } from '../../infra/local/fleet/led-as.ts';
import { type FleetCommand, fleetCommand } from '../../infra/local/fleet/options.ts';
import { type FleetReport, fleetReport } from '../../infra/local/fleet/report.ts';
import { runFleet } from '../../infra/local/fleet/run.ts';

/** Real steps against simulated clouds and clusters; `npm run fleet` runs a thousand of them. */
const PATIENCE = 600_000;

async function led(command: FleetCommand): Promise<FleetReport> {
  const { shoots, nodes, seed } = command;
  const { course, steps, waves } = ledAs(command);
  const fleet = startFleet({ shoots, nodes, seed, ...(steps && { steps }) });
  const startedAt = fleet.clock.now();
  try {
    const signal = new AbortController().signal;
    const ending = await runFleet(fleet, course, { signal, look: () => undefined });
    const cost = { wallSeconds: 1, cpuSeconds: 1, peakMemoryMiB: 1 };
    return fleetReport(fleet, { nodes, ending, startedAt, waves: waves?.() }, cost);
  } finally {
    await fleet.stop();
  }
}

/** The course looks each minute whether the rollout keeps to its policy, and its error ends the run. */
test(
  'sixty shoots become dual-stack in waves, past a block and a standstill, and lose no packet',
  async () => {
    const options =
      '--shoots 60 --nodes 3 --at-once 8 --per-project 2 --per-seed 6 --incident --resume-per-minute 3';
    const report = await led(fleetCommand(options.split(' ')));
    expect(report).toMatchObject({
      result: 'Succeeded',
      ending: 'over',
      standings: { succeeded: 60, blocked: 0 },
      lostNodeSeconds: { overlap: 0 },
      failedDeliveries: 0,
      waves: { letIn: 60, most: { atOnce: 8, perProject: 2 }, stops: [{ reason: 'ShootsBlocked' }] },
    });
    expect(report.waves?.most.perSeed).toBeLessThanOrEqual(6);
    // Eight and those that wait beside them, three a minute.
    expect(report.waves?.paused?.minutes).toBeGreaterThanOrEqual(30);
    expect(report.waves?.paused?.resumedIn).toBeGreaterThanOrEqual(4);
  },
  PATIENCE,
);
