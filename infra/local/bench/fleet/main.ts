import { systemClock } from '../../../../shared/clock.ts';
import { eachInItsWindow } from '../../fleet/course.ts';
import { startFleet } from '../../fleet/fleet.ts';
import { plainView } from '../../fleet/progress.ts';
import { type FleetReport, fleetReport } from '../../fleet/report.ts';
import { runFleet } from '../../fleet/run.ts';
import { runCommand } from '../../run-command.ts';
import { attribute } from './attribution.ts';
import { type FleetBenchOptions, fleetBenchOptions } from './options.ts';
import { profiled } from './profiled.ts';
import { measureReference } from './reference.ts';
import { fleetBenchReport, fleetBenchText } from './report.ts';

const ROOT = new URL('../../../../', import.meta.url).href;

await runCommand(main);

/** `npm run bench:fleet`. Returns the exit code, which no figure spoils. */
async function main(args: readonly string[], interrupted: AbortSignal): Promise<number> {
  const options = fleetBenchOptions(args);
  const reference = await measureReference(interrupted);
  const { result: fleet, profile, cpuSeconds } = await profiled(() => migrated(options, interrupted));
  if (interrupted.aborted) return 130;
  const seconds = attribute(profile, ROOT);
  const report = fleetBenchReport(fleet, { seconds, cpuSeconds }, reference);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : fleetBenchText(report));
  return 0;
}

async function migrated(
  { shoots, nodes, seed }: FleetBenchOptions,
  signal: AbortSignal,
): Promise<FleetReport> {
  const began = systemClock.now();
  const view = plainView(
    (text) => process.stderr.write(text),
    () => systemClock.now(),
  );
  const fleet = startFleet({ shoots, nodes, seed });
  const startedAt = fleet.clock.now();
  try {
    const ending = await runFleet(fleet, eachInItsWindow(seed), { signal, look: () => view.show(fleet) });
    const { user, system } = process.cpuUsage();
    return fleetReport(
      fleet,
      { nodes, ending, startedAt },
      {
        wallSeconds: (systemClock.now() - began) / 1_000,
        cpuSeconds: (user + system) / 1e6,
        peakMemoryMiB: process.resourceUsage().maxRSS / 1_024,
      },
    );
  } finally {
    await fleet.stop();
  }
}
