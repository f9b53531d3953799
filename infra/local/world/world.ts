import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHOOT_CHANGED } from '../../../shared/bus/topics.ts';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { DEFAULT_LIMITS } from '../../../shared/engine/engine.ts';
import { isOpen, nextOpening } from '../../../shared/migration/maintenance-window.ts';
import { MigrationStore, toFields } from '../../../shared/store/migration-store.ts';
import { type Actors, startActors } from '../actors/index.ts';
import { type BackendKind, type Backends, type DeliveryFaults, startBackends } from '../backends/index.ts';
import { scaledClock, type TimeScale } from '../clock.ts';
import { type KubernetesSimulator, startKubernetesSimulator } from '../cluster/index.ts';
import { clusterScenario } from '../example/cluster-scenario.ts';
import { computeScenario } from '../example/compute-scenario.ts';
import { exampleCluster } from '../example/nodes.ts';
import { type ComputeSimulator, type Switches, startComputeSimulator } from '../gce/index.ts';
import { Carriers } from './carriers.ts';
import { formatTimeScale } from './environment.ts';
import { FunctionsProcess } from './functions-process.ts';
import { serveReachability } from './reachability.ts';
import { startScheduler } from './scheduler.ts';
import type { LocalShoot } from './shoot-file.ts';
import { TOPOLOGY } from './topology.ts';

export interface WorldOptions {
  readonly shoot: LocalShoot;
  readonly nodes: number;
  /** Left out: Google's emulators where they are installed. */
  readonly backend?: BackendKind;
  /** Seconds of the world in one second of the wall. */
  readonly speed: number;
  readonly switches?: Partial<Switches>;
  /** What the bus does to messages beyond delivering them. */
  readonly deliveryFaults?: DeliveryFaults;
  /** Function processes that are each sent every message; 1 unless a test wants more. */
  readonly instances?: number;
  /** Told when a functions process died and another took its place. */
  readonly onRestart?: (why: string, pid: number) => void;
}

/** Google Cloud, a shoot and its garden on one machine, with the functions running in it. */
export interface World {
  readonly clock: Clock;
  readonly compute: ComputeSimulator;
  readonly cluster: KubernetesSimulator;
  readonly garden: KubernetesSimulator;
  readonly actors: Actors;
  readonly backends: Backends;
  readonly migrations: MigrationStore;
  readonly carriers: Carriers;
  readonly functions: readonly FunctionsProcess[];
  /** Where the functions write their log. */
  readonly logFile: string;
  /** Publishes the change of the shoot that asks for dual-stack. */
  changeShoot(): Promise<void>;
  /** Stops everything; the log stays only when `keepLog` says so. */
  stop(options?: { keepLog?: boolean }): Promise<void>;
}

/** The window opens this long after the world began, in seconds of the world, and not before it is all set up. */
const BEFORE_WINDOW_SECONDS = 120;
const SET_UP_WALL_SECONDS = 3;
const LONGEST_WINDOW_MS = 6 * 3_600_000;

/**
 * Starts a world at rest: an IPv4 shoot of so many nodes, an hour that lies a minute before its maintenance window.
 * Whatever was started is stopped again when a part fails to start.
 */
export async function startWorld(options: WorldOptions): Promise<World> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of undo.splice(0).reverse()) await each();
  };
  try {
    return await build(options, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(
  options: WorldOptions,
  undo: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<World> {
  const { shoot } = options.shoot;
  const time = beginning(options);
  const clock = scaledClock(time);
  const folder = await mkdtemp(join(tmpdir(), 'shoot-dualstack-'));
  let keepLog = false;
  undo.push(async () => (keepLog ? undefined : await rm(folder, { recursive: true, force: true })));

  const example = exampleCluster({
    nodes: options.nodes,
    technicalId: shoot.technicalId,
    network: shoot.network,
    region: shoot.region,
    nodesCidr: shoot.nodes,
    podsCidr: shoot.pods,
    servicesCidr: shoot.services,
  });
  const compute = await startComputeSimulator({
    clock,
    scenario: computeScenario(example),
    ...(options.switches === undefined ? {} : { switches: options.switches }),
  });
  undo.push(() => compute.stop());
  const cluster = await startKubernetesSimulator({
    clock,
    objects: clusterScenario(example),
    serviceClusterIpRanges: [shoot.services],
  });
  undo.push(() => cluster.stop());
  const garden = await startKubernetesSimulator({
    clock,
    objects: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: shoot.namespace } },
      toFields(options.shoot.after),
    ],
    serviceClusterIpRanges: ['10.0.0.0/16'],
  });
  undo.push(() => garden.stop());
  const carriers = new Carriers(example, compute, cluster);
  const actors = await startActors({
    clock,
    compute,
    cluster: cluster.cluster,
    garden: garden.cluster,
    shoot: { namespace: shoot.namespace, name: shoot.name },
    technicalId: shoot.technicalId,
  });
  undo.push(() => actors.stop());

  const backends = await startBackends({
    ...(options.backend === undefined ? {} : { kind: options.backend }),
    ...(options.deliveryFaults === undefined ? {} : { faults: options.deliveryFaults }),
    clock,
    speed: options.speed,
    topology: TOPOLOGY,
    project: example.project,
  });
  undo.push(() => backends.stop());
  const reachability = await serveReachability(
    (podCidr, instance) => compute.dataPlane.reaches(instance, podCidr).arrives,
  );
  undo.push(() => reachability.stop());

  const shootKubeconfig = join(folder, 'shoot.kubeconfig');
  const gardenKubeconfig = join(folder, 'garden.kubeconfig');
  await writeFile(shootKubeconfig, cluster.kubeconfig);
  await writeFile(gardenKubeconfig, garden.kubeconfig);
  const logFile = join(folder, 'functions.log');
  const functions = Array.from(
    { length: options.instances ?? 1 },
    () =>
      new FunctionsProcess({
        logFile,
        environment: {
          ...backends.environment,
          GOOGLE_CLOUD_PROJECT: example.project,
          COMPUTE_ENDPOINT: compute.url,
          SHOOT_KUBECONFIG: shootKubeconfig,
          GARDEN_KUBECONFIG: gardenKubeconfig,
          WORLD_TIME: formatTimeScale(time),
          WORLD_REACHABILITY: reachability.url,
          LEASE_SECONDS: String(stretched(DEFAULT_LIMITS.leaseSeconds, options.speed)),
          RUN_SECONDS: String(stretched(DEFAULT_LIMITS.runSeconds, options.speed)),
        },
        ...(options.onRestart === undefined ? {} : { onRestart: options.onRestart }),
      }),
  );
  for (const each of functions) {
    undo.push(() => each.stop());
    await each.start();
  }
  await backends.setPushEndpoints(functions.map(({ url }) => url));
  const scheduler = startScheduler({ bus: backends.bus, clock });
  undo.push(() => scheduler.stop());

  return {
    clock,
    compute,
    cluster,
    garden,
    actors,
    backends,
    migrations: new MigrationStore({ documents: backends.documents, clock, newId: randomUUID }),
    carriers,
    functions,
    logFile,
    changeShoot: async () => {
      const { before, after } = options.shoot;
      await backends.bus.publish(SHOOT_CHANGED, { body: { before, after } });
    },
    stop: async (how) => {
      keepLog = how?.keepLog === true;
      await stop();
    },
  };
}

/** A world begins shortly before its shoot's window opens, today or tomorrow, and at once when there is none. */
function beginning({ shoot, speed }: WorldOptions): TimeScale {
  const wallOrigin = systemClock.now();
  const window = shoot.shoot.maintenanceWindow;
  if (window === undefined) return { origin: wallOrigin, wallOrigin, speed };
  const lead = Math.max(BEFORE_WINDOW_SECONDS, SET_UP_WALL_SECONDS * speed);
  const afterThisWindow = isOpen(window, wallOrigin) ? wallOrigin + LONGEST_WINDOW_MS : wallOrigin;
  return {
    origin: nextOpening(window, afterThisWindow) - lead * 1000,
    wallOrigin,
    speed,
  };
}

/** On a fast clock what is limited must outlast the machine's own stutter: five seconds of the wall at least. */
function stretched(seconds: number, speed: number): number {
  return Math.max(seconds, 5 * speed);
}
