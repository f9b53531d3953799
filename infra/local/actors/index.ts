import type { Clock } from '../../../shared/clock.ts';
import type { Random } from '../random.ts';
import { seededRandom } from '../random.ts';
import type { ClusterHandle } from './bind/cluster.ts';
import { bindCluster, bindGarden } from './bind/cluster.ts';
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
import { NodeLifecycleController } from './node-lifecycle-controller.ts';
import type { Actor } from './world.ts';

export type { ClusterHandle } from './bind/cluster.ts';
export type { ComputeHandle } from './bind/compute.ts';
export type { ActorReport } from './context.ts';
export type { ActorDelays } from './delays.ts';
export { FAST_DELAYS, REALISTIC_DELAYS } from './delays.ts';
export type { MachineController, PoolRollout } from './machine-controller.ts';

export interface ActorOptions {
  readonly clock: Clock;
  readonly compute: ComputeHandle;
  /** The shoot's cluster. */
  readonly cluster: ClusterHandle;
  /** The garden cluster, which may be the same simulator. */
  readonly garden: Pick<ClusterHandle, 'api'>;
  readonly shoot: { readonly namespace: string; readonly name: string };
  /** Gardener's name of the shoot in the infrastructure: `shoot--core--api`. */
  readonly technicalId: string;
  /** Entries not given are as in {@link REALISTIC_DELAYS}. */
  readonly delays?: Partial<ActorDelays>;
  readonly random?: Random;
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
  const { clock, technicalId } = options;
  const infrastructure = await bindInfrastructure(options.compute, technicalId);
  const cluster = bindCluster(options.cluster, clock);
  const garden = bindGarden(options.garden, options.shoot);
  const context: ActorContext = {
    clock,
    technicalId,
    infrastructure,
    cluster,
    project: options.compute.project,
    random: options.random ?? seededRandom(1),
    delays: { ...REALISTIC_DELAYS, ...options.delays },
    report: options.report ?? (() => undefined),
  };
  const machineController = new MachineController(context);
  const actors: readonly Actor[] = [
    new LiveNodes(context),
    machineController,
    new Kubelets(context),
    new CriticalComponents(context),
    new NodeLifecycleController(context),
    new CloudControllerManager(context),
    new Gardenlet({ ...context, garden, machines: machineController }),
  ];
  const stop = async () => {
    for (const bound of [infrastructure, cluster, garden]) bound.close();
    await Promise.all(actors.map((actor) => actor.stop()));
  };
  try {
    for (const actor of actors) await actor.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { machineController, stop };
}
