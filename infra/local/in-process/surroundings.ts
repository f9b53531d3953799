import type { Clock } from '../../../shared/clock.ts';
import { toFields } from '../../../shared/frozen-json.ts';
import { networkPluginNamed } from '../../../shared/migration/network-plugins.ts';
import {
  type ActorDelays,
  type ActorReport,
  type Actors,
  bindCluster,
  bindGarden,
  startActors,
} from '../actors/index.ts';
import { type Cluster, createCluster, type Delays, type JsonObject } from '../cluster/index.ts';
import { clusterScenario } from '../example/cluster-scenario.ts';
import { type ComputeScenario, computeScenario } from '../example/compute-scenario.ts';
import { type ExampleCluster, exampleCluster } from '../example/nodes.ts';
import {
  type ComputeInProcess,
  computeInProcess,
  type LatencyProfile,
  type Propagation,
  type QuotaOptions,
  type Switches,
} from '../gce/index.ts';
import { seededRandom } from '../random.ts';
import type { LocalShoot } from '../world/shoot-file.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What the surroundings are to be like; what is left out is as in the simulators' own defaults. */
export interface SurroundingsOptions {
  readonly seed: number;
  /** GCP project of the shoot's infrastructure. */
  readonly project?: string;
  readonly switches?: Partial<Switches>;
  readonly quotas?: QuotaOptions;
  readonly latency?: LatencyProfile;
  readonly propagation?: Partial<Propagation>;
  readonly clusterDelays?: Partial<Delays>;
  readonly actorDelays?: Partial<ActorDelays>;
  /** Changes what is there at the start: resources of the project, objects of the shoot's cluster. */
  readonly adaptCompute?: (scenario: ComputeScenario) => ComputeScenario;
  readonly adaptCluster?: (objects: readonly JsonObject[]) => readonly JsonObject[];
}

/** Nobody watches over the API here; to keep tens of thousands of changes for late watchers would only cost memory. */
const WATCH_HISTORY = 1_000;

/** The cloud, the shoot's cluster and the garden on one virtual clock, with everybody who acts on them but the functions. */
export interface Surroundings {
  readonly example: ExampleCluster;
  readonly compute: ComputeInProcess;
  readonly cluster: Cluster;
  readonly garden: Cluster;
  readonly actors: Actors;
  /** What an actor failed at and tried again. */
  readonly reports: readonly ActorReport[];
  stop(): Promise<void>;
}

/**
 * An IPv4 cluster of so many nodes at rest. Each part has a generator of its own, so that a call more of one does not
 * change the fortunes of the others.
 *
 * @throws RangeError when the shoot's ranges are too small for so many nodes.
 */
export async function startSurroundings(
  { shoot, after }: LocalShoot,
  nodes: number,
  clock: Clock & Pick<VirtualClock, 'until'>,
  options: SurroundingsOptions,
): Promise<Surroundings> {
  const { seed, latency, quotas, switches, propagation } = options;
  const random = (part: number) => seededRandom(seed * 16 + part);
  const example = exampleCluster({
    nodes,
    ...(options.project !== undefined && { project: options.project }),
    technicalId: shoot.technicalId,
    network: shoot.network,
    region: shoot.region,
    nodesCidr: shoot.nodes,
    podsCidr: shoot.pods,
    servicesCidr: shoot.services,
    networkPlugin: networkPluginNamed(shoot.networkType) ?? 'calico',
  });
  const scenario = computeScenario(example);
  const compute = computeInProcess({
    clock,
    scenario: options.adaptCompute?.(scenario) ?? scenario,
    random: random(0),
    ...(latency !== undefined && { latency }),
    ...(quotas !== undefined && { quotas }),
    ...(switches !== undefined && { switches }),
    ...(propagation !== undefined && { propagation }),
  });
  const objects = clusterScenario(example);
  const cluster = createCluster({
    clock,
    objects: options.adaptCluster?.(objects) ?? objects,
    serviceClusterIpRanges: [shoot.services],
    random: random(1),
    delays: options.clusterDelays ?? {},
    watchHistory: WATCH_HISTORY,
  });
  const garden = createCluster({
    clock,
    objects: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: shoot.namespace } },
      structuredClone(toFields(after)),
    ],
    serviceClusterIpRanges: ['10.0.0.0/16'],
    random: random(2),
  });
  const reports: ActorReport[] = [];
  const starting = startActors({
    clock,
    compute,
    cluster: bindCluster(cluster, clock),
    garden: bindGarden(garden, shoot),
    technicalId: shoot.technicalId,
    random: random(3),
    delays: options.actorDelays ?? {},
    report: (line) => reports.push(line),
  });
  const actors = await clock.until(starting);
  return {
    example,
    compute,
    cluster,
    garden,
    actors,
    reports,
    stop: async () => {
      await actors.stop();
      cluster.stop();
      garden.stop();
      compute.stop();
    },
  };
}
