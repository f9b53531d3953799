import type { Clock } from '../../../shared/clock.ts';
import type { Random } from '../random.ts';
import { seededRandom } from '../random.ts';
import type { BoundCluster, BoundGarden } from './bind/bound.ts';
import type { ComputeHandle } from './bind/compute.ts';
import { bindInfrastructure } from './bind/compute.ts';
import { CloudControllerManager } from './cloud-controller-manager.ts';
import type { ActorContext, ActorReport } from './context.ts';
import type { ActorDelays } from './delays.ts';
import { REALISTIC_DELAYS } from './delays.ts';
import { Gardenlet } from './gardenlet.ts';
import { MachineController } from './machine-controller.ts';
import { CriticalComponents } from './machines/critical-components.ts';
import { Kubelets } from './machines/kubelet.ts';
import { LiveNodes } from './machines/live-nodes.ts';
import type { NodeOrders } from './machines/node-order.ts';
import { NodeLifecycleController } from './node-lifecycle-controller.ts';
import type { Actor } from './world.ts';

export type { BoundCluster, BoundGarden } from './bind/bound.ts';
export type { ClusterHandle } from './bind/cluster.ts';
export { bindCluster, bindGarden } from './bind/cluster.ts';
export type { ComputeHandle } from './bind/compute.ts';
export { bindClusterOverHttp, type HttpClusterOptions } from './bind/http/cluster.ts';
export { bindGardenOverHttp, type HttpGardenOptions } from './bind/http/garden.ts';
export type { ActorReport } from './context.ts';
export type { ActorDelays } from './delays.ts';
export { FAST_DELAYS, REALISTIC_DELAYS } from './delays.ts';
export type { MachineController, PoolRollout } from './machine-controller.ts';

export interface ActorOptions {
  readonly clock: Clock;
  readonly compute: ComputeHandle;
  /** The shoot's cluster: {@link bindCluster}, {@link bindClusterOverHttp}. Let go of when the actors stop. */
  readonly cluster: BoundCluster;
  /** The garden cluster, as far as the shoot goes: {@link bindGarden}, {@link bindGardenOverHttp}. Let go of likewise. */
  readonly garden: BoundGarden;
  /** Gardener's name of the shoot in the infrastructure: `shoot--core--api`. */
  readonly technicalId: string;
  /** Entries not given are as in {@link REALISTIC_DELAYS}. */
  readonly delays?: Partial<ActorDelays>;
  readonly random?: Random;
  /** What the machine controller heeds: `deletion` of Nodes as from version 0.61.0 on, or the annotation before. */
  readonly nodeOrders?: NodeOrders;
  /** Told of everything an actor failed at and will try again; nobody when absent. */
  readonly report?: (line: ActorReport) => void;
}

export interface Actors {
  readonly machineController: MachineController;
  /** Stops everything. Repeatable; works while the clock stands still. Before the simulators are stopped. */
  stop(): Promise<void>;
}

/**
 * Starts everybody who acts on the shoot besides the migration: cloud-controller-manager, machine controller,
 * kubelets' part of the Nodes, node lifecycle controller, gardenlet. Resolves when they know the world as it
 * stands; its nodes count for the data plane from then on.
 */
export async function startActors(options: ActorOptions): Promise<Actors> {
  const { clock, cluster, garden, technicalId } = options;
  const infrastructure = await bindInfrastructure(options.compute, technicalId);
  const context: ActorContext = {
    clock,
    technicalId,
    infrastructure,
    cluster,
    project: options.compute.project,
    random: options.random ?? seededRandom(1),
    nodeOrders: options.nodeOrders ?? 'deletion',
    delays: { ...REALISTIC_DELAYS, ...options.delays },
    report: options.report ?? (() => undefined),
  };
  const machineController = new MachineController(context);
  const actors: readonly Actor[] = [
    new LiveNodes(context),
    machineController,
    new Kubelets(context),
    new CriticalComponents(context),
    ...(cluster.runsNodeLifecycleController ? [] : [new NodeLifecycleController(context)]),
    new CloudControllerManager(context),
    new Gardenlet({ ...context, garden, machines: machineController }),
  ];
  const stop = async () => {
    const letGo = [infrastructure, cluster, garden].map((bound) => bound.close());
    await Promise.all([...letGo, ...actors.map((actor) => actor.stop())]);
  };
  try {
    for (const actor of actors) await actor.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { machineController, stop };
}
