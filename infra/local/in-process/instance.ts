import type { Logger } from 'pino';
import type { Bus } from '../../../shared/bus/bus.ts';
import type { Clock } from '../../../shared/clock.ts';
import { googleCompute } from '../../../shared/compute/google/index.ts';
import type { Engine, Limits } from '../../../shared/engine/engine.ts';
import type { OpenPorts } from '../../../shared/engine/ports.ts';
import type { Telemetry } from '../../../shared/engine/telemetry.ts';
import { gardenShoot, kubernetesCluster, parseKubeconfig } from '../../../shared/kubernetes/client/index.ts';
import type { Reachability } from '../../../shared/kubernetes/reachability.ts';
import { assembleEngine } from '../../../shared/runtime/assemble.ts';
import type { Documents } from '../../../shared/store/documents.ts';
import { directClients as directKubernetes, type InProcessConnection } from '../cluster/index.ts';
import type { Random } from '../random.ts';
import type { InstanceClocks } from './instance-clocks.ts';
import { Life } from './life.ts';
import type { OutgoingCalls } from './outgoing-calls.ts';
import { Patience } from './patience.ts';
import { type Destiny, type PortCall, portThrough } from './port-calls.ts';
import { type ComputeConnection, computeWire, kubernetesWire } from './wire.ts';

/** What every function instance of a world is connected to. */
export interface Connections {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly bus: Bus;
  readonly compute: ComputeConnection;
  readonly cluster: InProcessConnection;
  readonly garden: InProcessConnection;
  /** Whether the two are asked through Kubernetes' own clients or past them. */
  readonly clients: 'real' | 'direct';
  readonly reachability: (clock: Clock) => Reachability;
  readonly project: string;
  readonly limits: Limits;
  readonly log: Logger;
  /** Who watches the engines; nobody where it is absent. */
  readonly telemetry?: Telemetry | undefined;
  readonly newId: () => string;
  /** UUIDs: Compute Engine tells changes apart by them. */
  readonly newRequestId: () => string;
  /** Spreads the adapters' pauses. */
  readonly random: Random;
  /** In place of the product's steps. */
  readonly steps?: Engine['steps'];
  /** Asked at every call of every instance. */
  readonly destiny: Destiny;
  /** All that leaves an instance goes through here. */
  readonly outgoing: OutgoingCalls;
  readonly clocks: InstanceClocks;
  /** An instance is ended by every await that takes longer than so many milliseconds; undefined: by none. */
  readonly suspendAfterMs: () => number | undefined;
  /** Told when a call was answered, with instants of the clock. */
  readonly answered: (call: PortCall, startedAt: number, endedAt: number) => void;
}

/** One process that the functions run in. */
export interface FunctionInstance {
  readonly engine: Engine;
  readonly life: Life;
  /** Asks the instance to end, as SIGTERM does: its runs stop at the next safe point. */
  shutDown(): void;
  /** Asked to end: it gets no more messages. */
  readonly isShuttingDown: boolean;
  /** It has no message in hand. */
  rest(): void;
}

/** The product's engine with its real adapters, all of which end with the instance's life. `place` says whose clock it has. */
export function startInstance(connections: Connections, place: number): FunctionInstance {
  const { documents, bus, project, limits, log, telemetry, newId, destiny, outgoing } = connections;
  const clock = connections.clocks.at(place);
  const bound = connections.suspendAfterMs();
  const patience = bound === undefined ? undefined : new Patience(connections.clock, bound);
  const life = new Life(patience);
  const exit = { life, destiny, outgoing };
  const shutdown = new AbortController();
  const assembled = assembleEngine({
    documents: portThrough(documents, { port: 'documents', step: undefined }, exit),
    bus: portThrough(bus, { port: 'bus', step: undefined }, exit),
    clock: life.backgroundClock(clock),
    log,
    telemetry,
    openPorts: portsOpener(connections, life, clock),
    limits,
    project,
    newId,
    random: connections.random,
    shutdown: shutdown.signal,
  });
  const engine = { ...assembled, steps: connections.steps ?? assembled.steps };
  return {
    engine,
    life,
    shutDown: () => shutdown.abort(),
    get isShuttingDown() {
      return shutdown.signal.aborted;
    },
    rest: () => patience?.rest(),
  };
}

/** As `shared/runtime/ports.ts` opens them, but over transports of this process. */
function portsOpener(connections: Connections, life: Life, instanceClock: Clock): OpenPorts {
  const { clock: worldClock, log, random, destiny, answered, outgoing } = connections;
  const clock = life.clock(instanceClock);
  const { cluster, garden } = connections;
  const kubeconfigs = {
    cluster: parseKubeconfig(cluster.kubeconfig),
    garden: parseKubeconfig(garden.kubeconfig),
  };
  return async ({ target, shoot, position: step, lease }, signal) => {
    const { project, region } = target;
    const { namespace, name } = shoot;
    const fence = lease?.fence;
    const common = { clock, log, signal, random };
    const wire = { life, outgoing, step, fence };
    const exit = {
      life,
      destiny,
      tell: (call: PortCall) => {
        const startedAt = worldClock.now();
        return () => answered(call, startedAt, worldClock.now());
      },
    };
    const over = (which: 'cluster' | 'garden') => {
      const kubeconfig = kubeconfigs[which];
      const transport = kubernetesWire(connections[which].transport, which, wire);
      const clients = connections.clients === 'direct' ? directKubernetes(transport, kubeconfig) : undefined;
      return { ...common, kubeconfig, transport, ...(clients !== undefined && { clients }) };
    };
    return {
      compute: portThrough(
        googleCompute({
          ...common,
          ...computeWire(connections.compute, wire),
          project,
          region,
          newRequestId: connections.newRequestId,
        }),
        { port: 'compute', step, fence },
        exit,
      ),
      cluster: portThrough(kubernetesCluster(over('cluster')), { port: 'cluster', step, fence }, exit),
      garden: portThrough(
        gardenShoot({ ...over('garden'), namespace, name }),
        { port: 'garden', step, fence },
        exit,
      ),
      reachability: portThrough(
        connections.reachability(clock),
        { port: 'reachability', step, fence },
        { ...exit, outgoing },
      ),
    };
  };
}
