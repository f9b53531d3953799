import { onTestFinished } from 'vitest';
import {
  deployments,
  type JsonObject,
  type Node,
  nodes,
  podDisruptionBudgets,
  pods,
  shoots,
} from '../../infra/local/cluster/index.ts';
import { EXAMPLE_POOL } from '../../infra/local/example/nodes.ts';
import {
  createInProcessWorld,
  type InProcessOptions,
  type InProcessWorld,
} from '../../infra/local/in-process/index.ts';
import { localShoot } from '../../infra/local/world/shoot-file.ts';
import type { HistoryEntry } from '../../shared/migration/history.ts';
import type { Migration } from '../../shared/migration/migration.ts';

export const MODE = 'shoot-dualstack/node-rollout';
export const POOLS = 'shoot-dualstack/node-rollout-pools';
export const SURGE = 'shoot-dualstack/node-rollout-surge';
export const GPU_POOL = 'gpu';

export interface RolloutOptions extends InProcessOptions {
  /** Of the Shoot. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** So many of the nodes, the last ones, belong to the pool `gpu`. */
  readonly gpuNodes?: number;
  readonly gpuUpdateStrategy?: string;
  readonly timeWindow?: { readonly begin: string; readonly end: string };
}

/** A whole world in this process, its shoot changed to dual-stack. Stopped when the test ends. */
export async function rolloutWorld(options: RolloutOptions = {}): Promise<InProcessWorld> {
  const { nodes: size = 6, gpuNodes = 0, adaptCluster = (objects) => objects } = options;
  const world = await createInProcessWorld({
    ...options,
    nodes: size,
    shoot: shootOf(size, options),
    adaptCluster: (objects) => adaptCluster(withGpuPool(objects, size - gpuNodes)),
    adaptCompute: (scenario) => ({
      ...scenario,
      instances: scenario.instances.map((instance, index) =>
        index < size - gpuNodes ? instance : { ...instance, labels: { name: GPU_POOL } },
      ),
    }),
  });
  onTestFinished(() => world.stop());
  await world.changeShoot();
  return world;
}

function shootOf(size: number, { annotations, gpuNodes, gpuUpdateStrategy, timeWindow }: RolloutOptions) {
  const local = localShoot(undefined, size);
  const [worker] = local.after.spec.provider?.workers ?? [];
  const gpu = { ...worker, name: GPU_POOL, updateStrategy: gpuUpdateStrategy ?? 'AutoRollingUpdate' };
  const workers = [{ ...worker, name: EXAMPLE_POOL }, ...(gpuNodes ? [gpu] : [])];
  const with_ = (manifest: typeof local.after) => ({
    ...manifest,
    metadata: { ...manifest.metadata, annotations },
    spec: {
      ...manifest.spec,
      provider: { ...manifest.spec.provider, workers },
      ...(timeWindow !== undefined && { maintenance: { timeWindow } }),
    },
  });
  return { ...local, before: with_(local.before), after: with_(local.after) };
}

function withGpuPool(objects: readonly JsonObject[], from: number): readonly JsonObject[] {
  let seen = 0;
  return objects.map((object) => {
    if (object.kind !== 'Node') return object;
    seen += 1;
    if (seen <= from) return object;
    return JSON.parse(
      JSON.stringify(object).replace(
        `"worker.gardener.cloud/pool":"${EXAMPLE_POOL}"`,
        `"worker.gardener.cloud/pool":"${GPU_POOL}"`,
      ),
    );
  });
}

const SHOOT = { namespace: 'garden-core', name: 'api' };

export function annotateShoot(
  { garden }: InProcessWorld,
  annotations: Readonly<Record<string, string | null>>,
) {
  garden.api.patch(shoots, SHOOT, { kind: 'merge', body: { metadata: { annotations: { ...annotations } } } });
}

/** Every operation that the Shoot was ever annotated with, in order. */
export function watchOperations({ garden }: InProcessWorld): readonly string[] {
  const seen: string[] = [];
  garden.onChange(({ resource, object }) => {
    if (resource.id !== shoots.id) return;
    const operation = object.metadata.annotations?.['gardener.cloud/operation'];
    if (operation !== undefined && operation !== seen.at(-1)) seen.push(operation);
  });
  return seen;
}

/** The most nodes that were ever fewer than at the beginning: cordoned, leaving, not Ready or missing. */
export function watchMissing({ cluster }: InProcessWorld, size: number): () => number {
  let most = 0;
  cluster.onChange(({ resource }) => {
    if (resource.id === nodes.id) most = Math.max(most, size - serving(cluster.api.list(nodes).items));
  });
  return () => most;
}

function serving(all: readonly Node[]): number {
  return all.filter(
    ({ metadata, spec, status }) =>
      metadata.deletionTimestamp === undefined &&
      spec?.unschedulable !== true &&
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  ).length;
}

export function nodesOf({ cluster }: InProcessWorld): readonly Node[] {
  return cluster.api.list(nodes).items;
}

export function namesOf(world: InProcessWorld): readonly string[] {
  return nodesOf(world)
    .map(({ metadata }) => metadata.name)
    .toSorted();
}

export function cordoned(world: InProcessWorld): readonly string[] {
  return nodesOf(world).flatMap(({ metadata, spec }) => (spec?.unschedulable ? [metadata.name] : []));
}

/** The budget `shop/web`, which counts the pods of the Deployment of that name. */
export function patchBudget({ cluster }: InProcessWorld, spec: JsonObject): void {
  cluster.api.patch(
    podDisruptionBudgets,
    { namespace: 'shop', name: 'web' },
    { kind: 'merge', body: { spec } },
  );
}

export function webPods({ cluster }: InProcessWorld) {
  return cluster.api.list(pods, { namespace: 'shop' }).items;
}

export function readyWebPods(world: InProcessWorld): number {
  return webPods(world).filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined &&
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  ).length;
}

export function webReplicas({ cluster }: InProcessWorld): number {
  return cluster.api.get(deployments, { namespace: 'shop', name: 'web' }).spec.replicas ?? 1;
}

/** The reason that `check-nodes` waits or is blocked with, also where a run sits it out. */
export function reasonOf(migration: Migration | undefined): string | undefined {
  if (migration?.position !== 'check-nodes') return undefined;
  const { status } = migration;
  if ('reason' in status) return status.reason;
  return status.kind === 'running' ? status.wait?.reason : undefined;
}

export async function historyOf(world: InProcessWorld): Promise<readonly HistoryEntry[]> {
  return world.migration === undefined ? [] : await world.migrations.history(world.migration.id);
}
