import { availableParallelism } from 'node:os';
import { systemClock } from '../../../../shared/clock.ts';
import { type BackendKind, type Backends, findEmulators, startBackends } from '../../backends/index.ts';
import { runCommand } from '../../run-command.ts';
import { TOPOLOGY } from '../../world/topology.ts';
import { measureBare } from './bare.ts';
import { type EmulatorsBenchOptions, emulatorsBenchOptions } from './options.ts';
import { type EmulatorsBenchReport, emulatorsText, TARGET_PER_SECOND } from './report.ts';
import { type SteadyPhase, steadyPhase } from './steady-phase.ts';

/** The first thousands of calls of a JVM are slow (local-components.md §5). */
const WARM_UP = { runs: 3_000, mostSeconds: 60 } as const;

await runCommand(main);

/** `npm run bench:emulators`. Returns the exit code, which no figure spoils. */
async function main(args: readonly string[], interrupted: AbortSignal): Promise<number> {
  const options = emulatorsBenchOptions(args);
  const found = await findEmulators();
  if (!found.available) {
    process.stdout.write(`nothing was measured: Google's emulators cannot be used: ${found.reason}\n`);
    return 0;
  }
  const report = await measured(options, interrupted);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : emulatorsText(report));
  return 0;
}

async function measured(
  { migrations, seconds }: EmulatorsBenchOptions,
  signal: AbortSignal,
): Promise<EmulatorsBenchReport> {
  const steady = (backends: Backends) => {
    return steadyPhase(backends, { migrations, warmUp: WARM_UP, measuredSeconds: seconds }, signal);
  };
  const embedded = await over('embedded', steady);
  const [emulators, bare] = await over('emulators', async (backends) => {
    const phase = await steady(backends);
    await backends.reset();
    return [phase, await measureBare(backends, migrations, signal)] as const;
  });
  return {
    migrationsAtOnce: migrations,
    cores: availableParallelism(),
    machinePercent: machinePercent(emulators),
    emulators,
    embedded,
    bare,
    target: { perSecond: TARGET_PER_SECOND, reached: emulators.stepRunsPerSecond >= TARGET_PER_SECOND },
  };
}

function machinePercent(phase: SteadyPhase): number | null {
  const { stepRuns, seconds, cpuMillisecondsPerRun: own, backendCpuMillisecondsPerRun: theirs } = phase;
  if (theirs === null) return null;
  return Math.round(((own + theirs) * stepRuns) / 10 / (seconds * availableParallelism()));
}

async function over<Result>(
  kind: BackendKind,
  work: (backends: Backends) => Promise<Result>,
): Promise<Result> {
  const backends = await startBackends({ kind, clock: systemClock, topology: TOPOLOGY });
  process.stderr.write(`${backends.description} …\n`);
  try {
    return await work(backends);
  } finally {
    await backends.stop();
  }
}
