import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHOOT_CHANGED } from '../../../shared/bus/topics.ts';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { DEFAULT_LIMITS } from '../../../shared/engine/engine.ts';
import type { Wishes } from '../../../shared/engine/nudge.ts';
import { MOST_RUN_SECONDS } from '../../../shared/runtime/settings.ts';
import { MigrationStore } from '../../../shared/store/migration-store.ts';
import { type BackendKind, type Backends, startBackends } from '../backends/index.ts';
import { scaledClock } from '../clock.ts';
import type { Switches } from '../gce/index.ts';
import { beginning } from './beginning.ts';
import { formatTimeScale } from './environment.ts';
import { FunctionsProcess } from './functions-process.ts';
import type { WorldAccess } from './notice.ts';
import { openTelemetryOf } from './open-telemetry.ts';
import { serveReachability } from './reachability.ts';
import { startScheduler } from './scheduler.ts';
import type { LocalShoot } from './shoot-file.ts';
import { type Surroundings, startSurroundings } from './surroundings.ts';
import { TOPOLOGY } from './topology.ts';

export interface WorldOptions {
  readonly shoot: LocalShoot;
  readonly nodes: number;
  /** Left out: Google's emulators where they are installed. */
  readonly backend?: BackendKind;
  /** Seconds of the world in one second of the wall. */
  readonly speed: number;
  readonly switches?: Partial<Switches>;
  /** What the operator says with the change of the shoot. */
  readonly wishes?: Partial<Wishes>;
  /** Function processes that are each sent every message; 1 unless a test wants more. */
  readonly instances?: number;
  /** Port on loopback for the page; absent: it is not served. */
  readonly pagePort?: number;
  /** Whether the functions watch the garden's Shoots; left out, only what is published tells them. */
  readonly watchGarden?: boolean;
  /** Told when a functions process died, and whether another took its place. */
  readonly onRestart?: (what: string) => void;
}

/** Google Cloud, a shoot and its garden on one machine, with the functions running in it. */
export interface World extends Surroundings {
  readonly clock: Clock;
  readonly backends: Backends;
  readonly migrations: MigrationStore;
  readonly functions: readonly FunctionsProcess[];
  /** How the functions reach cloud, garden and cluster. */
  readonly access: WorldAccess;
  /** Where the functions write their log. */
  readonly logFile: string;
  /** Publishes the change of the shoot that asks for dual-stack. */
  changeShoot(): Promise<void>;
  /** Stops everything; the log stays only when `keepLog` says so. */
  stop(options?: { keepLog?: boolean }): Promise<void>;
}

/**
 * Starts a world at rest shortly before its shoot's maintenance window. Whatever was started is stopped again when a
 * part fails to start.
 */
export async function startWorld(options: WorldOptions): Promise<World> {
  await using starting = new AsyncDisposableStack();
  const world = await build(options, starting);
  const started = starting.move();
  return { ...world, stop: (how) => world.stop(how, started) };
}

type Unstoppable = Omit<World, 'stop'> & {
  stop(how: { keepLog?: boolean } | undefined, started: AsyncDisposableStack): Promise<void>;
};

async function build(options: WorldOptions, started: AsyncDisposableStack): Promise<Unstoppable> {
  const { shoot, speed } = options;
  const folder = await mkdtemp(join(tmpdir(), 'shoot-dualstack-'));
  let keepLog = false;
  started.defer(async () => {
    if (!keepLog) await rm(folder, { recursive: true, force: true });
  });
  const backends = await startBus(options);
  started.defer(() => backends.stop());

  // Time begins when what takes long to start is there.
  const time = beginning(shoot.shoot.maintenanceWindow, speed);
  const clock = scaledClock(time);
  const surroundings = await startSurroundings(shoot, {
    nodes: options.nodes,
    clock,
    switches: options.switches ?? {},
    started,
  });
  const { compute, cluster, garden, project } = surroundings;
  const { watchGarden = false } = options;
  const reachability = await serveReachability(
    (podCidr, instance) => compute.dataPlane.reaches(instance, podCidr).arrives,
  );
  started.defer(() => reachability.stop());

  const environment = {
    ...openTelemetryOf(process.env),
    GOOGLE_CLOUD_PROJECT: project,
    // Emulators that ran before us may serve others too, so state and topics have a project of their own there.
    ...backends.environment,
    COMPUTE_ENDPOINT: compute.url,
    SHOOT_KUBECONFIG: join(folder, 'shoot.kubeconfig'),
    GARDEN_KUBECONFIG: join(folder, 'garden.kubeconfig'),
    WORLD_TIME: formatTimeScale(time),
    WORLD_REACHABILITY: reachability.url,
    // The functions' own project may be another one, as above.
    ...(watchGarden && {
      WORLD_WATCHES_GARDEN: 'true',
      WATCH_NAMESPACES: `${shoot.shoot.namespace}=${project}`,
    }),
    LEASE_SECONDS: String(stretched(DEFAULT_LIMITS.leaseSeconds, speed)),
    RUN_SECONDS: String(Math.min(stretched(DEFAULT_LIMITS.runSeconds, speed), MOST_RUN_SECONDS)),
  };
  const { pagePort } = options;
  const page = pagePort === undefined ? {} : { WORLD_PAGE_PORT: String(pagePort) };
  await writeFile(environment.SHOOT_KUBECONFIG, cluster.kubeconfig);
  await writeFile(environment.GARDEN_KUBECONFIG, garden.kubeconfig);
  const logFile = join(folder, 'functions.log');
  const onRestart = options.onRestart ?? (() => {});
  const functions = Array.from(
    { length: options.instances ?? 1 },
    // One serves the page; the port is taken then.
    (_, index) =>
      new FunctionsProcess({
        logFile,
        environment: index === 0 ? { ...environment, ...page } : environment,
        onRestart,
      }),
  );
  for (const each of functions) {
    started.defer(() => each.stop());
    await each.start();
  }
  await backends.setPushEndpoints(functions.map(({ url }) => url));
  const scheduler = startScheduler({ bus: backends.bus, clock, watchGarden });
  started.defer(() => scheduler.stop());

  const change = { before: shoot.before, after: shoot.after };
  return {
    ...surroundings,
    clock,
    backends,
    migrations: new MigrationStore({ documents: backends.documents, clock, newId: randomUUID }),
    functions,
    access: {
      COMPUTE_ENDPOINT: compute.url,
      SHOOT_KUBECONFIG: environment.SHOOT_KUBECONFIG,
      GARDEN_KUBECONFIG: environment.GARDEN_KUBECONFIG,
    },
    logFile,
    changeShoot: async () => {
      await backends.bus.publish(SHOOT_CHANGED, { body: { ...change, project, ...options.wishes } });
    },
    stop: async (how, all) => {
      keepLog = how?.keepLog === true;
      await all.disposeAsync();
    },
  };
}

/** Store and bus only measure durations; which time it is in the world does not matter to them. */
async function startBus({ backend, speed }: WorldOptions): Promise<Backends> {
  const now = systemClock.now();
  return await startBackends({
    ...(backend === undefined ? {} : { kind: backend }),
    clock: scaledClock({ origin: now, wallOrigin: now, speed }),
    speed,
    topology: TOPOLOGY,
  });
}

/** On a fast clock what is limited must outlast the machine's own stutter: five seconds of the wall at least. */
function stretched(seconds: number, speed: number): number {
  return Math.max(seconds, 5 * speed);
}
