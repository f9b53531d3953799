import fc from 'fast-check';
import { MARKS } from '../../shared/steps/migrate-routes/marks.ts';
import { askForTheWayBack } from './abort-run.ts';
import { AbortWorld } from './abort-world.ts';
import { migrationWith, NODES_PREFIX, NOW, TARGET } from './fixtures.ts';
import { instanceName, POD_RANGE, podCidr, routeName } from './routes-world.ts';
import { addForeignThings, recordOf } from './starting-points.ts';

const node = fc.record({
  carrier: fc.constantFrom('route', 'both', 'alias'),
  /** Its route’s record; `none` also for a node that joined when nobody made routes. */
  record: fc.constantFrom('none', 'recorded', 'aliased', 'verified', 'deleted'),
  life: fc.constantFrom('stays', 'stays', 'stays', 'joining', 'leaving', 'vm lingers', 'node lingers'),
  /** A second alias on the NIC, somebody else’s. */
  foreignAlias: fc.boolean(),
} as const);

/** Somewhere between the first act of the way forward and its last; what Compute Engine would not have let happen is left out. */
export const abortStartingPoint = fc.record({
  nodes: fc.array(node, { maxLength: 6 }),
  flag: fc.boolean(),
  range: fc.boolean(),
  controller: fc.constantFrom('managing', 'stopping', 'stopped'),
  overlapAllowed: fc.constantFrom(undefined, 0, -3600),
  proven: fc.boolean(),
  dualStack: fc.boolean(),
  subnetsDone: fc.boolean(),
  internal: fc.boolean(),
  nodesAtOnce: fc.integer({ min: 1, max: 3 }),
} as const);
export type AbortStartingPoint = typeof abortStartingPoint extends fc.Arbitrary<infer Value> ? Value : never;

/** A model world at this point, with what belongs to others beside it, and the state that was found. */
export function abortWorldAt(point: AbortStartingPoint): AbortWorld {
  const world = new AbortWorld();
  if (!point.internal) world.internal = undefined;
  addForeignThings(world);
  const found = world.found();
  const carriers = point.nodes.map(({ carrier }) => (point.range ? carrier : 'route'));
  const aliasOnly = carriers.includes('alias');
  const managing = point.controller !== 'stopped' && !aliasOnly;
  world.ccm = {
    managesRoutes: managing && point.controller === 'managing',
    allocatesFromAliases: !managing || point.controller === 'stopping',
    oldPods: managing && point.controller === 'stopping' ? 1 : 0,
  };
  const routed = carriers.some((carrier) => carrier !== 'alias');
  const flag = point.flag || (point.range && (routed || managing));
  const ipv6 = point.dualStack && point.range && !routed && !flag && !managing;
  world.subnet = {
    ...world.subnet,
    routesOverlapAllowed: flag,
    secondaryRanges: [
      ...world.subnet.secondaryRanges,
      ...(point.range ? [{ name: POD_RANGE, range: TARGET.pods }] : []),
    ],
    ...(ipv6 ? { stackType: 'IPV4_IPV6', ipv6Range: NODES_PREFIX } : {}),
  };
  for (const [index, each] of point.nodes.entries()) {
    addNode(world, index + 1, each, carriers[index] ?? 'route');
  }
  const migration = migrationWith(marksOf(point));
  world.migration = { ...migration, plan: { ...migration.plan, found, nodesAtOnce: point.nodesAtOnce } };
  if (point.subnetsDone) world.enableIpv6();
  askForTheWayBack(world);
  return world;
}

function addNode(
  world: AbortWorld,
  number: number,
  { record, life, foreignAlias }: AbortStartingPoint['nodes'][number],
  carrier: 'route' | 'both' | 'alias',
): void {
  const joining = life === 'joining';
  const node = world.addNode(number, {
    ...(joining ? { podCidr: undefined } : {}),
    leaving: life === 'leaving' || life === 'vm lingers' || life === 'node lingers',
    lingers: life === 'vm lingers' ? 'vm' : life === 'node lingers' ? 'node' : 'neither',
  });
  const instance = world.instances.get(node.name);
  if (instance === undefined) return;
  if (foreignAlias) instance.aliases = [{ range: `10.250.9.${number}/32`, rangeName: undefined }];
  if (joining) return;
  if (carrier !== 'alias') world.addRoute(node);
  if (carrier !== 'route') {
    instance.aliases = [{ range: podCidr(number), rangeName: POD_RANGE }, ...instance.aliases];
  }
  if (record !== 'none') world.records.set(routeName(number), recordOf(number, record));
}

/** What the way forward may have left behind; none of it may be believed on the way back. */
function marksOf({ overlapAllowed, proven }: AbortStartingPoint): Record<string, string> {
  const at = new Date(NOW).toISOString();
  const allowedAt = overlapAllowed === undefined ? '' : new Date(NOW + overlapAllowed * 1000).toISOString();
  return {
    [MARKS.overlapAllowedAt]: allowedAt,
    ...(proven ? { [MARKS.firstNodeReached]: instanceName(1), [MARKS.allNodesReached]: at } : {}),
  };
}
