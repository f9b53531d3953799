import type { Logger } from 'pino';
import type { Bus } from '../../../shared/bus/bus.ts';
import type { Clock } from '../../../shared/clock.ts';
import { googleCompute, type Transport } from '../../../shared/compute/google/index.ts';
import type { Engine, Limits } from '../../../shared/engine/engine.ts';
import type { OpenPorts } from '../../../shared/engine/ports.ts';
import { gardenShoot, kubernetesCluster, parseKubeconfig } from '../../../shared/kubernetes/client/index.ts';
import type { Reachability } from '../../../shared/kubernetes/reachability.ts';
import { assembleEngine } from '../../../shared/runtime/assemble.ts';
import type { Documents } from '../../../shared/store/documents.ts';
import type { InProcessConnection } from '../cluster/index.ts';
import type { Random } from '../random.ts';
import { Life } from './life.ts';
import { type Destiny, type PortCall, portThrough } from './port-calls.ts';

/** What every function instance of a world is connected to. */
export interface Connections {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly bus: Bus;
  readonly compute: Transport;
  readonly cluster: InProcessConnection;
  readonly garden: InProcessConnection;
  readonly reachability: (clock: Clock) => Reachability;
  readonly project: string;
  readonly limits: Limits;
  readonly log: Logger;
  readonly newId: () => string;
  /** Spreads the adapters' pauses. */
  readonly random: Random;
  /** In place of the product's steps. */
  readonly steps?: Engine['steps'];
  /** Asked at every call of every instance. */
  readonly destiny: Destiny;
  /** Told when a call was answered, with instants of the clock. */
  readonly answered: (call: PortCall, startedAt: number, endedAt: number) => void;
}

/** One process that the functions run in. */
export interface FunctionInstance {
  readonly engine: Engine;
  readonly life: Life;
}

/** The product's engine with its real adapters, all of which end with the instance's life. */
export function startInstance(connections: Connections): FunctionInstance {
  const { documents, bus, project, limits, log, newId, destiny } = connections;
  const life = new Life();
  const passage = { life, destiny };
  const assembled = assembleEngine({
    documents: portThrough(documents, { port: 'documents', step: undefined }, passage),
    bus: portThrough(bus, { port: 'bus', step: undefined }, passage),
    clock: life.clock(connections.clock),
    log,
    openPorts: portsOpener(connections, life),
    limits,
    project,
    newId,
    // These instances die without notice.
    shutdown: new AbortController().signal,
  });
  const engine = { ...assembled, steps: connections.steps ?? assembled.steps };
  return { engine, life };
}

/** As `shared/runtime/ports.ts` opens them, but over transports of this process. */
function portsOpener(connections: Connections, life: Life): OpenPorts {
  const { clock: worldClock, log, random, destiny, answered } = connections;
  const clock = life.clock(worldClock);
  const over = ({ kubeconfig, transport }: InProcessConnection) => ({
    kubeconfig: parseKubeconfig(kubeconfig),
    transport: ending(transport, life),
  });
  const cluster = over(connections.cluster);
  const garden = over(connections.garden);
  const transport = ending(connections.compute, life);
  return async ({ target, shoot, position: step }, signal) => {
    const { project, region } = target;
    const { namespace, name } = shoot;
    const common = { clock, log, signal, random };
    const passage = {
      life,
      destiny,
      tell: (call: PortCall) => {
        const startedAt = worldClock.now();
        return () => answered(call, startedAt, worldClock.now());
      },
    };
    return {
      compute: portThrough(
        googleCompute({ ...common, project, region, transport }),
        { port: 'compute', step },
        passage,
      ),
      cluster: portThrough(kubernetesCluster({ ...common, ...cluster }), { port: 'cluster', step }, passage),
      garden: portThrough(
        gardenShoot({ ...common, ...garden, namespace, name }),
        { port: 'garden', step },
        passage,
      ),
      reachability: portThrough(connections.reachability(clock), { port: 'reachability', step }, passage),
    };
  };
}

/** A dead instance sends nothing and hears nothing. */
function ending<Request, Answer>(
  transport: (request: Request) => Promise<Answer>,
  life: Life,
): (request: Request) => Promise<Answer> {
  return (request) => life.within(() => transport(request));
}
