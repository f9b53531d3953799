import { styleText } from 'node:util';
import { systemClock } from '../../shared/clock.ts';
import { interruption } from './interruption.ts';
import { CommandLineEnd, type StartOptions, startOptions } from './options.ts';
import { type ProgressView, plainView, terminalView } from './report/progress.ts';
import { makeReport, type Report, reportText } from './report/report.ts';
import { watch } from './report/watch.ts';
import { type LocalShoot, localShoot, ShootFileError } from './world/shoot-file.ts';
import { startWorld } from './world/world.ts';

/** Seconds of the world in a second of the wall. */
const SPEED = { fast: 60, real: 1 } as const;
/** How long nothing may move before the run is given up, in seconds of the world. */
const PATIENCE_SECONDS = 3_600;

process.exitCode = await main(process.argv.slice(2));

/** `npm start`: a world, a shoot that becomes dual-stack in it, a report. Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const interrupted = interruption();
  try {
    const options = startOptions(args);
    const shoot = localShoot(options.shoot, options.nodes);
    const report = await run(options, shoot, interrupted);
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : reportText(report));
    if (report.result === 'Interrupted') return 130;
    return report.result === 'Succeeded' ? 0 : 1;
  } catch (error) {
    if (error instanceof CommandLineEnd) return error.exitCode;
    const usage = error instanceof ShootFileError || error instanceof RangeError;
    process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`);
    return usage ? 2 : 1;
  }
}

async function run(options: StartOptions, shoot: LocalShoot, signal: AbortSignal): Promise<Report> {
  const startedAt = systemClock.now();
  const view = chooseView(options);
  const speed = SPEED[options.latency];
  const world = await startWorld({
    shoot,
    nodes: options.nodes,
    speed,
    ...(options.backend === undefined ? {} : { backend: options.backend }),
    onRestart: (what) => view.say(what),
  });
  let succeeded = false;
  try {
    view.say(`${shoot.shoot.key}, ${options.nodes} nodes, becomes dual-stack`);
    view.say(world.backends.description);
    view.say(`Compute Engine ${world.compute.url}, cluster ${world.cluster.url}, garden ${world.garden.url}`);
    view.say(`functions in process ${world.functions[0]?.pid}, log ${world.logFile}`);
    await world.changeShoot();
    const ending = await watch(world, shoot.shoot.key, view, {
      signal,
      patienceSeconds: Math.max(60, PATIENCE_SECONDS / speed),
    });
    view.end();
    succeeded = ending.result === 'Succeeded';
    const wallSeconds = (systemClock.now() - startedAt) / 1000;
    return makeReport(
      world,
      { ...ending, nodes: options.nodes, wallSeconds },
      ending.migration,
      ending.history,
    );
  } finally {
    await world.stop({ keepLog: !succeeded });
    if (!succeeded)
      process.stderr.write(`${styleText('gray', `the functions' log is kept: ${world.logFile}`)}\n`);
  }
}

/** A picture needs a terminal; the last line of `--json` must stand alone, so progress goes beside it then. */
function chooseView({ json }: StartOptions): ProgressView {
  if (json) return plainView((text) => process.stderr.write(text));
  const { isTTY, columns } = process.stdout;
  return isTTY ? terminalView(columns) : plainView((text) => process.stdout.write(text));
}
