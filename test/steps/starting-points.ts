import fc from 'fast-check';
import { timestamp } from '../../shared/clock.ts';
import { parseCidr } from '../../shared/migration/cidr.ts';
import type { PodRouteRecord } from '../../shared/migration/pod-route.ts';
import { MARKS } from '../../shared/steps/migrate-routes/marks.ts';
import { migrationWith, NODES_PREFIX, NOW, TARGET } from './fixtures.ts';
import { instanceName, POD_RANGE, podCidr, RoutesWorld, routeName } from './routes-world.ts';

const STATES = ['recorded', 'aliased', 'verified'] as const;

/** A node somewhere between its route and its alias; what contradicts the rest of the world is left out of it. */
const node = fc.record({
  route: fc.boolean(),
  alias: fc.boolean(),
  record: fc.constantFrom('none', ...STATES, 'deleted'),
  life: fc.constantFrom('stays', 'stays', 'stays', 'joining', 'leaving', 'vm lingers', 'node lingers'),
  /** A second alias on the NIC, somebody else's. */
  foreignAlias: fc.boolean(),
} as const);

/** Somewhere between the first act and the last; what Compute Engine would not have let happen is left out of it. */
export const startingPoint = fc.record({
  nodes: fc.array(node, { maxLength: 6 }),
  /** Routes to VMs that went long ago. */
  orphans: fc.integer({ min: 0, max: 2 }),
  flag: fc.boolean(),
  range: fc.boolean(),
  controller: fc.constantFrom('managing', 'stopping', 'stopped'),
  /** Told to leave routes alone, and nothing else. */
  rangeAllocator: fc.boolean(),
  overlapAllowed: fc.constantFrom(undefined, 0, -30, -3600),
  firstRoute: fc.boolean(),
  firstNodeReached: fc.boolean(),
  allNodesReached: fc.boolean(),
  dualStack: fc.boolean(),
} as const);
export type StartingPoint = typeof startingPoint extends fc.Arbitrary<infer Value> ? Value : never;

/** A model world at this point, with what belongs to others beside it. */
export function worldAt(point: StartingPoint): RoutesWorld {
  const world = new RoutesWorld();
  addForeignThings(world);
  // Without its route a node has its alias, and the route controller, which would bring the route back, has stopped.
  const managing = point.controller !== 'stopped';
  const routed = point.nodes.map(
    ({ route, life }) => life !== 'joining' && (managing || route || !point.range),
  );
  const routes = routed.filter(Boolean).length + point.orphans;
  world.ccm = {
    managesRoutes: point.controller === 'managing',
    allocatesFromAliases: point.controller !== 'managing' && !point.rangeAllocator,
    oldPods: point.controller === 'stopping' ? 1 : 0,
  };
  const flag = point.flag || (point.range && (routes > 0 || managing));
  const dualStack = point.dualStack && point.range && routes === 0 && !flag;
  world.subnet = {
    ...world.subnet,
    routesOverlapAllowed: flag,
    secondaryRanges: [
      ...world.subnet.secondaryRanges,
      ...(point.range ? [{ name: POD_RANGE, range: TARGET.pods }] : []),
    ],
    ...(dualStack ? { stackType: 'IPV4_IPV6', ipv6Range: NODES_PREFIX } : {}),
  };
  for (const [index, each] of point.nodes.entries())
    addNode(world, index + 1, each, routed[index] === true, point.range);
  for (let orphan = 0; orphan < point.orphans; orphan += 1) {
    const nextHop = { name: `${TARGET.technicalId}-worker-z1-gone${orphan}`, zone: 'europe-west1-b' };
    const number = 200 + orphan;
    world.addRoute({ number, name: nextHop.name, podCidr: podCidr(number) }, { nextHop, nextHopGone: true });
  }
  world.migration = migrationWith(marksOf(point, world));
  return world;
}

function addNode(
  world: RoutesWorld,
  number: number,
  { alias, record, life, foreignAlias }: StartingPoint['nodes'][number],
  routed: boolean,
  range: boolean,
): void {
  const joining = life === 'joining';
  const node = world.addNode(number, {
    ...(joining ? { podCidr: undefined } : {}),
    leaving: life === 'leaving' || life === 'vm lingers' || life === 'node lingers',
    lingers: life === 'vm lingers' ? 'vm' : life === 'node lingers' ? 'node' : 'neither',
  });
  if (joining) return;
  if (routed) world.addRoute(node);
  const aliased = range && (alias || !routed);
  const instance = world.instances.get(node.name);
  if (aliased && instance !== undefined) {
    instance.aliases = [
      { range: podCidr(number), rangeName: POD_RANGE },
      ...(foreignAlias ? [{ range: `10.250.9.${number}/32`, rangeName: undefined }] : []),
    ];
  }
  const possible = record === 'deleted' ? !routed : record !== 'verified' || aliased;
  if (record !== 'none' && possible) world.records.set(routeName(number), recordOf(number, record));
}

/** The record of a node's route. */
export function recordOf(number: number, state: PodRouteRecord['state']): PodRouteRecord {
  return {
    name: routeName(number),
    instance: instanceName(number),
    zone: 'europe-west1-b',
    podCidr: parseCidr(podCidr(number)),
    network: TARGET.network,
    priority: 1000,
    description: 'k8s-node-route',
    state,
    orphaned: false,
    recordedAt: timestamp({ now: () => NOW, sleep: async () => undefined }),
  };
}

function marksOf(point: StartingPoint, world: RoutesWorld): Record<string, string> {
  const [some] = world.records.keys();
  return {
    ...(point.overlapAllowed === undefined
      ? {}
      : { [MARKS.overlapAllowedAt]: new Date(NOW + point.overlapAllowed * 1000).toISOString() }),
    ...(point.firstRoute && some !== undefined ? { [MARKS.firstRoute]: some } : {}),
    ...(point.firstRoute && point.firstNodeReached && some !== undefined
      ? { [MARKS.firstNodeReached]: 'a-node' }
      : {}),
    ...(point.allNodesReached ? { [MARKS.allNodesReached]: new Date(NOW).toISOString() } : {}),
  };
}

/** Of the neighbour whose name begins with the same 26 characters, of the VPC’s owner, and of Compute Engine. */
export function addForeignThings(world: RoutesWorld): void {
  world.addForeignRoute({
    name: `${TARGET.technicalId.slice(0, 26)}-6e0c1a52-77f0-4c3e-8b1d-aaaaaaaaaaaa`,
    destination: '100.97.1.0/24',
    nextHop: { name: 'shoot--core--production-apx-worker-z1-1', zone: 'europe-west1-b' },
  });
  world.addForeignRoute({
    name: 'to-the-data-centre',
    destination: '172.16.0.0/12',
    description: '',
    nextHop: undefined,
  });
  world.addForeignRoute({
    name: 'wider-than-the-pods',
    destination: '100.0.0.0/8',
    description: '',
    nextHop: undefined,
  });
  world.addForeignRoute({
    name: 'default-route',
    destination: '0.0.0.0/0',
    description: '',
    nextHop: undefined,
  });
  world.subnet = { ...world.subnet, secondaryRanges: [{ name: 'somebody-elses', range: '192.168.0.0/24' }] };
}
