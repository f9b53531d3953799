import type { Clock } from '../../../shared/clock.ts';
import type { ComputeScenario } from '../example/compute-scenario.ts';
import type { Random } from '../random.ts';
import { seededRandom } from '../random.ts';
import { ComputeActors } from './actors.ts';
import type { CallCounts } from './compute.ts';
import { Compute } from './compute.ts';
import type { ComputeEvent } from './core/events.ts';
import type { Faults } from './core/faults.ts';
import type { LatencyProfile } from './core/latency.ts';
import { REALISTIC_LATENCY } from './core/latency.ts';
import { Project } from './core/project.ts';
import type { QuotaOptions } from './core/quotas.ts';
import { quotasFor } from './core/quotas.ts';
import { REGIONS } from './core/regions.ts';
import { Timeline } from './core/timeline.ts';
import type { Propagation } from './data-plane/arrivals.ts';
import { DEFAULT_PROPAGATION } from './data-plane/arrivals.ts';
import { DataPlane } from './data-plane/data-plane.ts';
import { MethodTable } from './http/method-table.ts';
import { close, listen, portOf } from './http/server.ts';
import type { WireAnswer, WireRequest } from './http/wire.ts';
import { answerRequest } from './http/wire.ts';
import { METHODS } from './methods/index.ts';
import { furnish, parseScenario } from './scenario.ts';
import type { Switches } from './switches.ts';
import { switchPositions } from './switches.ts';

export interface ComputeOptions {
  /** All times are this clock's: simulated. */
  readonly clock: Clock;
  readonly scenario: ComputeScenario;
  /** Entries not given are as in {@link REALISTIC_LATENCY}, unless the profile has its own `operation`. */
  readonly latency?: LatencyProfile;
  readonly switches?: Partial<Switches>;
  readonly quotas?: QuotaOptions;
  readonly propagation?: Partial<Propagation>;
  /** Everything random comes from here; the same seed leads to the same history. */
  readonly random?: Random;
}

/** What is in a project, to be looked at. */
export type Resources = Pick<Project, 'networks' | 'subnetworks' | 'routes' | 'firewalls' | 'instances'>;

/** Compute Engine in this process, without a server: what a deterministic simulation runs. */
export interface ComputeInProcess {
  readonly project: string;
  readonly region: string;
  readonly zones: readonly string[];
  /** What exists now, as the API would show it. */
  readonly resources: Resources;
  readonly dataPlane: DataPlane;
  readonly actors: ComputeActors;
  readonly faults: Faults;
  /** Scopes that do not answer, e.g. `zones/europe-west1-b`; add and delete at any time. */
  readonly unreachable: Set<string>;
  /** Answers a request as the server would. @throws ConnectionDropped when a fault breaks the connection. */
  answer(request: WireRequest): Promise<WireAnswer>;
  calls(): CallCounts;
  /** Tells the listener of every change that takes effect. Returns a function that ends that. */
  onEvent(listener: (event: ComputeEvent) => void): () => void;
  /** Nothing more will happen; whoever waits for an operation is told so by an error. */
  stop(): void;
}

/** Compute Engine on a loopback port. */
export interface ComputeSimulator extends Omit<ComputeInProcess, 'stop'> {
  /** `http://127.0.0.1:PORT`, to which clients add `/compute/v1/…`. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** @throws ScenarioError naming the field that is wrong, Error naming an impossible switch. */
export function computeInProcess(options: ComputeOptions): ComputeInProcess {
  const scenario = parseScenario(options.scenario);
  const project = new Project({
    id: scenario.project,
    region: scenario.region,
    zones: scenario.zones,
    regions: [...new Set([...REGIONS, scenario.region])].sort(),
    timeline: new Timeline(options.clock),
    random: options.random ?? seededRandom(1),
    switches: switchPositions(options.switches),
    quotas: quotasFor(options.quotas ?? {}, scenario.routes.length),
    givenQuotas: scenario.quotas,
    defaultNetworkTier: scenario.defaultNetworkTier,
  });
  furnish(project, scenario);
  const compute = new Compute(project, latencyOf(options.latency));
  const methods = new MethodTable(METHODS);
  return {
    project: project.id,
    region: project.region,
    zones: project.zones,
    resources: project,
    dataPlane: new DataPlane(project, { ...DEFAULT_PROPAGATION, ...options.propagation }),
    actors: new ComputeActors(compute, methods),
    faults: compute.faults,
    unreachable: compute.unreachable,
    answer: (request) => answerRequest(compute, methods, request),
    calls: () => compute.counts(),
    onEvent: (listener) => project.onEvent(listener),
    stop: () => compute.stop(),
  };
}

/** A profile that says how long operations take in general is complete; any other adds to the realistic one. */
function latencyOf(given: LatencyProfile = {}): LatencyProfile {
  return 'operation' in given ? given : { ...REALISTIC_LATENCY, ...given };
}

/**
 * Starts the simulator on 127.0.0.1. Port 0, the default, takes a free one.
 * @throws what {@link computeInProcess} throws, and Error when the port is taken.
 */
export async function startComputeSimulator(
  options: ComputeOptions & { readonly port?: number },
): Promise<ComputeSimulator> {
  const compute = computeInProcess(options);
  const server = await listen(compute.answer, options.port ?? 0);
  const port = portOf(server);
  return {
    ...compute,
    url: `http://127.0.0.1:${port}`,
    port,
    stop: async () => {
      compute.stop();
      await close(server);
    },
  };
}
