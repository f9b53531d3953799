import type { Clock } from '../../../shared/clock.ts';
import { toFields } from '../../../shared/frozen-json.ts';
import { networkPluginNamed } from '../../../shared/migration/network-plugins.ts';
import { type Actors, bindCluster, bindGarden, startActors } from '../actors/index.ts';
import { type KubernetesSimulator, startKubernetesSimulator } from '../cluster/index.ts';
import { clusterScenario } from '../example/cluster-scenario.ts';
import { computeScenario } from '../example/compute-scenario.ts';
import { exampleCluster } from '../example/nodes.ts';
import { type ComputeSimulator, type Switches, startComputeSimulator } from '../gce/index.ts';
import { Carriers } from './carriers.ts';
import type { LocalShoot } from './shoot-file.ts';

/** The cloud, the shoot's cluster and the garden, with everybody who acts on them beside the functions. */
export interface Surroundings {
  readonly project: string;
  readonly compute: ComputeSimulator;
  readonly cluster: KubernetesSimulator;
  readonly garden: KubernetesSimulator;
  readonly actors: Actors;
  readonly carriers: Carriers;
}

/**
 * Starts them at rest, an IPv4 cluster of so many nodes. Each is left on `started`, to be stopped by its owner.
 *
 * @throws RangeError when the shoot's ranges are too small for so many nodes.
 */
export async function startSurroundings(
  { shoot, after }: LocalShoot,
  options: { nodes: number; clock: Clock; switches: Partial<Switches>; started: AsyncDisposableStack },
): Promise<Surroundings> {
  const { clock, started } = options;
  const example = exampleCluster({
    nodes: options.nodes,
    technicalId: shoot.technicalId,
    network: shoot.network,
    region: shoot.region,
    nodesCidr: shoot.nodes,
    podsCidr: shoot.pods,
    servicesCidr: shoot.services,
    networkPlugin: networkPluginNamed(shoot.networkType) ?? 'calico',
  });
  const scenario = computeScenario(example);
  const compute = await startComputeSimulator({ clock, scenario, switches: options.switches });
  started.defer(() => compute.stop());
  const cluster = await startKubernetesSimulator({
    clock,
    objects: clusterScenario(example),
    serviceClusterIpRanges: [shoot.services],
  });
  started.defer(() => cluster.stop());
  const garden = await startKubernetesSimulator({
    clock,
    objects: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: shoot.namespace } },
      structuredClone(toFields(after)),
    ],
    serviceClusterIpRanges: ['10.0.0.0/16'],
  });
  started.defer(() => garden.stop());
  const carriers = new Carriers(example, compute, cluster);
  const actors = await startActors({
    clock,
    compute,
    cluster: bindCluster(cluster.cluster, clock),
    garden: bindGarden(garden.cluster, shoot),
    technicalId: shoot.technicalId,
  });
  started.defer(() => actors.stop());
  return { project: example.project, compute, cluster, garden, actors, carriers };
}
