import { onTestFinished } from 'vitest';
import { scaledClock } from '../../infra/local/clock.ts';
import type {
  Cluster,
  ClusterOptions,
  KubernetesSimulator,
  SimulatorOptions,
} from '../../infra/local/cluster/index.ts';
import { ApiError, createCluster, startKubernetesSimulator } from '../../infra/local/cluster/index.ts';
import { clusterScenario } from '../../infra/local/example/cluster-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import { systemClock } from '../../shared/clock.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import { virtualClock } from '../support/virtual-clock.ts';

export const SERVICE_RANGE = '100.64.0.0/13';
export const IPV6_SERVICE_RANGE = '2001:db8:64::/108';
export const DUAL_STACK = [SERVICE_RANGE, IPV6_SERVICE_RANGE] as const;

/** The example shoot's cluster with few nodes. */
export function exampleObjects(nodes = 3) {
  return clusterScenario(exampleCluster({ nodes }));
}

export interface InProcess extends Cluster {
  readonly clock: VirtualClock;
}

/** A cluster in process on virtual time, stopped when the test is over. */
export function clusterInProcess(options: Partial<ClusterOptions> = {}): InProcess {
  const clock = virtualClock();
  const cluster = createCluster({
    objects: exampleObjects(),
    serviceClusterIpRanges: [SERVICE_RANGE],
    ...options,
    clock,
  });
  onTestFinished(() => cluster.stop());
  return { ...cluster, clock };
}

/** A simulator over HTTP whose time runs a hundred times as fast as the wall's, stopped when the test is over. */
export async function simulatorOverHttp(
  options: Partial<SimulatorOptions> = {},
): Promise<KubernetesSimulator> {
  const now = systemClock.now();
  const simulator = await startKubernetesSimulator({
    clock: scaledClock({ origin: now, wallOrigin: now, speed: 100 }),
    objects: exampleObjects(),
    serviceClusterIpRanges: [SERVICE_RANGE],
    ...options,
  });
  onTestFinished(() => simulator.stop());
  return simulator;
}

/** What the promise is rejected with, as the server's Status. */
export async function refusal(attempt: Promise<unknown>) {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
  throw new Error('expected a refusal');
}
