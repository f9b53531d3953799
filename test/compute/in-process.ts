import { type ComputeScenario, computeScenario } from '../../infra/local/example/compute-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import type { ComputeOptions } from '../../infra/local/gce/index.ts';
import { computeInProcess, inProcessTransport } from '../../infra/local/gce/index.ts';
import { seededRandom } from '../../infra/local/random.ts';
import { googleCompute, type Transport, type TransportRequest } from '../../shared/compute/google/index.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { withPodRange } from './world.ts';

export interface InProcessOptions extends Partial<Omit<ComputeOptions, 'clock' | 'scenario'>> {
  readonly nodes?: number;
  readonly scenario?: (scenario: ComputeScenario) => ComputeScenario;
  readonly signal?: AbortSignal;
}

/** The adapter over a simulated project in this process, on a clock that the test moves. */
export async function startInProcess(options: InProcessOptions = {}) {
  const { nodes = 3, scenario = withPodRange, signal, ...simulated } = options;
  const clock = virtualClock();
  const cluster = exampleCluster({ nodes });
  const simulator = computeInProcess({ ...simulated, clock, scenario: scenario(computeScenario(cluster)) });
  const answering = await inProcessTransport(simulator);
  const sent: TransportRequest[] = [];
  const transport: Transport = (request) => {
    sent.push(request);
    return answering(request);
  };
  const { project, region, technicalId } = cluster;
  const random = seededRandom(7);
  const compute = googleCompute({
    project,
    region,
    clock,
    transport,
    random,
    ...(signal !== undefined && { signal }),
  });
  return {
    clock,
    cluster,
    simulator,
    compute,
    sent,
    network: technicalId,
    nodesSubnet: `${technicalId}-nodes`,
  };
}

export type InProcess = Awaited<ReturnType<typeof startInProcess>>;

/** Every node with what replaces its route. */
export function nodesOf({ cluster }: InProcess) {
  return cluster.nodes.map(({ name, zone, podCidr, uid }) => ({
    instance: { name, zone },
    alias: { range: podCidr, rangeName: 'ipv4-pod-cidr' },
    route: `${cluster.technicalId.slice(0, 26)}-${uid}`,
  }));
}
