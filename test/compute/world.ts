import { afterEach } from 'vitest';
import { scaledClock } from '../../infra/local/clock.ts';
import { type ComputeScenario, computeScenario } from '../../infra/local/example/compute-scenario.ts';
import { type ExampleCluster, exampleCluster } from '../../infra/local/example/nodes.ts';
import type { ComputeSimulator } from '../../infra/local/gce/index.ts';
import { FAST_LATENCY, startComputeSimulator } from '../../infra/local/gce/index.ts';
import type { ComputeOptions } from '../../infra/local/gce/simulator.ts';
import type { Compute } from '../../shared/compute/compute.ts';
import { googleCompute } from '../../shared/compute/google/index.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

/** A simulated project, the adapter under test, and what it sends. */
export interface World {
  readonly compute: Compute;
  readonly simulator: ComputeSimulator;
  readonly sent: RecordingProxy;
  readonly cluster: ExampleCluster;
  readonly network: string;
  readonly nodesSubnet: string;
}

export interface WorldOptions extends Partial<Omit<ComputeOptions, 'clock' | 'scenario'>> {
  readonly nodes?: number;
  readonly signal?: AbortSignal;
  /** Simulated seconds in one of the wall's. */
  readonly speed?: number;
  readonly scenario?: (scenario: ComputeScenario) => ComputeScenario;
}

/** For what comes about soon, also on a busy machine. */
export const PATIENTLY = { timeout: 20_000, interval: 20 };

const started: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

/** Servers stop after the test. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { nodes = 3, signal, speed = 2_000, scenario = (unchanged) => unchanged, ...simulated } = options;
  const clock = scaledClock({ origin: Date.UTC(2026, 10, 20, 12), wallOrigin: Date.now(), speed });
  const cluster = exampleCluster({ nodes });
  const simulator = await startComputeSimulator({
    latency: FAST_LATENCY,
    ...simulated,
    clock,
    scenario: scenario(computeScenario(cluster)),
  });
  started.push(simulator);
  const sent = await startRecordingProxy(simulator.url);
  started.push(sent);
  const { project, region, technicalId } = cluster;
  const compute = googleCompute({
    project,
    region,
    clock,
    endpoint: sent.url,
    ...(signal !== undefined && { signal }),
  });
  return { compute, simulator, sent, cluster, network: technicalId, nodesSubnet: `${technicalId}-nodes` };
}

/** The first node of the example cluster, with the alias that replaces its pod route. */
export function firstNode({ cluster }: World) {
  const [node] = cluster.nodes;
  if (node === undefined) throw new Error('the example cluster has no nodes');
  return {
    instance: { name: node.name, zone: node.zone },
    alias: { range: node.podCidr, rangeName: 'ipv4-pod-cidr' },
    route: `${cluster.technicalId.slice(0, 26)}-${node.uid}`,
  };
}

/** A world in which nodes can take aliases out of the pod CIDR, although their routes still stand. */
export async function startAliasWorld(options: WorldOptions = {}): Promise<World> {
  return await startWorld({ ...options, scenario: withPodRange });
}

/** The nodes subnet with the pod CIDR as a secondary range over the routes. */
export function withPodRange(scenario: ComputeScenario): ComputeScenario {
  return {
    ...scenario,
    subnetworks: scenario.subnetworks.map((subnetwork, index) =>
      index > 0
        ? subnetwork
        : {
            ...subnetwork,
            allowSubnetCidrRoutesOverlap: true,
            secondaryIpRanges: [{ rangeName: 'ipv4-pod-cidr', ipCidrRange: '100.96.0.0/11' }],
          },
    ),
  };
}
