import { bindInfrastructure } from '../../../infra/local/actors/bind/compute.ts';
import type { ApiClient } from '../../../infra/local/actors/bind/http/client.ts';
import type { ActorDelays, Actors } from '../../../infra/local/actors/index.ts';
import { bindClusterOverHttp, bindGardenOverHttp, startActors } from '../../../infra/local/actors/index.ts';
import type { JsonObject } from '../../../infra/local/cluster/index.ts';
import type { KubernetesObject } from '../../../infra/local/cluster/object/object.ts';
import { clusterScenario } from '../../../infra/local/example/cluster-scenario.ts';
import { computeScenario } from '../../../infra/local/example/compute-scenario.ts';
import type { ExampleCluster } from '../../../infra/local/example/nodes.ts';
import { exampleCluster } from '../../../infra/local/example/nodes.ts';
import type { ComputeInProcess } from '../../../infra/local/gce/index.ts';
import { computeInProcess } from '../../../infra/local/gce/index.ts';
import { seededRandom } from '../../../infra/local/random.ts';
import type { LocalShoot } from '../../../infra/local/world/shoot-file.ts';
import type { Clock } from '../../../shared/clock.ts';
import { networkPluginNamed } from '../../../shared/migration/network-plugins.ts';
import type { ControlPlane } from '../control-plane/index.ts';
import { atRest } from './at-rest.ts';
import type { ClusterView, Report } from './cluster-view.ts';
import { startComponents } from './components.ts';
import { CUSTOM_RESOURCES } from './crds.ts';
import { defineResources, fill } from './fill.ts';
import { createShoot } from './shoot.ts';

export interface SurroundingsOptions {
  readonly shoot: LocalShoot;
  readonly nodes: number;
  readonly clock: Clock;
  /** The API server, as text for an administrator. */
  readonly kubeconfig: string;
  readonly setServiceClusterIpRanges: ControlPlane['setServiceClusterIpRanges'];
  /** An administrator's. */
  readonly client: ApiClient;
  readonly actorDelays: Partial<ActorDelays>;
  /** Changes what is in the shoot's cluster at the start. */
  readonly adaptCluster?: (objects: readonly JsonObject[]) => readonly JsonObject[];
  readonly report: Report;
}

/** The cloud and the shoot's cluster at rest, with everybody who acts on them but the functions. */
export interface Surroundings {
  readonly example: ExampleCluster;
  readonly compute: ComputeInProcess;
  readonly actors: Actors;
  readonly view: ClusterView;
  /** The single-stack Shoot as the garden has it; the API server at hand is its garden too. */
  readonly shootInGarden: KubernetesObject;
}

/** Whatever is started is left on `started`, to be stopped by its owner. */
export async function startSurroundings(
  options: SurroundingsOptions,
  started: AsyncDisposableStack,
): Promise<Surroundings> {
  const { client, clock, kubeconfig, report, shoot } = options;
  await defineResources(client, CUSTOM_RESOURCES);
  const shootInGarden = await createShoot(client, shoot);
  const planned = plannedCluster(shoot, options.nodes);
  const objects = options.adaptCluster?.(clusterScenario(planned)) ?? clusterScenario(planned);
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  await fill(client, ofKind('Namespace'));
  const example = withUids(planned, await fill(client, ofKind('Node')));

  const compute = computeInProcess({ clock, scenario: computeScenario(example), random: seededRandom(1) });
  started.defer(() => compute.stop());
  const { technicalId } = shoot.shoot;
  const machines = await bindInfrastructure(compute, technicalId);
  started.defer(() => machines.close());
  const runs = async (node: string) => (await machines.vm(node))?.running === true;
  const view = await startComponents({ client, clock, runs, report }, started);

  await fill(
    client,
    objects.filter(({ kind }) => kind !== 'Namespace' && kind !== 'Node'),
  );
  await atRest(client);
  const cluster = await bindClusterOverHttp({
    kubeconfig,
    clock,
    runsNodeLifecycleController: true,
    setServiceClusterIpRanges: onlyOnce(options.setServiceClusterIpRanges),
    report: (error) => report('actors', error),
  });
  started.defer(() => cluster.close());
  const garden = await bindGardenOverHttp({
    kubeconfig,
    shoot: shoot.shoot,
    report: (error) => report('gardenlet', error),
  });
  started.defer(() => garden.close());
  const actors = await startActors({
    clock,
    compute,
    cluster,
    garden,
    technicalId,
    random: seededRandom(3),
    delays: options.actorDelays,
    report: ({ actor, subject, error }) => report(`${actor} ${subject}`, error),
  });
  started.defer(() => actors.stop());
  return { example, compute, actors, view, shootInGarden };
}

function plannedCluster({ shoot }: LocalShoot, nodes: number): ExampleCluster {
  return exampleCluster({
    nodes,
    technicalId: shoot.technicalId,
    network: shoot.network,
    region: shoot.region,
    nodesCidr: shoot.nodes,
    podsCidr: shoot.pods,
    servicesCidr: shoot.services,
    networkPlugin: networkPluginNamed(shoot.networkType) ?? 'calico',
  });
}

/** A pod route is named after its Node's UID, which only the API server gives. */
function withUids(example: ExampleCluster, created: readonly KubernetesObject[]): ExampleCluster {
  const uids = new Map(created.map(({ metadata }) => [metadata.name, metadata.uid]));
  return {
    ...example,
    nodes: example.nodes.map((node) => ({ ...node, uid: uids.get(node.name) ?? node.uid })),
  };
}

/** A reconciliation that is repeated, as gardenlet's may be, finds the API server as it should be and leaves it alone. */
function onlyOnce(
  restart: ControlPlane['setServiceClusterIpRanges'],
): ControlPlane['setServiceClusterIpRanges'] {
  let last: { readonly ranges: string; readonly restarted: Promise<void> } | undefined;
  return async (ranges) => {
    const wanted = ranges.join(',');
    if (last?.ranges !== wanted) {
      last = { ranges: wanted, restarted: restart(ranges) };
    }
    await last.restarted;
  };
}
