import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import type { Migration } from '../../../shared/migration/migration.ts';
import type { MigrationStore } from '../../../shared/store/migration-store.ts';
import { deployments, services } from '../cluster/index.ts';
import { serveReachability } from '../world/reachability.ts';
import { type LocalShoot, localShoot } from '../world/shoot-file.ts';
import { type Surroundings, startSurroundings } from '../world/surroundings.ts';
import type { MigrationObservation, ShootObservation } from './observations.ts';
import { writePlace } from './places.ts';
import { type RouteWatch, watchRoutes } from './route-watch.ts';
import { type ShootOrder, shootManifest } from './shoot-order.ts';

/** A shoot with a cloud, a cluster and a garden of its own. */
export interface ShootWorld {
  readonly order: ShootOrder;
  readonly project: string;
  /** The change that asks for dual-stack. */
  readonly change: Pick<LocalShoot, 'before' | 'after'>;
  /** Pod routes deleted so far. */
  routesDeleted(): number;
  observe(migrations: MigrationStore): Promise<ShootObservation>;
}

/** Starts it at rest; the functions find it through its place in `folder`. Its parts are left on `started`. */
export async function startShootWorld(
  order: ShootOrder,
  { clock, folder, started }: { clock: Clock; folder: string; started: AsyncDisposableStack },
): Promise<ShootWorld> {
  const file = join(folder, `${order.name}.shoot.json`);
  await writeFile(file, JSON.stringify(shootManifest(order)));
  const shoot = localShoot(file, order.nodes);
  const world = await startSurroundings(shoot, { nodes: order.nodes, clock, switches: {}, started });
  const { compute, cluster, garden, project } = world;
  const reachability = await serveReachability(
    (podCidr, name) => compute.dataPlane.reaches(name, podCidr).arrives,
  );
  started.defer(() => reachability.stop());
  await writePlace(folder, order.key, {
    COMPUTE_ENDPOINT: compute.url,
    WORLD_REACHABILITY: reachability.url,
    cluster: cluster.kubeconfig,
    garden: garden.kubeconfig,
  });
  const watch = watchRoutes(compute);
  const before = await factsOf(world, shoot);
  return {
    order,
    project,
    change: { before: shoot.before, after: shoot.after },
    routesDeleted: () => watch.deletions.size,
    observe: async (migrations) => ({
      order,
      migration: await migrationOf(migrations, order.key),
      ...differences(before, await factsOf(world, shoot), watch),
      ...trafficOf(world),
    }),
  };
}

type Facts = Awaited<ReturnType<typeof factsOf>>;

async function factsOf({ compute, cluster }: Surroundings, { shoot }: LocalShoot) {
  const routes = await compute.actors.listRoutes();
  const subnet = await compute.actors.getSubnetwork(shoot.region, `${shoot.technicalId}-nodes`);
  const { store } = cluster.cluster.api.kernel;
  const kubeDns = store.get(services, { namespace: 'kube-system', name: 'kube-dns' });
  const coredns = store.get(deployments, { namespace: 'kube-system', name: 'coredns' });
  const isPodRoute = (route: (typeof routes)[number]) => route.description === 'k8s-node-route';
  return {
    podRoutes: routes.filter(isPodRoute).map(({ name }) => name),
    foreignRoutes: routes.filter((route) => !isPodRoute(route)).map(({ name }) => name),
    clusterIps: kubeDns?.spec.clusterIPs ?? [],
    corednsGeneration: coredns?.metadata.generation ?? 0,
    nodesSubnet: {
      dualStack: subnet.stackType === 'IPV4_IPV6',
      routesOverlapAllowed: subnet.allowSubnetCidrRoutesOverlap === true,
    },
  };
}

function differences(before: Facts, now: Facts, { deletions, cutoverGap }: RouteWatch) {
  return {
    cutoverGap: cutoverGap(),
    podRoutesBefore: before.podRoutes,
    podRoutes: now.podRoutes,
    deletions: new Map(deletions),
    foreignRoutesGone: before.foreignRoutes.filter((name) => !now.foreignRoutes.includes(name)),
    kubeDns: { before: before.clusterIps, now: now.clusterIps },
    nodesSubnet: now.nodesSubnet,
    corednsRestarts: now.corednsGeneration - before.corednsGeneration,
  };
}

function trafficOf({ compute: { dataPlane } }: Surroundings) {
  const live = dataPlane.liveNodes();
  return {
    gaps: dataPlane.gaps(),
    liveNodes: live.length,
    unreachedNodes: live
      .filter(({ instance, podCidr }) => !dataPlane.reaches(instance, podCidr).arrives)
      .map(({ instance }) => instance),
  };
}

async function migrationOf(store: MigrationStore, key: string): Promise<MigrationObservation | undefined> {
  const migration = await store.findByShoot(key);
  if (migration === undefined) return undefined;
  const history = await store.history(migration.id);
  return {
    id: migration.id,
    status: migration.status,
    position: migration.position,
    constraints: migration.constraints,
    abortRefused: history.some(({ event, step }) => event === 'refused' && step === 'abort'),
    timesStarted: history.filter(({ event }) => event === 'started').length,
    runs: migration.steps.reduce((sum, { runs }) => sum + runs, 0),
    seconds: secondsOf(migration),
  };
}

function secondsOf({ createdAt, finishedAt, updatedAt }: Migration): number {
  return (Date.parse(finishedAt ?? updatedAt) - Date.parse(createdAt)) / 1000;
}
