import type { Logger } from 'pino';
import { pino } from 'pino';
import { ApiClient } from '../../../infra/local/actors/bind/http/client.ts';
import { ApiConnection } from '../../../infra/local/actors/bind/http/connection.ts';
import type { ActorDelays } from '../../../infra/local/actors/index.ts';
import { scaledClock } from '../../../infra/local/clock.ts';
import type { JsonObject } from '../../../infra/local/cluster/index.ts';
import { dataPlaneReachability } from '../../../infra/local/in-process/reachability.ts';
import { seededRandom } from '../../../infra/local/random.ts';
import { beginning } from '../../../infra/local/world/beginning.ts';
import type { LocalShoot } from '../../../infra/local/world/shoot-file.ts';
import { localShoot } from '../../../infra/local/world/shoot-file.ts';
import { SHOOT_CHANGED } from '../../../shared/bus/topics.ts';
import type { Clock } from '../../../shared/clock.ts';
import { systemClock } from '../../../shared/clock.ts';
import { parseKubeconfig, probeReachability } from '../../../shared/kubernetes/client/index.ts';
import type { Migration } from '../../../shared/migration/migration.ts';
import type { NetworkPluginName } from '../../../shared/migration/network-plugins.ts';
import { networkPluginNamed } from '../../../shared/migration/network-plugins.ts';
import type { ControlPlane, DialPod } from '../control-plane/index.ts';
import { startControlPlane } from '../control-plane/index.ts';
import type { Access, ShootRights } from './access.ts';
import { grantAccess } from './access.ts';
import type { Following } from './following.ts';
import { following } from './following.ts';
import type { Functions, FunctionsOptions } from './functions.ts';
import { startFunctions } from './functions.ts';
import { startLoadBalancer } from './load-balancer.ts';
import { probePods } from './probe-pods.ts';
import { addIpv6 } from './shoot.ts';
import type { Surroundings } from './surroundings.ts';
import { startSurroundings } from './surroundings.ts';

export interface ClusterWorldOptions {
  /** 12 when left out. */
  readonly nodes?: number;
  /** The example shoot when left out. */
  readonly shoot?: LocalShoot;
  /** Seconds of the world in one second of the wall; 20 when left out. */
  readonly speed?: number;
  readonly actorDelays?: Partial<ActorDelays>;
  /** Changes what is in the shoot's cluster at the start. */
  readonly adaptCluster?: (objects: readonly JsonObject[]) => readonly JsonObject[];
  /** What the functions may do in the shoot besides the base, the probe and what its network plugin needs. */
  readonly moreRights?: readonly ShootRights[];
  /** Whether nodes are reached says the simulated network itself, or, asked by the product, its probe pods in that network. */
  readonly lookBy?: 'data plane' | 'probe pods';
  readonly log?: Logger;
}

/** A shoot on a real API server, its cloud, and the product's functions. */
export interface ClusterWorld extends Surroundings, Following {
  readonly clock: Clock;
  readonly controlPlane: ControlPlane;
  /** An administrator's, to look and to meddle. */
  readonly client: ApiClient;
  readonly functions: Functions;
  /** As whom the functions come to the API server. */
  readonly users: Access['users'];
  /** All that they may do; without the probe's rights, which the preflight asks for, where nobody looks by it. */
  readonly rights: Access['rights'];
  /** As last stored; undefined before the change of the shoot is taken in. */
  readonly migration: Migration | undefined;
  /** What was tried again, by whom; for whoever looks into a test that failed. */
  readonly reports: readonly string[];
  /** The owner adds IPv6 to the shoot; the change is published. */
  changeShoot(): Promise<void>;
  publish(topic: string, body: object): Promise<void>;
  lostNodeSeconds(): number;
  stop(): Promise<void>;
}

const SPEED = 20;
/**
 * Boots and reconciliations cost only time here. And a machine that joins late does so because the computer is slow: on the
 * wall's clock, Gardener's patience would be over in half a minute.
 */
const DELAYS: Partial<ActorDelays> = {
  boot: 10_000,
  infrastructure: 5_000,
  controlPlane: 5_000,
  apiServerRestart: 5_000,
  machineCreationTimeout: 2 * 3_600_000,
  machineHealthTimeout: 2 * 3_600_000,
};

/**
 * A world at rest shortly before its shoot's maintenance window. The API server lives by the wall's clock, all others by one that
 * runs faster.
 *
 * @throws Error when a part does not start; nothing is left then.
 */
export async function createClusterWorld(options: ClusterWorldOptions = {}): Promise<ClusterWorld> {
  await using starting = new AsyncDisposableStack();
  const world = await build(options, starting);
  const started = starting.move();
  return Object.assign(world, { stop: () => started.disposeAsync() });
}

async function build(options: ClusterWorldOptions, started: AsyncDisposableStack) {
  const { nodes = 12, speed = SPEED, shoot = localShoot(undefined, nodes) } = options;
  const reports: string[] = [];
  const report = (who: string, error: unknown) => {
    reports.push(`${new Date(systemClock.now()).toISOString()} ${who}: ${describe(error)}`);
  };
  const pods = Promise.withResolvers<DialPod>();
  const controlPlane = await startControlPlane({
    serviceClusterIpRanges: [shoot.shoot.services],
    dialPod: async (address, port) => (await pods.promise)(address, port),
  });
  started.defer(() => controlPlane.stop());
  const loadBalancer = await startLoadBalancer(controlPlane);
  started.defer(() => loadBalancer.stop());
  const kubeconfig = loadBalancer.through(controlPlane.kubeconfig);
  const connection = new ApiConnection(parseKubeconfig(kubeconfig));
  started.defer(() => connection.close());
  const client = new ApiClient(connection);

  // Time begins when what takes long to start is there.
  const clock = scaledClock(beginning(shoot.shoot.maintenanceWindow, speed));
  const { adaptCluster } = options;
  const surroundings = await startSurroundings(
    {
      shoot,
      nodes,
      clock,
      kubeconfig,
      setServiceClusterIpRanges: loadBalancer.setServiceClusterIpRanges,
      client,
      actorDelays: { ...DELAYS, ...options.actorDelays },
      ...(adaptCluster !== undefined && { adaptCluster }),
      report,
    },
    started,
  );
  const { compute, example, shootInGarden, view } = surroundings;
  const files: readonly ShootRights[] = [
    'base',
    'probe',
    networkPluginOf(shoot),
    ...(options.moreRights ?? []),
  ];
  const access = await grantAccess(controlPlane, client, files, shoot.shoot);
  const kubeconfigs = {
    shoot: loadBalancer.through(access.shoot),
    controlPlane: loadBalancer.through(access.controlPlane),
    garden: loadBalancer.through(access.garden),
  };
  pods.resolve(probePods(view, compute.dataPlane));
  const byProbePods: FunctionsOptions['reachability'] = (itsClock, signal) =>
    probeReachability({
      kubeconfig: parseKubeconfig(kubeconfigs.shoot),
      clock: itsClock,
      signal,
      image: PROBE_IMAGE,
    });
  const functions = await startFunctions({
    clock,
    speed,
    project: example.project,
    compute,
    kubeconfigs,
    reachability:
      options.lookBy === 'probe pods'
        ? byProbePods
        : dataPlaneReachability(compute.dataPlane, seededRandom(4)),
    random: seededRandom(5),
    log: options.log ?? SILENT,
    report,
  });
  started.defer(() => functions.stop());

  const publish = (topic: string, body: object) => functions.bus.publish(topic, { body });
  return {
    ...surroundings,
    clock,
    controlPlane,
    client,
    functions,
    users: access.users,
    rights: access.rights.filter(
      ({ role }) => options.lookBy === 'probe pods' || !role.startsWith('shoot-dualstack:probe'),
    ),
    get migration() {
      return functions.migration;
    },
    reports,
    publish,
    changeShoot: async () => {
      const { before, after } = await addIpv6(client, shootInGarden);
      await publish(SHOOT_CHANGED, { before, after, project: example.project });
    },
    ...following(functions, reports),
    lostNodeSeconds: () => compute.dataPlane.lostNodeSeconds(),
  };
}

/** Nothing pulls it. */
const PROBE_IMAGE = 'registry.example.org/busybox:1';
function networkPluginOf({ shoot: { networkType } }: LocalShoot): NetworkPluginName {
  const plugin = networkPluginNamed(networkType);
  if (plugin === undefined) throw new Error(`nothing is known of the network plugin ${networkType}`);
  return plugin;
}

const SILENT = pino({ level: 'silent' });

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${describe(error.cause)})`;
}
