import type { Engine } from '../../engine/engine.ts';
import type { Migration } from '../../migration/migration.ts';
import type { PodRouteRecord } from '../../migration/pod-route.ts';
import { PREFLIGHT } from '../../migration/steps.ts';
import { gatherClusterRoutes } from '../../steps/migrate-routes/gather.ts';
import { liveCells, type NodeCell, recordedCells } from '../nodes.ts';

/** The records of pod routes by name, from the store or from whoever has just read them. */
export type PodRoutes = () => Promise<ReadonlyMap<string, PodRouteRecord>>;

/** As the step migrate-routes has put it on record: one read of the store per route. */
export async function readRecordedCells(
  migration: Migration,
  podRoutes: PodRoutes,
): Promise<readonly NodeCell[]> {
  return recordedCells(migration, await podRoutes());
}

/**
 * As cloud and cluster show it now, read as the step reads it: a few lists, whatever the number of nodes. The cluster is asked as
 * the preflight asks it, by a viewer where the garden knows viewers; nothing is changed.
 *
 * @throws what the ports throw when cloud, cluster or garden do not answer or do not let us in.
 */
export async function lookAtCells(
  { openPorts }: Pick<Engine, 'openPorts'>,
  migration: Migration,
  podRoutes: PodRoutes,
  signal: AbortSignal,
): Promise<readonly NodeCell[]> {
  const ports = await openPorts({ ...migration, position: PREFLIGHT }, signal);
  return liveCells(await gatherClusterRoutes({ migration, ports, podRoutes }));
}
