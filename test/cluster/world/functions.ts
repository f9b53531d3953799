import type { Logger } from 'pino';
import { embeddedDocuments } from '../../../infra/local/backends/embedded/documents.ts';
import type { ComputeInProcess } from '../../../infra/local/gce/index.ts';
import { inProcessTransport } from '../../../infra/local/gce/index.ts';
import type { InProcessBus } from '../../../infra/local/in-process/bus.ts';
import { inProcessBus } from '../../../infra/local/in-process/bus.ts';
import { receive } from '../../../infra/local/in-process/edge.ts';
import { MigrationWatch } from '../../../infra/local/in-process/migration-watch.ts';
import type { Random } from '../../../infra/local/random.ts';
import { startScheduler } from '../../../infra/local/world/scheduler.ts';
import { TOPOLOGY } from '../../../infra/local/world/topology.ts';
import type { Clock } from '../../../shared/clock.ts';
import { googleCompute } from '../../../shared/compute/google/index.ts';
import type { Engine, Limits } from '../../../shared/engine/engine.ts';
import { DEFAULT_LIMITS } from '../../../shared/engine/engine.ts';
import type { OpenPorts } from '../../../shared/engine/ports.ts';
import { gardenShoot, kubernetesCluster, parseKubeconfig } from '../../../shared/kubernetes/client/index.ts';
import type { Reachability } from '../../../shared/kubernetes/reachability.ts';
import type { Migration } from '../../../shared/migration/migration.ts';
import { assembleEngine } from '../../../shared/runtime/assemble.ts';

export interface FunctionsOptions {
  readonly clock: Clock;
  /** How much faster than the wall the clock runs. */
  readonly speed: number;
  readonly project: string;
  readonly compute: ComputeInProcess;
  /** As text, like the Secrets that the deployed functions read. */
  readonly kubeconfigs: { readonly shoot: string; readonly controlPlane: string; readonly garden: string };
  readonly reachability: (clock: Clock, signal: AbortSignal) => Reachability;
  readonly random: Random;
  readonly log: Logger;
  /** Told when a message was not acknowledged, with the reason: it comes again. */
  readonly report: (who: string, error: unknown) => void;
}

/** The product's functions in this process: its engine, its steps and its adapters, over real HTTP to the API server. */
export interface Functions {
  readonly engine: Engine;
  readonly bus: InProcessBus;
  /** As last stored; undefined before there is one. */
  readonly migration: Migration | undefined;
  stop(): Promise<void>;
}

export async function startFunctions(options: FunctionsOptions): Promise<Functions> {
  const { clock, project, log } = options;
  const watch = new MigrationWatch();
  const shutdown = new AbortController();
  const bus = inProcessBus({ clock, project, topology: TOPOLOGY, deliver });
  const engine = assembleEngine({
    documents: watch.over(embeddedDocuments()),
    bus,
    clock,
    log,
    openPorts: await portsOpener(options),
    limits: limitsAt(options.speed),
    project,
    shutdown: shutdown.signal,
  });
  const underWay = new Set<Promise<unknown>>();

  async function deliver(topic: string, request: Parameters<typeof receive>[2]): Promise<boolean> {
    const received = receive(engine, topic, request);
    underWay.add(received);
    const reception = await received.finally(() => underWay.delete(received));
    if (reception.kind === 'failed') options.report(topic, reception.error);
    return reception.kind !== 'failed';
  }

  const scheduler = startScheduler({ bus, clock });
  return {
    engine,
    bus,
    get migration() {
      return watch.latest;
    },
    stop: async () => {
      shutdown.abort();
      await scheduler.stop();
      bus.stop();
      await Promise.allSettled(underWay);
    },
  };
}

/** As `shared/runtime/ports.ts` opens them, except that Compute Engine is in this process. */
async function portsOpener(options: FunctionsOptions): Promise<OpenPorts> {
  const { clock, compute, kubeconfigs, random, log } = options;
  const transport = await inProcessTransport(compute);
  const ofShoot = parseKubeconfig(kubeconfigs.shoot);
  const ofGarden = parseKubeconfig(kubeconfigs.garden);
  const cloudControllerManager = {
    namespace: 'kube-system',
    name: 'cloud-controller-manager',
    kubeconfig: parseKubeconfig(kubeconfigs.controlPlane),
  };
  return async ({ target, shoot }, signal) => {
    const common = { clock, log, signal, random };
    const { project, region } = target;
    const { namespace, name } = shoot;
    return {
      compute: googleCompute({ ...common, project, region, transport }),
      cluster: kubernetesCluster({ ...common, kubeconfig: ofShoot, cloudControllerManager }),
      garden: gardenShoot({ ...common, kubeconfig: ofGarden, namespace, name }),
      reachability: options.reachability(clock, signal),
    };
  };
}

/** On a fast clock what is limited must outlast a slow machine's stutter: ten seconds of the wall for a lease. */
function limitsAt(speed: number): Limits {
  const leaseSeconds = Math.max(DEFAULT_LIMITS.leaseSeconds, 10 * speed);
  const runSeconds = Math.max(DEFAULT_LIMITS.runSeconds, 15 * speed);
  return { ...DEFAULT_LIMITS, leaseSeconds, runSeconds, runHardSeconds: runSeconds + 10 * speed };
}
