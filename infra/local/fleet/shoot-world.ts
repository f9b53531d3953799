import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { googleCompute } from '../../../shared/compute/google/index.ts';
import type { Ports } from '../../../shared/engine/ports.ts';
import { gardenShoot, kubernetesCluster, parseKubeconfig } from '../../../shared/kubernetes/client/index.ts';
import type { Transport } from '../../../shared/kubernetes/client/transport.ts';
import { directClients as directKubernetes, inProcessConnection } from '../cluster/index.ts';
import { directClients as directCompute } from '../gce/index.ts';
import { dataPlaneReachability } from '../in-process/reachability.ts';
import { startSurroundings } from '../in-process/surroundings.ts';
import { seededRandom } from '../random.ts';
import type { LocalShoot } from '../world/shoot-file.ts';
import type { ShootOrder } from './shoot-order.ts';

/** What all shoots of a fleet share. */
export interface FleetSurroundings {
  readonly clock: Clock;
  readonly log: Logger;
  /** Of the whole fleet; each shoot has its own from it. */
  readonly seed: number;
  readonly newRequestId: () => string;
}

/** What the network of a shoot saw. */
export interface Traffic {
  /** Summed over all nodes: the time in which packets to a live node's pod CIDR did not arrive. */
  readonly lostNodeSeconds: number;
  /** Live nodes that are not reached now. */
  readonly unreached: number;
}

/** A shoot's cloud, cluster and garden, and the way to them. */
export interface ShootWorld {
  /** The ports of a run; calls that are under way are given up when `signal` aborts. */
  open(signal: AbortSignal): Ports;
  traffic(): Traffic;
  stop(): Promise<void>;
}

/** An IPv4 cluster at rest. Resolves when everybody who acts on it is at work, for which time has to pass. */
export async function startShootWorld(
  order: ShootOrder,
  shoot: LocalShoot,
  { clock, log, seed, newRequestId }: FleetSurroundings,
): Promise<ShootWorld> {
  const { project, region, nodes, namespace, name } = order;
  // Whoever lets time pass does it for all shoots: here an answer is only waited for.
  const waiting = { ...clock, until: async <Answer>(answer: Promise<Answer>) => await answer };
  // Simulators take sixteen generators from one seed.
  const ownSeed = seed * 100_003 + order.index;
  const surroundings = await startSurroundings(shoot, nodes, waiting, { seed: ownSeed, project });
  const { compute, cluster, garden } = surroundings;
  const random = seededRandom(ownSeed * 16 + 15);
  const reachability = dataPlaneReachability(compute.dataPlane, random);
  const toCluster = connection(inProcessConnection(cluster));
  const toGarden = connection(inProcessConnection(garden));
  return {
    open: (signal) => {
      const common = { clock, log, signal, random };
      const clients = directCompute(compute.answer);
      return {
        compute: googleCompute({ ...common, clients, project, region, newRequestId }),
        cluster: kubernetesCluster({ ...common, ...toCluster() }),
        garden: gardenShoot({ ...common, ...toGarden(), namespace, name }),
        reachability: reachability(clock),
      };
    },
    traffic: () => {
      const { dataPlane } = compute;
      const live = dataPlane.liveNodes();
      const isUnreached = ({ instance, podCidr }: (typeof live)[number]) =>
        !dataPlane.reaches(instance, podCidr).arrives;
      return { lostNodeSeconds: dataPlane.lostNodeSeconds(), unreached: live.filter(isUnreached).length };
    },
    stop: () => surroundings.stop(),
  };
}

/** The way to an API server, past Kubernetes' own clients. */
function connection({ kubeconfig: text, transport }: { kubeconfig: string; transport: Transport }) {
  const kubeconfig = parseKubeconfig(text);
  return () => ({ kubeconfig, transport, clients: directKubernetes(transport, kubeconfig) });
}
