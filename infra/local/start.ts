import { styleText } from 'node:util';
import { systemClock } from '../../shared/clock.ts';
import type { Wishes } from '../../shared/engine/nudge.ts';
import { toFields } from '../../shared/frozen-json.ts';
import { freePort } from './child-process.ts';
import { scaledClock } from './clock.ts';
import { shoots } from './cluster/resources/network.ts';
import { type StartOptions, startOptions } from './options.ts';
import { type PlanReport, planReport, planText } from './report/plan.ts';
import { type ProgressView, plainView, terminalView } from './report/progress.ts';
import { makeReport, type Report, reportText } from './report/report.ts';
import { watch } from './report/watch.ts';
import { runCommand } from './run-command.ts';
import { beginning } from './world/beginning.ts';
import { putUpNotice } from './world/notice.ts';
import { planHere } from './world/plan.ts';
import {
  atRest,
  type LocalShoot,
  localShoot,
  ShootFileError,
  withoutInfrastructure,
} from './world/shoot-file.ts';
import { startSurroundings } from './world/surroundings.ts';
import { startWorld, type World } from './world/world.ts';

/** Seconds of the world in a second of the wall. */
const SPEED = { fast: 60, real: 1 } as const;
/** How long nothing may move before the run is given up, in seconds of the world. */
const PATIENCE_SECONDS = 3_600;
/** A page that nobody ends; as long as a timer lasts. */
const MOST_DAYS_MS = 24 * 24 * 3_600_000;

await runCommand(main, { usage: [ShootFileError, RangeError] });

/** `npm start`: a world, a shoot that becomes dual-stack in it, a report. Returns the exit code. */
async function main(args: readonly string[], interrupted: AbortSignal): Promise<number> {
  const options = startOptions(args);
  const shoot = localShoot(options.shoot, options.nodes, options.networkPlugin);
  if (options.planOnly) {
    const plan = await planOnly(options, shoot, interrupted);
    process.stdout.write(options.json ? `${JSON.stringify(plan)}\n` : planText(plan));
    return plan.result === 'Planned' ? 0 : 1;
  }
  if (options.wait) {
    await stay(options, atRest(shoot), interrupted);
    return 0;
  }
  const report = await run(options, shoot, interrupted);
  if (report.result === 'Interrupted') return 130;
  return report.result === 'Succeeded' ? 0 : 1;
}

/** Everything but functions, bus and store: what would be done is looked at and never begun. */
async function planOnly(options: StartOptions, shoot: LocalShoot, signal: AbortSignal): Promise<PlanReport> {
  const clock = scaledClock(beginning(shoot.shoot.maintenanceWindow, SPEED[options.latency]));
  await using started = new AsyncDisposableStack();
  const surroundings = await startSurroundings(shoot, { nodes: options.nodes, clock, switches: {}, started });
  const plan = await planHere(surroundings, { shoot, clock, wishes: wishesOf(options), signal });
  return planReport(plan, shoot.shoot.key, options.nodes);
}

function wishesOf({ strategy, acknowledgeTrafficLoss }: StartOptions): Partial<Wishes> {
  return {
    ...(strategy === undefined ? {} : { strategy }),
    ...(acknowledgeTrafficLoss ? { acknowledgeTrafficLoss } : {}),
  };
}

/** Everything is there and nothing is begun, until Ctrl-C: somebody else begins it. */
async function stay(options: StartOptions, shoot: LocalShoot, signal: AbortSignal): Promise<void> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const { world, takeDown } = await openWorld(options, shoot, say);
  try {
    await world.garden.client.create(shoots, toFields(withoutInfrastructure(shoot)));
    say(
      `${shoot.shoot.key}, ${options.nodes} nodes, has IPv4 alone until you begin: npx shoot-dualstack start ${shoot.shoot.key}`,
    );
    describe(world, say);
    if (world.page !== undefined) say(`status page ${world.page}/, until Ctrl-C`);
    await systemClock.sleep(MOST_DAYS_MS, signal).catch(() => {});
  } finally {
    await takeDown();
    await world.stop();
  }
}

interface ServedWorld extends World {
  /** Address of the page; undefined where it is not served. */
  readonly page: string | undefined;
}

/** The world, with a notice of where it is served for the command line. */
async function openWorld(options: StartOptions, shoot: LocalShoot, say: (line: string) => void) {
  const pagePort = options.serve ? options.port || (await freePort()) : undefined;
  const started = await startWorld({
    shoot,
    nodes: options.nodes,
    speed: SPEED[options.latency],
    wishes: wishesOf(options),
    watchGarden: options.wait,
    ...(options.backend === undefined ? {} : { backend: options.backend }),
    ...(pagePort === undefined ? {} : { pagePort }),
    onRestart: say,
  });
  const page = pagePort === undefined ? undefined : `http://127.0.0.1:${pagePort}`;
  const world: ServedWorld = { ...started, page };
  const { project, access } = world;
  const takeDown = page === undefined ? async () => {} : await putUpNotice({ url: page, project, access });
  return { world, takeDown };
}

function describe(world: World, say: (line: string) => void): void {
  say(world.backends.description);
  say(`Compute Engine ${world.compute.url}, cluster ${world.cluster.url}, garden ${world.garden.url}`);
  say(`functions in process ${world.functions[0]?.pid}, log ${world.logFile}`);
}

/** With `--serve` it comes back when somebody has had enough of the page. */
async function run(options: StartOptions, shoot: LocalShoot, signal: AbortSignal): Promise<Report> {
  const startedAt = systemClock.now();
  const view = chooseView(options);
  const { world, takeDown } = await openWorld(options, shoot, (line) => view.say(line));
  let succeeded = false;
  try {
    view.say(`${shoot.shoot.key}, ${options.nodes} nodes, becomes dual-stack`);
    describe(world, (line) => view.say(line));
    if (world.page !== undefined) view.say(`status page ${world.page}/`);
    await world.changeShoot();
    const ending = await watch(world, shoot.shoot.key, view, {
      signal,
      patienceSeconds: Math.max(60, PATIENCE_SECONDS / SPEED[options.latency]),
    });
    view.end();
    succeeded = ending.result === 'Succeeded';
    const wallSeconds = (systemClock.now() - startedAt) / 1000;
    const report = makeReport(
      world,
      { ...ending, nodes: options.nodes, wallSeconds },
      ending.migration,
      ending.history,
    );
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : reportText(report));
    if (world.page !== undefined && !signal.aborted) {
      process.stderr.write(`The page stays at ${world.page}/ until Ctrl-C.\n`);
      await systemClock.sleep(MOST_DAYS_MS, signal).catch(() => {});
    }
    return report;
  } finally {
    await takeDown();
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
