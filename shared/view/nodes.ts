import { z } from 'zod';
import type { ClusterNode } from '../kubernetes/cluster.ts';
import type { Migration } from '../migration/migration.ts';
import { stepRecordOf } from '../migration/migration.ts';
import type { PodRouteRecord } from '../migration/pod-route.ts';
import { isDualStack } from '../steps/dual-stack-node.ts';
import { type ClusterRoutes, routedIn, survey } from '../steps/migrate-routes/survey.ts';

/** What carries a node’s pods: what leads packets of other nodes to them. */
export const CARRIERS = ['route', 'route and alias', 'alias', 'dual-stack', 'nothing', 'unknown'] as const;
export type Carrier = (typeof CARRIERS)[number];

/**
 * `live`: the cluster has it now. `joining`: it has it, and nobody has given it a pod CIDR yet, or it has no instance. `leaving`:
 * it is being deleted, nobody’s traffic depends on it. `left`: it was there when its route was recorded. `recorded`: nobody has
 * looked.
 */
export const PRESENCES = ['live', 'joining', 'leaving', 'left', 'recorded'] as const;

export const nodeCellSchema = z.strictObject({
  name: z.string(),
  zone: z.string().optional(),
  pool: z.string().optional().describe('Gardener’s worker pool; only a live look knows it.'),
  podCidrs: z.array(z.string()),
  carrier: z.enum(CARRIERS),
  presence: z.enum(PRESENCES),
  ready: z.boolean().optional().describe('Only a live look knows it.'),
  since: z.string().optional().describe('Since when it is carried so, where the records say.'),
});
export type NodeCell = z.infer<typeof nodeCellSchema>;

export const nodesViewSchema = z.strictObject({
  migration: z.string(),
  source: z
    .enum(['records', 'live'])
    .describe('`records`: as stored by the step migrate-routes. `live`: as cloud and cluster show it.'),
  at: z.string().describe('When that was looked at.'),
  trouble: z.string().optional().describe('Why there is no live look although one was asked for.'),
  total: z.int(),
  counts: z.record(z.enum(CARRIERS), z.int()).describe('Nodes that have not left, by carrier.'),
  cells: z.array(nodeCellSchema),
  next: z.string().optional().describe('`after` of the next page, where there is one.'),
});
export type NodesView = z.infer<typeof nodesViewSchema>;

/** The nodes that had a pod route, as the records of the step migrate-routes have them. By name. */
export function recordedCells(
  migration: Migration,
  records: ReadonlyMap<string, PodRouteRecord>,
): readonly NodeCell[] {
  return byName([...records.values()].map((record) => recordedCell(migration, record)));
}

/** The nodes as cloud and cluster show them, and those of the records that are no more. By name. */
export function liveCells(routes: ClusterRoutes): readonly NodeCell[] {
  const known = survey(routes);
  const isRouted = routedIn(known);
  const carrying = new Map(known.nodes.map((node) => [node.name, node]));
  const recordOf = new Map([...routes.records.values()].map((record) => [record.instance, record]));
  const present = new Set(routes.nodes.map((node) => node.instance?.name ?? node.name));
  const live = routes.nodes.map((node): NodeCell => {
    const carried = carrying.get(node.name);
    const zone = carried?.instance.zone ?? node.instance?.zone;
    const carrier =
      carried === undefined ? 'unknown' : carrierOf(isRouted(carried), carried.aliased, isDualStack(node));
    const since = sinceOf(recordOf.get(carried?.instance.name ?? node.name), carrier);
    return {
      name: node.name,
      ...(zone !== undefined && { zone }),
      ...(node.pool !== undefined && { pool: node.pool }),
      podCidrs: [...node.podCidrs],
      carrier: node.podCidrs.length === 0 ? 'nothing' : carrier,
      presence: presenceOf(node, carried !== undefined),
      ready: node.ready,
      ...(since !== undefined && { since }),
    };
  });
  const left = [...recordOf.values()].filter(({ instance }) => !present.has(instance)).map(leftCell);
  return byName([...live, ...left]);
}

export function countCarriers(cells: readonly NodeCell[]): Record<Carrier, number> {
  const counts = { route: 0, 'route and alias': 0, alias: 0, 'dual-stack': 0, nothing: 0, unknown: 0 };
  for (const { carrier, presence } of cells) if (presence !== 'left') counts[carrier] += 1;
  return counts;
}

function carrierOf(route: boolean, alias: boolean, dualStack: boolean): Carrier {
  if (route) return alias ? 'route and alias' : 'route';
  if (!alias) return 'nothing';
  return dualStack ? 'dual-stack' : 'alias';
}

function presenceOf({ leaving, podCidrs }: ClusterNode, hasInstance: boolean): NodeCell['presence'] {
  if (leaving) return 'leaving';
  return podCidrs.length === 0 || !hasInstance ? 'joining' : 'live';
}

function recordedCell(migration: Migration, record: PodRouteRecord): NodeCell {
  const { instance, zone, podCidr } = record;
  const common = { name: instance, zone, podCidrs: [podCidr] };
  const replaced = stepRecordOf(migration, 'check-nodes').finishedAt !== undefined;
  // A Node's pod CIDRs never change: once every node has both families, one that had a route is most likely no more.
  if (replaced) return { ...common, carrier: 'unknown', presence: 'recorded' };
  const carrier = recordedCarrier(migration, record);
  if (carrier === 'left') return leftCell(record);
  const since = sinceOf(record, carrier);
  return { ...common, carrier, presence: 'recorded', ...(since !== undefined && { since }) };
}

function recordedCarrier(migration: Migration, record: PodRouteRecord): Carrier | 'left' {
  const { state, orphaned, aliasFound, aliasedAt, verifiedAt, deletingSince } = record;
  const cutover = migration.plan.strategy === 'cutover';
  if (orphaned) return 'left';
  if (state === 'aliased' || state === 'verified') return 'route and alias';
  if (state === 'recorded') {
    // In the gap of a cutover a route may be gone before anybody has written that down.
    if (cutover && deletingSince !== undefined) return 'unknown';
    return aliasFound === true ? 'route and alias' : 'route';
  }
  if (aliasedAt !== undefined || verifiedAt !== undefined || aliasFound === true) return 'alias';
  // Without an alias a route goes in the gap of a cutover, whose aliases are not on record, or since its node has gone.
  if (!cutover) return 'left';
  return stepRecordOf(migration, 'migrate-routes').finishedAt === undefined ? 'unknown' : 'alias';
}

/** Since when the record says what is seen; undefined where it says something else. */
function sinceOf(record: PodRouteRecord | undefined, carrier: Carrier): string | undefined {
  switch (carrier) {
    case 'route':
      return record?.state === 'recorded' ? record.recordedAt : undefined;
    case 'route and alias':
      return record?.restoredAt ?? record?.aliasedAt ?? record?.verifiedAt;
    case 'alias':
      return record?.deletedAt;
    default:
      return undefined;
  }
}

function leftCell({ instance, zone, podCidr, deletedAt }: PodRouteRecord): NodeCell {
  return {
    name: instance,
    zone,
    podCidrs: [podCidr],
    carrier: 'nothing',
    presence: 'left',
    ...(deletedAt !== undefined && { since: deletedAt }),
  };
}

function byName(cells: readonly NodeCell[]): readonly NodeCell[] {
  return cells.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
