import { systemClock } from '../../../shared/clock.ts';
import { runCommand } from '../run-command.ts';
import { startFleet } from './fleet.ts';
import { ledAs } from './led-as.ts';
import { type FleetCommand, fleetCommand } from './options.ts';
import { type FleetView, plainView, terminalView } from './progress.ts';
import { type FleetReport, fleetReport, fleetText } from './report.ts';
import { runFleet } from './run.ts';

await runCommand(main);

/** `npm run fleet`: a fleet becomes dual-stack, a verdict. Returns the exit code. */
async function main(args: readonly string[], interrupted: AbortSignal): Promise<number> {
  const command = fleetCommand(args);
  const report = await run(command, interrupted);
  process.stdout.write(command.json ? `${JSON.stringify(report)}\n` : fleetText(report));
  if (report.ending === 'interrupted') return 130;
  return report.result === 'Succeeded' ? 0 : 1;
}

async function run(command: FleetCommand, signal: AbortSignal): Promise<FleetReport> {
  const { shoots, nodes, seed, strategy, acknowledgeTrafficLoss } = command;
  const began = systemClock.now();
  const wishes = {
    ...(strategy !== undefined && { strategy }),
    ...(acknowledgeTrafficLoss && { acknowledgeTrafficLoss: true as const }),
  };
  const view = viewFor(command);
  const { course, steps, waves } = ledAs(command);
  const fleet = startFleet({ shoots, nodes, seed, wishes, ...(steps && { steps }) });
  const startedAt = fleet.clock.now();
  try {
    view.say(
      `${shoots} shoots of ${nodes} nodes become dual-stack, each in its maintenance window${waves ? ', in waves' : ''}`,
    );
    const ending = await runFleet(fleet, course, { signal, look: () => view.show(fleet) });
    view.end();
    const wallSeconds = (systemClock.now() - began) / 1_000;
    const { user, system } = process.cpuUsage();
    const peakMemoryMiB = process.resourceUsage().maxRSS / 1_024;
    const cost = { wallSeconds, cpuSeconds: (user + system) / 1e6, peakMemoryMiB };
    return fleetReport(fleet, { nodes, ending, startedAt, waves: waves?.() }, cost);
  } finally {
    view.end();
    await fleet.stop();
  }
}

/** A picture needs a terminal; the last line of `--json` must stand alone, so progress goes beside it then. */
function viewFor({ json }: FleetCommand): FleetView {
  const now = () => systemClock.now();
  if (json) return plainView((text) => process.stderr.write(text), now);
  return process.stdout.isTTY ? terminalView() : plainView((text) => process.stdout.write(text), now);
}
