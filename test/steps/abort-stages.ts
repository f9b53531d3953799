import { type AbortWorld, readyToMigrate } from './abort-world.ts';
import { NODES_PREFIX, TARGET } from './fixtures.ts';
import { POD_RANGE, podCidr, routeName } from './routes-world.ts';
import { recordOf } from './starting-points.ts';

/** As `migrate-routes` leaves it: aliases alone, the flag off, the route controller off, the nodes subnet dual-stack. */
export function migrated(nodes: number, prepare?: (world: AbortWorld) => void): AbortWorld {
  const world = beforeDeletions(nodes, prepare);
  world.routes.clear();
  for (const { number } of world.nodes.values()) {
    world.records.set(routeName(number), recordOf(number, 'deleted'));
  }
  world.subnet = {
    ...world.subnet,
    routesOverlapAllowed: false,
    stackType: 'IPV4_IPV6',
    ipv6Range: NODES_PREFIX,
  };
  world.ccm = { managesRoutes: false, allocatesFromAliases: true, oldPods: 0 };
  return world;
}

/** As `migrate-routes` stands before the first deletion: each node is carried twice, under the flag. */
export function beforeDeletions(nodes: number, prepare?: (world: AbortWorld) => void): AbortWorld {
  const { world } = readyToMigrate(nodes, prepare);
  for (const { number, name } of world.nodes.values()) {
    const instance = world.instances.get(name);
    const alias = { range: podCidr(number), rangeName: POD_RANGE };
    if (instance !== undefined) instance.aliases = [alias, ...instance.aliases];
    world.records.set(routeName(number), recordOf(number, 'verified'));
  }
  const { secondaryRanges } = world.subnet;
  world.subnet = {
    ...world.subnet,
    routesOverlapAllowed: true,
    secondaryRanges: [...secondaryRanges, { name: POD_RANGE, range: TARGET.pods }],
  };
  return world;
}
