import { afterEach } from 'vitest';
import { scaledClock } from '../../infra/local/clock.ts';
import type { JsonObject, KubernetesSimulator } from '../../infra/local/cluster/index.ts';
import { deployments, startKubernetesSimulator } from '../../infra/local/cluster/index.ts';
import { clusterScenario } from '../../infra/local/example/cluster-scenario.ts';
import { type ExampleCluster, exampleCluster } from '../../infra/local/example/nodes.ts';
import type { Clock } from '../../shared/clock.ts';
import { gardenShoot, kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import type { Cluster } from '../../shared/kubernetes/cluster.ts';
import type { Garden } from '../../shared/kubernetes/garden.ts';
import type { NetworkPluginName } from '../../shared/migration/network-plugins.ts';

/** A simulated cluster and garden in one API server, and the adapters under test. */
export interface World {
  readonly cluster: Cluster;
  readonly garden: Garden;
  readonly simulator: KubernetesSimulator;
  readonly example: ExampleCluster;
  readonly clock: Clock;
  /** Requests so far that changed something. */
  mutations(): number;
}

export interface WorldOptions {
  readonly nodes?: number;
  /** Calico when left out. */
  readonly networkPlugin?: NetworkPluginName;
  readonly services?: readonly string[];
  readonly objects?: (objects: JsonObject[]) => JsonObject[];
  readonly signal?: AbortSignal;
  readonly requestTimeoutMs?: number;
}

export const SERVICES_IPV4 = '100.64.0.0/13';
export const SERVICES_IPV6 = 'fd00:10:64::/108';
export const SHOOT = { namespace: 'garden-core', name: 'api' };
export const KUBE_DNS = { namespace: 'kube-system', name: 'kube-dns' };
export const COREDNS = { namespace: 'kube-system', name: 'coredns' };
export const MANAGER = { namespace: 'kube-system', name: 'cloud-controller-manager' };

/** At rest: the last reconciliation has ended well. */
const SHOOT_OBJECT = {
  apiVersion: 'core.gardener.cloud/v1beta1',
  kind: 'Shoot',
  metadata: { ...SHOOT, generation: 1 },
  status: {
    observedGeneration: 1,
    lastOperation: { type: 'Reconcile', state: 'Succeeded', progress: 100 },
  },
};

const SPEED = 500;
/** For what comes about soon, also on a busy machine. */
export const PATIENTLY = { timeout: 20_000, interval: 20 };

const started: KubernetesSimulator[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((simulator) => simulator.stop()));
});

/** The simulator stops after the test. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const {
    nodes = 3,
    networkPlugin = 'calico',
    services = [SERVICES_IPV4],
    objects = (unchanged) => unchanged,
    ...client
  } = options;
  const clock = scaledClock({ origin: Date.UTC(2026, 10, 20, 12), wallOrigin: Date.now(), speed: SPEED });
  const example = exampleCluster({ nodes, networkPlugin });
  const simulator = await startKubernetesSimulator({
    clock,
    serviceClusterIpRanges: services,
    objects: objects([...clusterScenario(example), SHOOT_OBJECT]),
  });
  started.push(simulator);
  const kubeconfig = parseKubeconfig(simulator.kubeconfig);
  return {
    cluster: kubernetesCluster({ kubeconfig, clock, ...client }),
    garden: gardenShoot({ kubeconfig, clock, ...SHOOT, ...client }),
    simulator,
    example,
    clock,
    mutations: () =>
      Object.entries(simulator.requests())
        .filter(([request]) => !/^(get|list|watch) |^create selfsubjectaccessreviews\./.test(request))
        .reduce((sum, [, count]) => sum + count, 0),
  };
}

/** The arguments of the cloud-controller-manager's only container. */
export async function managerArgs({ simulator }: World): Promise<readonly string[]> {
  const deployment = await simulator.client.get(deployments, MANAGER);
  return deployment.spec.template.spec.containers[0]?.args ?? [];
}
