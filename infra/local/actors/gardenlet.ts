import { timestamp } from '../../../shared/clock.ts';
import { retry } from '../../../shared/retry.ts';
import type { JsonObject } from '../cluster/object/json.ts';
import type { ActorContext } from './context.ts';
import { actorQueue } from './context.ts';
import {
  isCloudControllerRolledOut,
  nodesAreDualStack,
  widenCloudControllerRanges,
} from './gardenlet/control-plane.ts';
import { shootNetworks } from './gardenlet/networks.ts';
import type { Operation } from './gardenlet/operations.ts';
import { nextOperation, OPERATION_ANNOTATION, withoutOperation } from './gardenlet/operations.ts';
import type { PendingRollout, Shoot } from './gardenlet/shoot.ts';
import { parseShoot } from './gardenlet/shoot.ts';
import type { MachineController } from './machine-controller.ts';
import type { WorkQueue } from './work-queue.ts';
import type { Actor, GardenCluster } from './world.ts';

const ACTOR = 'gardenlet';
/** There is one Shoot, and never more than one operation on it at a time. */
const KEY = 'shoot';
/** How often a wait for the control plane looks again. */
const LOOK_AGAIN = 500;

export interface GardenletOptions extends ActorContext {
  readonly garden: GardenCluster;
  readonly machines: MachineController;
}

/**
 * gardenlet, as far as a migration asks something of it: carries out `gardener.cloud/operation` on the Shoot, and what was
 * changed in its spec. All of it is a reconciliation of the whole shoot; a rollout of workers rolls them in its course
 * (gardener-core-flow.md §7).
 */
export class Gardenlet implements Actor {
  readonly #options: GardenletOptions;
  readonly #queue: WorkQueue;
  #unsubscribe: (() => void) | undefined;

  constructor(options: GardenletOptions) {
    this.#options = options;
    this.#queue = actorQueue(options, ACTOR, 1, async (_key, signal) => this.#reconcile(signal));
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#options.garden.onShootChange(() => this.#queue.add(KEY));
    this.#queue.add(KEY);
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    await this.#queue.stop();
  }

  async #reconcile(signal: AbortSignal): Promise<undefined> {
    const stored = this.#options.garden.shoot();
    if (stored === undefined) return;
    const shoot = parseShoot(stored);
    const operation = nextOperation(shoot.metadata.annotations[OPERATION_ANNOTATION]);
    if (operation !== undefined) await this.#begin(shoot, operation);
    else if (isChanged(shoot)) await this.#begin(shoot, undefined);
    // One that was under way when the last gardenlet ended is taken up again from its beginning.
    else if (shoot.status.lastOperation?.state !== 'Processing') return;
    await this.#run(signal);
  }

  /**
   * The status first, then the annotation: whoever looks in between sees an operation asked for or under way,
   * never neither. A conflict with somebody who adds an operation of their own leads back here.
   */
  async #begin(shoot: Shoot, operation: Operation | undefined): Promise<void> {
    const { clock, garden } = this.#options;
    const pending = shoot.status.manualWorkerPoolRollout?.pendingWorkersRollouts ?? [];
    const pools = operation === undefined ? [] : poolsOf(shoot, operation);
    const asked = pools.map((name) => ({ name, lastInitiationTime: timestamp(clock) }));
    const kept = pending.filter(({ name }) => !asked.some((entry) => entry.name === name));
    const rollouts = [...kept, ...asked];
    await this.#patchStatus({
      observedGeneration: shoot.metadata.generation,
      ...this.#lastOperation('Processing', 0, 'Reconciliation of Shoot cluster initialized.'),
      ...(rollouts.length > 0 && { manualWorkerPoolRollout: { pendingWorkersRollouts: rollouts } }),
    });
    if (operation === undefined) return;
    await retry(
      async () => {
        const { resourceVersion, annotations } = parseShoot(garden.shoot()).metadata;
        const rest = withoutOperation(annotations[OPERATION_ANNOTATION], operation.text);
        const metadata = { resourceVersion, annotations: { [OPERATION_ANNOTATION]: rest } };
        await garden.patchShoot({ metadata }, 'object');
      },
      { clock, attempts: 10, firstPauseMs: 100, longestPauseMs: 2_000, isWorthARetry: () => true },
    );
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, cluster, delays, garden, infrastructure, technicalId } = this.#options;
    await clock.sleep(delays.infrastructure, signal);
    const networks = await shootNetworks(infrastructure, technicalId, parseShoot(garden.shoot()));
    if (networks !== undefined) {
      await this.#patchStatus({ networking: { ...networks } });
      await this.#progress(30, 'Deploying Shoot control plane');
      if (networks.services.length === 2 && nodesAreDualStack(cluster)) {
        await clock.sleep(delays.apiServerRestart, signal);
        await untilAborted(cluster.setServiceClusterIpRanges(networks.services), signal);
      }
      await widenCloudControllerRanges(this.#options, networks);
    }
    await clock.sleep(delays.controlPlane, signal);
    while (!isCloudControllerRolledOut(cluster)) await clock.sleep(LOOK_AGAIN, signal);
    await this.#progress(60, 'Waiting until Shoot worker nodes have been reconciled');
    await this.#rollWorkers(signal);
    await this.#patchStatus({
      ...this.#lastOperation('Succeeded', 100, 'Shoot cluster has been successfully reconciled.'),
      manualWorkerPoolRollout: null,
    });
  }

  async #rollWorkers(signal: AbortSignal): Promise<void> {
    const { garden, machines } = this.#options;
    const { spec, status } = parseShoot(garden.shoot());
    const pending: readonly PendingRollout[] = status.manualWorkerPoolRollout?.pendingWorkersRollouts ?? [];
    const known = pending.flatMap(({ name, lastInitiationTime }) => {
      const worker = spec.provider.workers.find((entry) => entry.name === name);
      return worker === undefined ? [] : [{ worker, initiatedAt: Date.parse(lastInitiationTime) }];
    });
    for (const { worker, initiatedAt } of known) {
      const { maxSurge, maxUnavailable } = worker;
      machines.roll(worker.name, { initiatedAt, maxSurge, maxUnavailable });
    }
    await Promise.all(known.map(({ worker }) => machines.rolled(worker.name, signal)));
  }

  async #progress(progress: number, description: string): Promise<void> {
    await this.#patchStatus(this.#lastOperation('Processing', progress, description));
  }

  #lastOperation(state: 'Processing' | 'Succeeded', progress: number, description: string): JsonObject {
    const lastUpdateTime = timestamp(this.#options.clock);
    return { lastOperation: { type: 'Reconcile', state, progress, description, lastUpdateTime } };
  }

  #patchStatus(status: JsonObject): Promise<void> {
    return this.#options.garden.patchShoot({ status }, 'status');
  }
}

/** Somebody changed the spec: that is reconciled without being asked for. */
function isChanged({ metadata, status }: Shoot): boolean {
  return status.observedGeneration !== undefined && status.observedGeneration < metadata.generation;
}

/**
 * The pools that an operation rolls. Names that no pool has, and pools that are updated in place, are passed over: the real
 * API server refuses them.
 */
function poolsOf(shoot: Shoot, operation: Operation): string[] {
  if (operation.kind !== 'rollout-workers') return [];
  const rolling = shoot.spec.provider.workers.filter(({ updateStrategy }) => !/InPlace/.test(updateStrategy));
  const names = rolling.map(({ name }) => name);
  return operation.pools === 'all' ? names : names.filter((name) => operation.pools.includes(name));
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
